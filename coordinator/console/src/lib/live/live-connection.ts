/**
 * The browser's end of `GET /v1/live`: keeps its place in the log, comes back to it by itself, and knows when it last heard
 * something. No leaf is missed and none counts twice, because the coordinator sends them in order from the place on.
 */
import {
  liveBeatSchema,
  liveChangeSchema,
  liveLeafSchema,
  type LiveBeat,
  type LiveChange,
  type LiveLeaf,
  type SessionEnd,
} from '@consilium/shared/answers';
import { byOurClock } from '../session/session-end.js';

export type LiveMessage =
  | { readonly kind: 'leaf'; readonly leaf: LiveLeaf }
  | { readonly kind: 'changed'; readonly change: LiveChange }
  /** The stream begins, for the first time or again: what changed since the page asked may have been missed. */
  | { readonly kind: 'begun' };

export interface LiveState {
  readonly connection: 'connecting' | 'live' | 'lost';
  /** By the browser's clock; undefined before the first word. */
  readonly heardAtMs?: number;
  /** By the browser's clock. */
  readonly session?: SessionEnd;
}

/** `EventSource` is such a thing. */
export interface Source {
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface LiveParts {
  readonly open: (url: string) => Source;
  readonly nowMs: () => number;
  /** @returns a function that cancels it */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Called after each failure: the session may have ended. */
  readonly failed: () => void;
}

/** Beats come every two seconds; a page says within five that they do not. */
const SILENCE_MS = 4500;
const AGAIN_MS = 1000;

export class LiveConnection {
  private readonly listeners = new Set<(message: LiveMessage) => void>();
  private readonly watchers = new Set<() => void>();
  private current: LiveState = { connection: 'connecting' };
  private source: Source | undefined;
  private lastIndex: number | undefined;
  private cancelSilence: () => void = () => undefined;
  private cancelAgain: () => void = () => undefined;

  constructor(private readonly parts: LiveParts) {}

  get state(): LiveState {
    return this.current;
  }

  /** @returns a function that ends the listening. */
  onMessage(listener: (message: LiveMessage) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** @returns a function that ends the watching. */
  onState(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
    };
  }

  start(): void {
    const place = this.lastIndex === undefined ? '' : `?after=${Math.max(0, this.lastIndex)}`;
    const source = this.parts.open(`/v1/live${place}`);
    this.source = source;
    this.waitForSilence();
    this.on(source, 'hello', (data) => {
      this.lastIndex ??= this.beat(data).next - 1;
      this.emit({ kind: 'begun' });
    });
    this.on(source, 'beat', (data) => {
      this.beat(data);
    });
    this.on(source, 'leaf', (data) => {
      const leaf = liveLeafSchema.parse(data);
      if (this.lastIndex === undefined || leaf.index > this.lastIndex) {
        this.lastIndex = leaf.index;
        this.emit({ kind: 'leaf', leaf });
      }
    });
    this.on(source, 'changed', (data) => {
      this.emit({ kind: 'changed', change: liveChangeSchema.parse(data) });
    });
    source.addEventListener('error', () => {
      if (source === this.source) {
        this.lose();
      }
    });
  }

  stop(): void {
    this.cancelSilence();
    this.cancelAgain();
    this.source?.close();
    this.source = undefined;
  }

  private beat(data: unknown): LiveBeat {
    const beat = liveBeatSchema.parse(data);
    if (beat.session !== undefined) {
      const session = byOurClock(beat.session, beat.atMs, this.parts.nowMs());
      this.current = { ...this.current, session };
    }
    return beat;
  }

  private on(source: Source, type: string, take: (data: unknown) => void): void {
    source.addEventListener(type, ({ data }) => {
      if (source !== this.source) {
        return;
      }
      take(JSON.parse(String(data)));
      this.become({ ...this.current, connection: 'live', heardAtMs: this.parts.nowMs() });
      this.waitForSilence();
    });
  }

  private waitForSilence(): void {
    this.cancelSilence();
    this.cancelSilence = this.parts.after(SILENCE_MS, () => {
      this.lose();
    });
  }

  private lose(): void {
    this.stop();
    this.become({ ...this.current, connection: 'lost' });
    this.parts.failed();
    this.cancelAgain = this.parts.after(AGAIN_MS, () => {
      this.start();
    });
  }

  private become(state: LiveState): void {
    this.current = state;
    this.watchers.forEach((watcher) => {
      watcher();
    });
  }

  private emit(message: LiveMessage): void {
    this.listeners.forEach((listener) => {
      listener(message);
    });
  }
}
