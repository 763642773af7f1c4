import { generateSigningKeyPair, signBody, type Signed } from '@consilium/shared/crypto';
import type { SiteReply, SiteRequest, UpdateHeader } from '@consilium/shared/protocol';
import type { Requests } from './coordinator-link.js';
import { uploadUpdate } from './uploader.js';

const CHUNKS = 6;

/** Only its count of chunks matters here. */
const HEADER = signBody(
  'update-header',
  { attemptId: 'ab'.repeat(16), chunkCount: CHUNKS },
  generateSigningKeyPair(),
) as Signed<never> as Signed<UpdateHeader>;

/** Answers from a set of chunks that it holds, and remembers what it was asked. */
class Holder implements Requests {
  readonly sent: number[] = [];
  largestWindow = 0;
  private underWay = 0;

  constructor(
    private readonly held: Set<number>,
    private readonly special: (request: SiteRequest) => SiteReply | undefined = () => undefined,
  ) {}

  async request(message: SiteRequest) {
    this.underWay += 1;
    this.largestWindow = Math.max(this.largestWindow, this.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay -= 1;
    const reply = this.special(message);
    if (message.kind === 'update.chunk' && reply === undefined) {
      this.sent.push(message.index);
      this.held.add(message.index);
    }
    return { reply: reply ?? this.state(), attachment: new Uint8Array() };
  }

  private state(): SiteReply {
    const missing = Array.from({ length: CHUNKS }, (_, i) => i).filter((i) => !this.held.has(i));
    return { kind: 'upload', missing, complete: missing.length === 0 };
  }
}

function upload(holder: Holder) {
  return uploadUpdate(holder, {
    header: HEADER,
    readChunk: (index) => Promise.resolve(Uint8Array.of(index)),
    signal: new AbortController().signal,
  });
}

describe('an upload', () => {
  it('sends every chunk, at most four under way', async () => {
    const holder = new Holder(new Set());
    await expect(upload(holder)).resolves.toEqual({ kind: 'complete' });
    expect(holder.sent).toEqual([0, 1, 2, 3, 4, 5]);
    expect(holder.largestWindow).toBe(4);
  });

  it('sends only what the coordinator lacks', async () => {
    const holder = new Holder(new Set([0, 1, 4]));
    await expect(upload(holder)).resolves.toEqual({ kind: 'complete' });
    expect(holder.sent).toEqual([2, 3, 5]);
  });

  it('ends when it comes too late', async () => {
    const holder = new Holder(new Set(), ({ kind }) =>
      kind === 'update.chunk' ? { kind: 'late' } : undefined,
    );
    await expect(upload(holder)).resolves.toEqual({ kind: 'late' });
    expect(holder.sent).toEqual([]);
  });

  it('passes on the code of a problem', async () => {
    const problem: SiteReply = { kind: 'problem', code: 'conflict', title: '', detail: '' };
    const holder = new Holder(new Set(), () => problem);
    await expect(upload(holder)).resolves.toEqual({ kind: 'problem', code: 'conflict' });
  });

  it('refuses a coordinator that asks for a chunk that is none', async () => {
    const holder = new Holder(new Set(), () => ({ kind: 'upload', missing: [6], complete: false }));
    await expect(upload(holder)).rejects.toMatchObject({ code: 'bad-message' });
  });

  it('gives up on a coordinator that loses what it acknowledged', async () => {
    const lost: SiteReply = { kind: 'upload', missing: [0], complete: false };
    const holder = new Holder(new Set(), () => lost);
    await expect(upload(holder)).rejects.toMatchObject({ code: 'bad-message' });
  });
});
