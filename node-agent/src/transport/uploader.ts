/**
 * Sends an encrypted update: the header first, then the chunks that the coordinator lacks, a window of four under way. After
 * a lost connection or a restart it begins at the header again, whose answer says what is still missing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Signed } from '@consilium/shared/crypto';
import type { SiteReply, UpdateHeader } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import type { Requests } from './coordinator-link.js';

export interface Upload {
  readonly header: Signed<UpdateHeader>;
  /** The bytes of one chunk, the same at every call. */
  readonly readChunk: (index: number) => Promise<Uint8Array>;
  readonly signal: AbortSignal;
  /** How many chunks the coordinator holds. */
  readonly onProgress?: (held: number) => void;
}

export type UploadOutcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'late' }
  | { readonly kind: 'problem'; readonly code: string };

/** A coordinator that keeps asking for what it acknowledged is broken; it does not get the update for ever. */
const PASSES = 5;
const PAUSE_MS = 200;

/** @throws ConsiliumError 'bad-message' on an answer that fits no upload; the reason of the signal */
export async function uploadUpdate(link: Requests, upload: Upload): Promise<UploadOutcome> {
  for (let pass = 0; pass < PASSES; pass += 1) {
    const { reply } = await link.request(
      { kind: 'update.open', header: upload.header },
      { signal: upload.signal },
    );
    const state = readState(reply, upload.header.body.chunkCount);
    if (state.kind !== 'missing') {
      return state;
    }
    const end = await sendMissing(link, upload, state.missing);
    if (end !== undefined) {
      return end;
    }
    await pause(PAUSE_MS * pass, undefined, { signal: upload.signal });
  }
  throw new ConsiliumError('bad-message', 'the coordinator loses chunks that it acknowledged');
}

/** Sends the chunks in order, LIMITS.windowChunks under way. @returns an outcome as soon as one is known. */
async function sendMissing(
  link: Requests,
  upload: Upload,
  missing: readonly number[],
): Promise<UploadOutcome | undefined> {
  const { attemptId, chunkCount } = upload.header.body;
  const queue = [...missing];
  let held = chunkCount - missing.length;
  let outcome: UploadOutcome | undefined;

  async function lane(): Promise<void> {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const attachment = await upload.readChunk(index);
      const { reply } = await link.request(
        { kind: 'update.chunk', attemptId, index },
        { attachment, signal: upload.signal },
      );
      const state = readState(reply, chunkCount);
      if (state.kind !== 'missing') {
        queue.length = 0;
        outcome ??= state;
        return;
      }
      held += 1;
      upload.onProgress?.(held);
    }
  }

  await Promise.all(Array.from({ length: LIMITS.windowChunks }, lane));
  return outcome;
}

type UploadState =
  UploadOutcome | { readonly kind: 'missing'; readonly missing: readonly number[] };

function readState(reply: SiteReply, chunkCount: number): UploadState {
  switch (reply.kind) {
    case 'late':
      return { kind: 'late' };
    case 'problem':
      return { kind: 'problem', code: reply.code };
    case 'upload':
      if (reply.missing.some((index) => index >= chunkCount)) {
        throw new ConsiliumError('bad-message', 'the coordinator asks for a chunk that is none');
      }
      return reply.complete ? { kind: 'complete' } : { kind: 'missing', missing: reply.missing };
    case 'accepted':
    case 'blob':
    case 'proof':
      throw new ConsiliumError('bad-message', `${reply.kind} is no answer to an upload`);
  }
}
