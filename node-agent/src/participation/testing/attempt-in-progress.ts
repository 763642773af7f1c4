/** An attempt as the coordinator of the specs sees it. */
import {
  boxOpen,
  contentHash,
  openChunk,
  type BoxKeyPair,
  type Signed,
} from '@consilium/shared/crypto';
import { concatBytes, fromBase64 } from '@consilium/shared/encoding';
import {
  signedHash,
  wrappedKeyOf,
  type Advert,
  type Manifest,
  type RoundRecord,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { Answered } from '../../transport/testing/in-process-coordinator.js';

export interface AttemptInProgress {
  readonly manifest: Signed<Manifest>;
  readonly leafIndex: number;
  readonly aggregation: BoxKeyPair;
  readonly ghostAdvert: Signed<Advert>;
  advert?: Signed<Advert>;
  header?: Signed<UpdateHeader>;
  readonly chunks: Map<number, Uint8Array>;
  isOver: boolean;
}

/** The plaintext of the site's update. */
export function openUpdate(attempt: AttemptInProgress, siteId: SiteId): Uint8Array {
  const { manifest, aggregation, chunks } = attempt;
  const header = given(attempt.header).body;
  const { chunkCount, vectorHash } = header;
  const transportKey = fromBase64(given(attempt.advert).body.transportKey);
  const contentKey = boxOpen(wrappedKeyOf(header), transportKey, aggregation.secretKey);
  const { attemptId } = manifest.body;
  const context = { manifestHash: signedHash(manifest), attemptId, siteId };
  const parts = Array.from({ length: chunkCount }, (_, index) =>
    openChunk({ chunk: given(chunks.get(index)), index, total: chunkCount, contentKey, context }),
  );
  const plain = concatBytes(...parts);
  if (contentHash(plain) !== vectorHash) {
    throw new Error('the update is not the one of its header');
  }
  return plain;
}

/** Which chunks of the site's update are still missing. */
export function uploadReply({ header, chunks }: AttemptInProgress): Answered {
  const all = Array.from({ length: header?.body.chunkCount ?? 0 }, (_, i) => i);
  const missing = all.filter((index) => !chunks.has(index));
  return { reply: { kind: 'upload', missing, complete: missing.length === 0 } };
}

export function participant(
  advert: Signed<Advert>,
  weight: number,
): RoundRecord['participants'][number] {
  return {
    siteId: advert.body.siteId,
    keyId: advert.keyId,
    state: 'survivor',
    advertHash: signedHash(advert),
    weight,
    byteLength: 0,
  };
}

/** What every leaf of the attempt begins with. */
export function attemptLeaf({
  studyId,
  roundNo,
  attemptId,
}: Manifest): Pick<Manifest, 'v' | 'studyId' | 'roundNo' | 'attemptId'> & { atMs: number } {
  return { v: 1, atMs: 0, studyId, roundNo, attemptId };
}

export function given<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the spec expected it to be there');
  }
  return value;
}
