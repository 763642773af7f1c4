/**
 * Opens the updates of an attempt and adds them up, chunk by chunk: the memory of one vector and one chunk, however many
 * sites. This is the one place of the coordinator where the plaintext of an update exists.
 */
import { createRingSum, type RingSum } from '@consilium/shared/aggregation';
import { boxOpen, chunkSizes, createContentHash, openChunk } from '@consilium/shared/crypto';
import { wrappedKeyOf, type UpdateHeader } from '@consilium/shared/protocol';
import { schemaSize, type TensorSchema } from '@consilium/shared/tensors';
import { ConsiliumError, isConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { isWithin, wordBounds, type WordBound } from './update-bounds.js';

export interface SealedUpdate {
  readonly header: UpdateHeader;
  /** Of the site's advert: 32 bytes, the sender of the wrapped content key. */
  readonly transportKey: Uint8Array;
  /** Of the site's advert. */
  readonly weight: number;
  /** Reads an encrypted chunk. */
  readonly chunk: (index: number) => Promise<Uint8Array>;
}

export interface SumJob {
  readonly schema: TensorSchema;
  readonly updates: readonly SealedUpdate[];
  /** Private half of the attempt's aggregation key, 32 bytes. */
  readonly aggregationSecret: Uint8Array;
  /** W and n of all sites that advertised. */
  readonly weightTotal: number;
  readonly sites: number;
}

export interface Summed {
  /** The sum of the survivors' vectors modulo 2^32. */
  readonly ringSum: Uint32Array;
  readonly survivors: readonly SiteId[];
  /** Sites whose update does not open, does not match its header or leaves its range. */
  readonly refused: readonly SiteId[];
}

/** An update that proves bad half-way has spoilt the sum by then, so the good ones are added again without it: twice at most. */
export async function sumUpdates(job: SumJob): Promise<Summed> {
  const first = await addAll(job);
  if (first.refused.length === 0) {
    return first;
  }
  const good = job.updates.filter(({ header }) => first.survivors.includes(header.siteId));
  const second = await addAll({ ...job, updates: good });
  if (second.refused.length > 0) {
    throw new ConsiliumError('internal', 'an update changed on disk while it was summed');
  }
  return { ...second, refused: first.refused };
}

async function addAll(job: SumJob): Promise<Summed> {
  const sum = createRingSum(job.schema);
  const survivors: SiteId[] = [];
  const refused: SiteId[] = [];
  for (const update of job.updates) {
    const isGood = await addUpdate(sum, update, job);
    (isGood ? survivors : refused).push(update.header.siteId);
  }
  return { ringSum: sum.vector, survivors, refused };
}

/** @returns false once a fault of the site's is found; the sum is spoilt then. */
async function addUpdate(sum: RingSum, update: SealedUpdate, job: SumJob): Promise<boolean> {
  const { header } = update;
  const contentKey = unwrap(update, job.aggregationSecret);
  if (contentKey === undefined || header.plaintextBytes !== 4 * schemaSize(job.schema)) {
    return false;
  }
  const bounds = wordBounds(job.schema, { ...job, weight: update.weight });
  const hash = createContentHash();
  const { total } = chunkSizes(header.plaintextBytes);
  let offset = 0;
  for (let index = 0; index < total; index += 1) {
    const chunk = await update.chunk(index);
    const plain = openOrRefuse({ chunk, index, total, contentKey, context: header });
    if (plain === undefined || !addPiece(sum, plain, offset, bounds)) {
      return false;
    }
    hash.update(plain);
    offset += plain.length;
    await breath();
  }
  return hash.digest() === header.vectorHash;
}

function addPiece(
  sum: RingSum,
  plain: Uint8Array,
  offset: number,
  bounds: readonly WordBound[],
): boolean {
  if (!isWithin(bounds, plain, offset / 4)) {
    return false;
  }
  sum.add(plain, offset);
  return true;
}

function unwrap(update: SealedUpdate, secret: Uint8Array): Uint8Array | undefined {
  return withoutFaultsOfSite(() => {
    const key = boxOpen(wrappedKeyOf(update.header), update.transportKey, secret);
    return key.length === 32 ? key : undefined;
  });
}

function openOrRefuse(place: Parameters<typeof openChunk>[0]): Uint8Array | undefined {
  return withoutFaultsOfSite(() => openChunk(place));
}

/** What is wrong with an attacker's bytes is a value here; everything else is our own fault and goes up. */
function withoutFaultsOfSite(open: () => Uint8Array | undefined): Uint8Array | undefined {
  try {
    return open();
  } catch (error) {
    const isFaultOfSite =
      isConsiliumError(error, 'bad-chunk') ||
      isConsiliumError(error, 'bad-message') ||
      isConsiliumError(error, 'bad-encoding') ||
      isConsiliumError(error, 'weak-key');
    if (isFaultOfSite) {
      return undefined;
    }
    throw error;
  }
}

/** Lets sockets and timers have their turn between two chunks. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
