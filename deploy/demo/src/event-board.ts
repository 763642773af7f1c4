/** What the running processes have said so far, and promises for what they have yet to say. */
import type { JsonEvent } from './program.js';

export type EventTest = (event: JsonEvent) => boolean;

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

export class EventBoard {
  readonly #heard = new Map<string, JsonEvent[]>();
  #waiters: Waiter[] = [];

  /** @param listener hears every event as it comes. */
  constructor(private readonly listener: (name: string, event: JsonEvent) => void) {}

  add(name: string, event: JsonEvent): void {
    const events = this.#heard.get(name) ?? [];
    events.push(event);
    this.#heard.set(name, events);
    this.listener(name, event);
    const met = this.#waiters.filter((waiter) => waiter.isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    met.forEach((waiter) => waiter.resolve());
  }

  of(name: string): readonly JsonEvent[] {
    return this.#heard.get(name) ?? [];
  }

  /** Settles once every one of `names` has said something that passes `test`. */
  everyOne(names: readonly string[], test: EventTest): Promise<void> {
    return this.#until(() => names.every((name) => this.of(name).some(test)));
  }

  /** Settles with the first event of any of `names` that passes `test`. */
  async anyOne(names: readonly string[], test: EventTest): Promise<[string, JsonEvent]> {
    await this.#until(() => names.some((name) => this.of(name).some(test)));
    const name = names.find((candidate) => this.of(candidate).some(test)) ?? '';
    return [name, this.of(name).find(test) ?? {}];
  }

  #until(isMet: () => boolean): Promise<void> {
    return isMet()
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiters.push({ isMet, resolve }));
  }
}
