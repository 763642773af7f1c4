/**
 * What a sum comes to, in small: adapters of a few parameters, deltas of hospitals that learn nearly the same or spoil it, real ring
 * sums of one list or of groups, and the round record that names them. docs/protocol/v1.md sections 4.2 and 4.3.
 */
import { applyRingSums, type RingSums } from '@consilium/shared/aggregation';
import { contentHash, keyIdOf } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import {
  signedHash,
  type Manifest,
  type Metrics,
  type RoundRecord,
} from '@consilium/shared/protocol';
import type { Signed } from '@consilium/shared/crypto';
import {
  encodeVector,
  quantise,
  ringAdd,
  schemaSize,
  writeSafetensors,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import type { ContentHash, SiteId } from '@consilium/shared/vocabulary';
import { memberNamed } from '../simulator/cast.js';
import { hashOf, ofAttempt } from '../simulator/messages.js';

const PARAMETERS = 4;

export const SCHEMA: TensorSchema = [
  {
    name: 'head.bias',
    shape: [PARAMETERS],
    range: encodeFloat(1),
    init: { kind: 'zeros' },
  },
];

/** What all hospitals learn, give or take. */
const BEST: readonly number[] = [0.4, -0.3, 0.2, 0.5];

export interface Adapter {
  readonly roundNo: number;
  readonly tensors: TensorSet;
  readonly hash: ContentHash;
}

export interface Summing {
  readonly attemptNo: number;
  readonly manifest: Signed<Manifest>;
  /** U3, by sum: one list, or one for each group that counts. */
  readonly lists: readonly (readonly SiteId[])[];
  readonly combine: RingSums['combine'];
  readonly previous: Adapter;
  readonly deltaOf: (siteId: SiteId) => readonly number[];
}

/** A candidate with the bytes that its record names. */
export interface Candidate {
  readonly record: RoundRecord;
  readonly ringSum: Uint8Array;
}

export function adapterOf(roundNo: number, tensors: TensorSet): Adapter {
  return { roundNo, tensors, hash: contentHash(writeSafetensors(tensors)) };
}

export function firstAdapter(): Adapter {
  return adapterOf(0, tensorsOf(new Array<number>(PARAMETERS).fill(0)));
}

export function tensorsOf(values: readonly number[]): TensorSet {
  return new Map([['head.bias', { shape: [PARAMETERS], data: Float32Array.from(values) }]]);
}

/** Half of the way to what there is to learn, with the noise of the site's own pictures. */
export function honestDelta(previous: Adapter, noise: readonly number[]): number[] {
  return valuesOf(previous).map((value, i) => ((BEST[i] ?? 0) - value) / 2 + (noise[i] ?? 0));
}

/** As far away as the range lets it. */
export function spoilingDelta(): number[] {
  return BEST.map((value) => (value > 0 ? -1 : 1));
}

/** As a validation split would say it: the squared distance from what there is to learn stands for the loss. */
export function measured(adapter: Adapter): Metrics {
  const loss = valuesOf(adapter).reduce((sum, value, i) => sum + (value - (BEST[i] ?? 0)) ** 2, 0);
  const balancedAccuracy = encodeFloat(Math.max(0, 1 - loss));
  return {
    ...{ samples: 1, loss: encodeFloat(loss), balancedAccuracy },
    ...{ confusion: [[1]], auroc: 'undefined' },
  };
}

export function weightOf(siteId: SiteId): number {
  return 10 + Number(siteId.replace('site-', ''));
}

/** Sums, applies and records, as an honest coordinator does. */
export function makeCandidate(summing: Summing): Candidate {
  const { manifest, lists, previous } = summing;
  const words = lists.flatMap((sites) => [...sumOf(sites, summing)]);
  const ringSum = encodeVector(Uint32Array.from(words));
  const survivors = lists.flat().sort();
  const { cohort, attemptId } = manifest.body;
  const record = {
    v: 1,
    ...ofAttempt(attemptId),
    roundNo: manifest.body.roundNo,
    attemptNo: manifest.body.attemptNo,
    manifestHash: signedHash(manifest),
    peersHash: hashOf('7'),
    schemaHash: manifest.body.schemaHash,
    participants: cohort.map((siteId) => ({
      siteId,
      keyId: keyIdOf(memberNamed(siteId).identity.publicKey),
      state: survivors.includes(siteId) ? ('survivor' as const) : ('dropped' as const),
      weight: weightOf(siteId),
      byteLength: 0,
    })),
    survivors,
    advertised: cohort.length,
    weightTotal: totalOf(cohort),
    weightSurvivors: totalOf(survivors),
    ringSumHash: contentHash(ringSum),
    aggregation: aggregationOf(summing),
    serverOptimizer: { kind: 'mean' },
    previousAdapterCheckpointHash: previous.hash,
    softwareVersion: 'simulated',
  } satisfies Omit<RoundRecord, 'adapterCheckpointHash'>;
  const next = adapterFrom(previous, record, Uint32Array.from(words), summing.combine);
  return { record: { ...record, adapterCheckpointHash: next.hash }, ringSum };
}

/** What a record leads to, from its ring sum alone. @throws RangeError when the words are not those of its sums */
export function adapterFrom(
  previous: Adapter,
  record: Omit<RoundRecord, 'adapterCheckpointHash'>,
  ringSums: Uint32Array,
  combine: RingSums['combine'],
): Adapter {
  const tensors = applyRingSums({
    previous: previous.tensors,
    ...meanOf(record, ringSums, combine),
  });
  return adapterOf(record.roundNo, tensors);
}

/** The input of the mean and of the bound on its norm. */
export function meanOf(
  { aggregation, survivors, weightTotal, advertised }: Omit<RoundRecord, 'adapterCheckpointHash'>,
  ringSums: Uint32Array,
  combine: RingSums['combine'],
): RingSums {
  const groups = aggregation.kind === 'secure' ? aggregation.groups : undefined;
  const weights = (groups ?? [survivors]).map(totalOf);
  const stride = schemaSize(SCHEMA);
  return { ringSums, stride, schema: SCHEMA, weightTotal, weights, combine, sites: advertised };
}

function sumOf(sites: readonly SiteId[], { manifest, deltaOf }: Summing): Uint32Array {
  const { cohort } = manifest.body;
  const sum = new Uint32Array(schemaSize(SCHEMA));
  for (const siteId of sites) {
    const { vector } = quantise({
      delta: tensorsOf(deltaOf(siteId)),
      schema: SCHEMA,
      weight: weightOf(siteId),
      weightTotal: totalOf(cohort),
      sites: cohort.length,
    });
    ringAdd(sum, encodeVector(vector));
  }
  return sum;
}

function aggregationOf({ manifest, lists, combine }: Summing): RoundRecord['aggregation'] {
  const { aggregation, cohort } = manifest.body;
  if (aggregation.kind !== 'secure') {
    throw new Error('the attempts of the simulator are secure');
  }
  const { colluders, threshold } = aggregation;
  return {
    ...{ kind: 'secure', colluders, threshold, sharersHash: hashOf('8'), sharers: [...cohort] },
    ...(combine === undefined ? {} : { groups: lists.map((sites) => [...sites]), combine }),
    revealedHash: hashOf('9'),
  };
}

function totalOf(sites: readonly SiteId[]): number {
  return sites.reduce((sum, siteId) => sum + weightOf(siteId), 0);
}

function valuesOf({ tensors }: Adapter): number[] {
  return [...tensors.values()].flatMap(({ data }) => [...data]);
}
