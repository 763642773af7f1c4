/**
 * The adapter checkpoint that a round record leads to, computed from its ring sum by this site itself. The same for a candidate and
 * for a result. docs/protocol/v1.md section 4, step 5.
 */
import { applyRingSums, exceedsNorm, type RingSums } from '@consilium/shared/aggregation';
import { decodeFloat } from '@consilium/shared/encoding';
import type { RoundRecord, StudyProtocol } from '@consilium/shared/protocol';
import { metricWordCount } from '@consilium/shared/secagg';
import { decodeVector, schemaSize, type TensorSet } from '@consilium/shared/tensors';
import { readBlob } from '../transport/blob-reader.js';
import type { AttemptState } from './agent-state.js';
import type { StudyContext } from './site-context.js';

const BYTES_PER_WORD = 4;

/**
 * Reads the ring sum of a record, or those of its groups, with what the record says of their mean. By hash: whatever comes is that
 * sum or refused, so it may be read before the record is believed.
 * @throws ConsiliumError 'proof-invalid' | 'message-too-large' of other bytes; the signal's reason
 */
export async function readMean(
  { schema, link, protocol }: StudyContext,
  { manifest }: AttemptState,
  record: RoundRecord,
  signal: AbortSignal,
): Promise<RingSums> {
  const parameters = schemaSize(schema);
  // A secure sum holds the figures of its sites behind the parameters.
  const isPlain = manifest.body.aggregation.kind === 'plain';
  const stride = parameters + (isPlain ? 0 : metricWordCount(protocol.task.classes.length));
  const weights = weightsOf(record);
  const words = stride * weights.length;
  const maxBytes = words * BYTES_PER_WORD;
  const bytes = await readBlob(link, { hash: record.ringSumHash, maxBytes, signal });
  return {
    ringSums: decodeVector(bytes, words),
    stride,
    schema,
    weightTotal: record.weightTotal,
    weights,
    combine: combineOf(protocol),
    sites: record.advertised,
  };
}

/** What the survivors of each sum weigh together, by the record: it is believed only once that agrees with what this site saw. */
function weightsOf({ aggregation, participants, survivors }: RoundRecord): number[] {
  const groups = aggregation.kind === 'plain' ? undefined : aggregation.groups;
  const weightOf = new Map(participants.map(({ siteId, weight }) => [siteId, weight]));
  return (groups ?? [survivors]).map((sites) =>
    sites.reduce((sum, siteId) => sum + (weightOf.get(siteId) ?? 0), 0),
  );
}

/** How the means of several sums become one, by the approved protocol. */
function combineOf({ privacy }: StudyProtocol): RingSums['combine'] {
  return privacy.secureAggregation === 'off' ? undefined : privacy.groups?.combine;
}

/** Whether the mean delta is longer than the study allows. @throws RangeError as meanOfSums */
export function isTooLong({ protocol }: StudyContext, mean: RingSums): boolean {
  const maxNorm = protocol.acceptance?.maxNorm;
  return maxNorm !== undefined && exceedsNorm(mean, decodeFloat(maxNorm));
}

/** @throws ConsiliumError 'non-finite', 'bad-tensor-schema'; RangeError as meanOfSums */
export async function recompute(
  { checkpoints }: StudyContext,
  { roundNo, previousAdapterCheckpointHash }: RoundRecord,
  mean: RingSums,
  signal: AbortSignal,
): Promise<TensorSet> {
  const previous = await checkpoints.read(roundNo - 1, previousAdapterCheckpointHash, signal);
  return applyRingSums({ previous, ...mean });
}
