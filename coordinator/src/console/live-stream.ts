/** One browser that watches: its place in the log, and what it is written. Server-sent events, WHATWG HTML section 9.2. */
import type { LiveBeat, LiveChange, LiveLeaf } from '@consilium/shared/answers';
import type { Response } from 'express';

/** A browser that reads nothing is let go before it holds more than this. */
const UNREAD_BYTES = 1_000_000;
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Reverse proxies that collect answers would hold events back.
  'X-Accel-Buffering': 'no',
} as const;

export class LiveStream {
  private isOpen = true;

  /** @param next index of the first leaf that it has not been shown. */
  constructor(
    private readonly response: Response,
    private next: number,
  ) {
    response.once('close', () => {
      this.isOpen = false;
    });
  }

  get open(): boolean {
    return this.isOpen;
  }

  get nextIndex(): number {
    return this.next;
  }

  /** The id is that of the leaf before, so that a browser which is cut off before the next one comes back to this place. */
  begin(hello: LiveBeat): void {
    this.response.writeHead(200, HEADERS);
    this.write('hello', hello, this.next - 1);
  }

  /** @param shown the leaves of a stretch of the log that this person may see @param next where the stretch ends */
  leaves(shown: readonly LiveLeaf[], next: number): void {
    for (const leaf of shown) {
      this.write('leaf', leaf, leaf.index);
    }
    this.next = next;
  }

  change(change: LiveChange): void {
    this.write('changed', change);
  }

  beat(beat: LiveBeat): void {
    this.write('beat', beat);
  }

  end(): void {
    this.isOpen = false;
    this.response.end();
  }

  private write(event: string, data: object, id?: number): void {
    if (!this.isOpen) {
      return;
    }
    const place = id === undefined ? '' : `id: ${id}\n`;
    this.response.write(`${place}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (this.response.writableLength > UNREAD_BYTES) {
      this.response.destroy();
    }
  }
}
