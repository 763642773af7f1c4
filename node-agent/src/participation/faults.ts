/** How far a fault reaches: one attempt, one study, or the whole agent. */
import { isConsiliumError, type ErrorCode } from '@consilium/shared/vocabulary';

/** Two statements signed by one log that cannot both be true: nothing the coordinator says counts any more. */
const OF_THE_LOG: ReadonlySet<ErrorCode> = new Set(['log-inconsistent', 'log-rollback']);

/** The study's documents do not hold: this site takes no further part in it, and its other studies go on. */
const OF_THE_STUDY: ReadonlySet<ErrorCode> = new Set([
  'bad-encoding',
  'bad-message',
  'bad-request',
  'bad-safetensors',
  'bad-signature',
  'bad-tensor-schema',
  'bad-update',
  'checkpoint-invalid',
  'duplicate',
  'message-too-large',
  'non-finite',
  'not-found',
  'not-permitted',
  'proof-invalid',
  'unknown-key',
  'weak-key',
]);

export function contradictsTheLog(error: unknown): boolean {
  return isConsiliumError(error) && OF_THE_LOG.has(error.code);
}

/** The code by which a study is halted, or undefined when the fault is not the study's. */
export function studyFault(error: unknown): ErrorCode | undefined {
  return isConsiliumError(error) && OF_THE_STUDY.has(error.code) ? error.code : undefined;
}
