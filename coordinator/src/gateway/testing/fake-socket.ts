/** A socket without a network: what the other end sends is passed in, what this end sends is kept. */
import type { FrameSocket } from '../site-connection.js';

export interface Sent {
  readonly event: string;
  readonly args: readonly unknown[];
}

export class FakeSocket implements FrameSocket {
  connected = true;
  readonly sent: Sent[] = [];
  private readonly listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  private readonly anyListeners: ((event: string) => void)[] = [];

  on(event: string, listener: (...args: unknown[]) => void): this {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return this;
  }

  onAny(listener: (event: string) => void): this {
    this.anyListeners.push(listener);
    return this;
  }

  emit(event: string, ...args: unknown[]): boolean {
    this.sent.push({ event, args });
    return true;
  }

  disconnect(): this {
    if (this.connected) {
      this.connected = false;
      this.call('disconnect');
    }
    return this;
  }

  /** An event of the other end. */
  arrive(event: string, ...args: unknown[]): void {
    this.anyListeners.forEach((listener) => {
      listener(event);
    });
    this.call(event, ...args);
  }

  private call(event: string, ...args: unknown[]): void {
    this.listeners.get(event)?.forEach((listener) => {
      listener(...args);
    });
  }
}
