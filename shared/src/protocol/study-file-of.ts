/** The step back: from a study protocol to a study file that says the same, every default written out. */
import { decodeFloat } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import type { AdapterConfig, PrivateAdapterConfig } from './adapter-config.js';
import type { BackboneGeometry } from './backbone-geometry.js';
import { parseStudyFile, toStudyProtocol, type StudyFile } from './study-file.js';
import {
  studyProtocolHash,
  type OptimizerConfig,
  type Participation,
  type StudyProtocol,
} from './study-protocol.js';

/** In the order in which people write it; plain values, ready for YAML. */
export type StudyFileText = Readonly<Record<string, unknown>>;

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Of a duration in a study file: six digits. */
const LARGEST_AMOUNT = 999_999;

/**
 * What the author left to defaults, how the blocks were named and what stood in comments is in no protocol.
 * @returns a file that comes to this very protocol, hash by hash
 * @throws ConsiliumError 'bad-study-file' when no study file does
 */
export function studyFileOf(protocol: StudyProtocol): StudyFileText {
  const { geometry } = protocol.backbone;
  const { privateAdapter, acceptance } = protocol;
  const file = {
    study: protocol.studyId,
    title: protocol.title,
    task: protocol.task,
    backbone: protocol.backbone.hash,
    adapter: adapterText(protocol.adapter, geometry),
    ...(privateAdapter === undefined
      ? {}
      : { privateAdapter: adapterText(privateAdapter, geometry) }),
    training: trainingText(protocol.training),
    privacy: protocol.privacy,
    acceptance: acceptance === undefined ? 'off' : acceptanceText(acceptance),
    participation: participationText(protocol.participation),
    seed: protocol.seed,
  };
  requireSame(file, protocol);
  return file;
}

/** @param file as it was parsed. @returns the same to be written, every default in it */
export function spelledOut({ participation, ...file }: StudyFile): StudyFileText {
  const { seed, ...rest } = file;
  const { advertDeadline, roundDeadline } = participation;
  const deadlines = { advertDeadlineMs: advertDeadline, roundDeadlineMs: roundDeadline };
  return {
    ...rest,
    participation: participationText({ ...participation, ...deadlines }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function requireSame(file: StudyFileText, protocol: StudyProtocol): void {
  const again = toStudyProtocol(parseStudyFile(file), protocol.backbone, protocol.seed);
  if (studyProtocolHash(again) !== studyProtocolHash(protocol)) {
    throw new ConsiliumError(
      'bad-study-file',
      `no study file comes to the study protocol ${studyProtocolHash(protocol)} of ${protocol.studyId}`,
    );
  }
}

function adapterText(
  adapter: AdapterConfig | PrivateAdapterConfig,
  geometry: BackboneGeometry,
): StudyFileText {
  return {
    ...adapter,
    ...('scale' in adapter ? { scale: decodeFloat(adapter.scale) } : {}),
    ...('blocks' in adapter ? { blocks: blocksText(adapter.blocks, geometry) } : {}),
  };
}

/** @param blocks ascending */
function blocksText(
  blocks: readonly number[],
  { layers }: BackboneGeometry,
): 'all' | { readonly last: number } | readonly number[] {
  const count = blocks.length;
  if (count === layers) {
    return 'all';
  }
  return blocks.every((block, i) => block === layers - count + i) ? { last: count } : blocks;
}

function trainingText({
  optimizer,
  updateRange,
  clipNorm,
  ...rest
}: StudyProtocol['training']): StudyFileText {
  return {
    rounds: rest.rounds,
    localEpochs: rest.localEpochs,
    batchSize: rest.batchSize,
    optimizer: optimizerText(optimizer),
    schedule: rest.schedule,
    classWeights: rest.classWeights,
    algorithm: rest.algorithm,
    updateRange: decodeFloat(updateRange),
    ...(clipNorm === undefined ? {} : { clipNorm: decodeFloat(clipNorm) }),
  };
}

function optimizerText({ kind, ...floats }: OptimizerConfig): StudyFileText {
  const numbers = Object.entries(floats).map(([name, bits]) => [name, decodeFloat(bits)] as const);
  return { kind, ...Object.fromEntries(numbers) };
}

function acceptanceText({
  metric,
  tolerance,
  maxNorm,
}: NonNullable<StudyProtocol['acceptance']>): StudyFileText {
  return {
    metric,
    tolerance: decodeFloat(tolerance),
    ...(maxNorm === undefined ? {} : { maxNorm: decodeFloat(maxNorm) }),
  };
}

function participationText({
  advertDeadlineMs,
  roundDeadlineMs,
  ...rest
}: Participation): StudyFileText {
  return {
    minSites: rest.minSites,
    minSamples: rest.minSamples,
    sites: rest.sites,
    advertDeadline: durationText(advertDeadlineMs),
    roundDeadline: durationText(roundDeadlineMs),
    maxAttempts: rest.maxAttempts,
  };
}

/** In the largest unit that it is a whole number of. */
function durationText(ms: number): string {
  const unit = UNITS.find(([, size]) => ms % size === 0 && ms / size <= LARGEST_AMOUNT);
  if (unit === undefined) {
    throw new ConsiliumError('bad-study-file', `no study file has a deadline of ${ms} ms`);
  }
  const [name, size] = unit;
  return `${ms / size}${name}`;
}
