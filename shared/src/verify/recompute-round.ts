/** The check `adapters`: every adapter checkpoint again, from the seed and then from ring sum and weights, with the coordinator's own code. */
import {
  applyRingSums,
  exceedsNorm,
  type CombineRule,
  type RingSums,
} from '../aggregation/index.js';
import { contentHash } from '../crypto/index.js';
import { BUNDLE_PATHS, type StudyProtocol } from '../protocol/index.js';
import { listsOf } from '../secagg/index.js';
import {
  decodeVector,
  initialTensors,
  inSchemaOrder,
  readSafetensors,
  writeSafetensors,
  type TensorSchema,
  type TensorSet,
} from '../tensors/index.js';
import type { ContentHash } from '../vocabulary/index.js';
import { largestFileBytes } from './bundle-paths.js';
import {
  aggregationKind,
  groupRulesOf,
  tensorSchemaOf,
  vectorWords,
  type Evidence,
} from './evidence.js';
import type { Check } from './findings.js';
import { isOf, summedAttempts, type SummedAttempt } from './history.js';
import { roundWeights } from './verify-records.js';
import { maxNormOf } from './verify-votes.js';

/**
 * @param only the one round to do it for, which begins with the checkpoint before it as the log has it; all of them if not given
 */
export function recomputeAdapters(
  check: Check,
  evidence: Evidence,
  protocol: StudyProtocol,
  only?: number,
): void {
  const place = { path: BUNDLE_PATHS.studyProtocol };
  const schema = check.attempt(place, 'tensor schema', () => tensorSchemaOf(protocol));
  if (schema === undefined) {
    return;
  }
  const begun = only === undefined ? 0 : only - 1;
  const first =
    begun > 0
      ? undefined
      : check.attempt(place, 'first adapter', () => initialTensors(schema, protocol.seed));
  let previous = adopt(check, evidence, { schema, roundNo: begun, recomputed: first });
  const wordsOf = ({ attemptId }: SummedAttempt): number => {
    const read = evidence.documents.attempts.get(attemptId);
    return vectorWords(protocol, read === undefined ? 'plain' : aggregationKind(read));
  };
  const summed = summedAttempts(evidence.history).filter(({ sum }) => isOf(sum, only));
  for (const [i, attempt] of summed.entries()) {
    const recomputed: TensorSet | undefined =
      previous &&
      recomputeRound(check, evidence, {
        attempt,
        schema,
        words: wordsOf(attempt),
        combine: groupRulesOf(protocol)?.combine,
        previous,
      });
    const words = wordsOf(attempt);
    const path = BUNDLE_PATHS.ringSum(attempt.attemptId);
    const step = { path, roundNo: attempt.sum.roundNo, done: words, total: words };
    check.see?.({ kind: 'recompute', ...step }, (i + 1) / summed.length);
    if (attempt.result === undefined) {
      verifyRejected(check, evidence, attempt, recomputed && recomputedHash(schema, recomputed));
    } else {
      const { roundNo } = attempt.result.leaf;
      previous = adopt(check, evidence, { schema, roundNo, recomputed });
    }
  }
}

/** A candidate that the sites rejected was what its sum gives all the same: they judged no invention. */
function verifyRejected(
  check: Check,
  { documents }: Evidence,
  { attemptId }: SummedAttempt,
  hash: ContentHash | undefined,
): void {
  check.covers();
  const path = BUNDLE_PATHS.record(attemptId);
  const claimed = documents.attempts.get(attemptId)?.record?.adapterCheckpointHash;
  check.same({ path }, 'adapter checkpoint of the candidate', hash ?? 'one of its sum', claimed);
}

interface Round {
  readonly attempt: SummedAttempt;
  readonly schema: TensorSchema;
  /** Of one ring sum: where it is secure there are metric words after the parameters. */
  readonly words: number;
  /** How the means of several sums become one. */
  readonly combine: CombineRule | undefined;
  readonly previous: TensorSet;
}

