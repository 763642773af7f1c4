/** Reads server-sent events one after another, WHATWG HTML section 9.2.6. */

export interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export class EventReader {
  private readonly source: ReadableStreamDefaultReader<string>;
  private text = '';

  private constructor(
    readonly headers: Headers,
    body: ReadableStream<Uint8Array>,
    private readonly leaving: AbortController,
  ) {
    this.source = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** @throws Error with what was answered instead of a stream */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventReader> {
    const leaving = new AbortController();
    const response = await fetch(url, { headers, signal: leaving.signal });
    if (!response.ok || response.body === null) {
      throw new Error(`${response.status}: ${await response.text()}`);
    }
    return new EventReader(response.headers, response.body, leaving);
  }

  /** @throws Error when the stream ends first */
  async next(): Promise<ServerEvent> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        return parsed(block);
      }
      if (!(await this.more())) {
        throw new Error('the stream ended');
      }
    }
  }

  /** The next event of a kind; others are passed over. */
  async nextOf(kind: string): Promise<ServerEvent> {
    for (;;) {
      const event = await this.next();
      if (event.event === kind) {
        return event;
      }
    }
  }

  /** Reads what is left. @returns true when the stream is over */
  async ended(): Promise<true> {
    while (await this.more()) {
      // What was said before the end does not matter here.
    }
    return true;
  }

  close(): void {
    this.leaving.abort();
  }

  private async more(): Promise<boolean> {
    const { value, done } = await this.source.read();
    this.text += value ?? '';
    return !done;
  }
}

function parsed(block: string): ServerEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const id = fields.get('id');
  return {
    event: fields.get('event') ?? '',
    ...(id === undefined ? {} : { id }),
    data: JSON.parse(fields.get('data') ?? '{}') as ServerEvent['data'],
  };
}
