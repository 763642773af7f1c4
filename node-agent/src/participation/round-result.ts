/**
 * The adapter checkpoint that a round record leads to, computed from its ring sum by this site itself. The same for a candidate and
 * for a result. docs/protocol/v1.md section 4, step 5.
 */
import { applyUpdate, exceedsNorm } from '@consilium/shared/aggregation';
import { decodeFloat } from '@consilium/shared/encoding';
import type { RoundRecord } from '@consilium/shared/protocol';
import { metricWordCount } from '@consilium/shared/secagg';
import {
  decodeVector,
  schemaSize,
  type MeanInput,
  type TensorSet,
} from '@consilium/shared/tensors';
import { readBlob } from '../transport/blob-reader.js';
import type { AttemptState } from './agent-state.js';
import type { StudyContext } from './site-context.js';

const BYTES_PER_WORD = 4;

/**
 * Reads the ring sum of a record, with what the record says of its mean. By hash: whatever comes is that sum or refused, so it may be read before the record is
 * believed.
 * @throws ConsiliumError 'proof-invalid' | 'message-too-large' of other bytes; the signal's reason
 */
export async function readMean(
  { schema, link, protocol }: StudyContext,
  { manifest }: AttemptState,
  record: RoundRecord,
  signal: AbortSignal,
): Promise<MeanInput> {
  const parameters = schemaSize(schema);
  // A secure sum holds the figures of its sites behind the parameters.
  const isPlain = manifest.body.aggregation.kind === 'plain';
  const words = parameters + (isPlain ? 0 : metricWordCount(protocol.task.classes.length));
  const maxBytes = words * BYTES_PER_WORD;
  const bytes = await readBlob(link, { hash: record.ringSumHash, maxBytes, signal });
  return {
    ringSum: decodeVector(bytes, words).subarray(0, parameters),
    schema,
    weightTotal: record.weightTotal,
    weightSurvivors: record.weightSurvivors,
    sites: record.advertised,
  };
}

/** Whether the mean delta is longer than the study allows. @throws RangeError as dequantiseMean */
export function isTooLong({ protocol }: StudyContext, mean: MeanInput): boolean {
  const maxNorm = protocol.acceptance?.maxNorm;
  return maxNorm !== undefined && exceedsNorm(mean, decodeFloat(maxNorm));
}

/** @throws ConsiliumError 'non-finite', 'bad-tensor-schema'; RangeError as dequantiseMean */
export async function recompute(
  { checkpoints }: StudyContext,
  { roundNo, previousAdapterCheckpointHash }: RoundRecord,
  mean: MeanInput,
  signal: AbortSignal,
): Promise<TensorSet> {
  const previous = await checkpoints.read(roundNo - 1, previousAdapterCheckpointHash, signal);
  return applyUpdate({ previous, ...mean });
}
