/** What the verifier checks, in this order. Names are part of the report's form: they are added, never renamed. */
import type { ErrorCode } from '../vocabulary/index.js';

interface CheckEntry {
  readonly name: string;
  /** What holds when the check passes, in one sentence. */
  readonly claim: string;
  /** The code of a failure that no thrown error explains. */
  readonly code: ErrorCode;
}

export const CHECKS = [
  check('index', 'The coordinator signed the index', 'bundle-invalid'),
  check(
    'files',
    'Every file is as the index lists it, none is missing or surplus',
    'bundle-invalid',
  ),
  check('checkpoints', 'The log signed every checkpoint', 'checkpoint-invalid'),
  check('consistency', 'The log only grew from checkpoint to checkpoint', 'log-inconsistent'),
  check('inclusion', 'Every leaf is in the log', 'proof-invalid'),
  check('leaves', 'Every leaf is well formed and belongs here', 'log-inconsistent'),
  check('documents', 'Every document that the log names is here and well formed', 'bundle-invalid'),
  check('history', 'Rounds and attempts follow each other without a gap', 'log-inconsistent'),
  check('study', 'The study protocol is the one that was logged', 'log-inconsistent'),
  check('joins', 'Every site signed that it takes part, or that it does not', 'log-inconsistent'),
  check(
    'rosters',
    'Every roster is the one before it and one change that the log explains',
    'log-inconsistent',
  ),
  check(
    'rotations',
    'Every new key of a site is signed by the old one and itself',
    'log-inconsistent',
  ),
  check('withdrawals', 'Every site that left signed that it does', 'log-inconsistent'),
  check('revocations', 'Nobody takes part after a revocation or withdrawal', 'log-inconsistent'),
  check(
    'manifests',
    'Every manifest is signed, logged and within the protocol',
    'log-inconsistent',
  ),
  check('adverts', 'The sites signed the weights they took part with', 'log-inconsistent'),
  check('shares', 'The sites of a secure sum signed the shares they dealt', 'log-inconsistent'),
  check('headers', 'The sites signed what they sent', 'log-inconsistent'),
  check('declines', 'The sites signed that they sent nothing', 'log-inconsistent'),
  check(
    'survivors',
    'Enough sites endorsed the survivors of a secure sum, and no others',
    'log-inconsistent',
  ),
  check('revealed', 'Only what takes the masks off a secure sum was opened', 'log-inconsistent'),
  check(
    'votes',
    'What took effect is what most sites of the sum accepted, where they vote',
    'log-inconsistent',
  ),
  check('records', 'Every round record agrees with adverts and headers', 'log-inconsistent'),
  check('sums', 'Every secure sum is that of the masked updates', 'log-inconsistent'),
  check('adapters', 'Every adapter checkpoint follows to the bit', 'log-inconsistent'),
  check('key-destruction', 'Every attempt that ended destroyed its key', 'log-inconsistent'),
  check('evaluations', 'The sites signed their measurements', 'log-inconsistent'),
  check('acts', 'People signed, with keys of their own, what is said of them', 'log-inconsistent'),
] as const satisfies readonly CheckEntry[];

export type CheckName = (typeof CHECKS)[number]['name'];

function check<N extends string>(
  name: N,
  claim: string,
  code: ErrorCode,
): { readonly name: N; readonly claim: string; readonly code: ErrorCode } {
  return { name, claim, code };
}
