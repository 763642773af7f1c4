/**
 * What no backup holds, since it must not outlive the moment or come back to life: one-time keys and shares of attempts that are
 * open (the log says later that they were destroyed), and what proves a person at the moment, which may be taken back tomorrow.
 */

/** Tables whose rows stay behind. */
export const EMPTY_TABLES: readonly string[] = [
  'round_secrets',
  'operator_sessions',
  'operator_tokens',
  'operator_secrets',
];

/** Columns that are null in the copy, by table. */
export const NULL_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  attempts: ['sealedKey'],
};