/** Weights and survivors are taken from the signed adverts and the log, not from the record, which could repeat a lie. */
function recomputeRound(
  check: Check,
  evidence: Evidence,
  { attempt, schema, words, combine, previous }: Round,
): TensorSet | undefined {
  const { source, documents } = evidence;
  const path = BUNDLE_PATHS.ringSum(attempt.attemptId);
  const bytes = check.attempt({ path }, 'ring sum', () =>
    source.read(path, largestFileBytes(path)),
  );
  const adverts = documents.attempts.get(attempt.attemptId)?.adverts;
  const { survivors, sum } = attempt;
  if (bytes === undefined || adverts === undefined || survivors === undefined) {
    const what = `round ${sum.roundNo}`;
    const found = 'a part is missing';
    check.fail({ path }, { what, expected: 'ring sum, adverts and survivors', found });
    return undefined;
  }
  check.same({ path }, `hash in leaf ${sum.index}`, sum.ringSumHash, contentHash(bytes));
  const { advertised: sites, weightTotal } = roundWeights(adverts, survivors.leaf.sites);
  const weights = listsOf(survivors.leaf).map(
    (list) => roundWeights(adverts, list).weightSurvivors,
  );
  return check.attempt({ path }, `round ${sum.roundNo}`, () => {
    const ringSums = decodeVector(bytes, words * weights.length);
    const mean = { ringSums, schema, sites, weightTotal, weights, stride: words, combine };
    verifyNorm(check, evidence, attempt, mean);
    return applyRingSums({ previous, ...mean });
  });
}

/** What took effect keeps to the bound of the study; who refused for it said the truth. */
function verifyNorm(
  check: Check,
  evidence: Evidence,
  { attemptId, result }: SummedAttempt,
  mean: RingSums,
): void {
  const maxNorm = maxNormOf(evidence);
  const isTooLong = maxNorm !== undefined && exceedsNorm(mean, maxNorm);
  if (result !== undefined && isTooLong) {
    const place = { path: BUNDLE_PATHS.ringSum(attemptId) };
    check.fail(place, { what: 'norm of the mean', expected: `at most ${maxNorm}`, found: 'more' });
  }
  const votes = evidence.documents.attempts.get(attemptId)?.votes ?? [];
  for (const { body } of votes.filter(({ body: { code } }) => code === 'norm' && !isTooLong)) {
    const place = { path: BUNDLE_PATHS.votes(attemptId) };
    const what = `norm that ${body.siteId} refused`;
    check.fail(place, { what, expected: 'beyond the bound', found: 'within it' });
  }
}

interface Claim {
  readonly schema: TensorSchema;
  readonly roundNo: number;
  readonly recomputed: TensorSet | undefined;
}

/**
 * Compares the adapter checkpoint in the bundle with the log and with what was recomputed.
 * @returns what the next round starts from: what the log names if it is here, else what was recomputed
 */
function adopt(
  check: Check,
  { source, history }: Evidence,
  { schema, roundNo, recomputed }: Claim,
): TensorSet | undefined {
  check.covers();
  const path = BUNDLE_PATHS.adapter(roundNo);
  const logged = history.checkpoints.get(roundNo);
  const bytes = check.attempt({ path }, 'file', () => source.read(path, largestFileBytes(path)));
  const hash = bytes && contentHash(bytes);
  check.same({ path }, 'hash in the log', logged ?? 'one in the log', hash);
  if (recomputed !== undefined) {
    const what = `adapter checkpoint ${roundNo}, recomputed`;
    check.same({ path }, what, recomputedHash(schema, recomputed), hash);
  }
  if (bytes === undefined || hash !== logged) {
    return recomputed;
  }
  return (
    check.attempt({ path }, 'tensors', () => inSchemaOrder(schema, readSafetensors(bytes))) ??
    recomputed
  );
}

function recomputedHash(schema: TensorSchema, tensors: TensorSet): ContentHash {
  return contentHash(writeSafetensors(inSchemaOrder(schema, tensors)));
}
