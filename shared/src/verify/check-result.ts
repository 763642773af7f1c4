/** What comes of a check, and where in the bundle a failure lies. */
import type { ErrorCode } from '../vocabulary/index.js';
import type { CheckName } from './checks.js';

/** Where in the bundle a failure lies. */
export type Place = { readonly path: string } | { readonly leafIndex: number };

export type Failure = {
  readonly check: CheckName;
  readonly path?: string;
  readonly leafIndex?: number;
  readonly code: ErrorCode;
  /** What was looked at, in a few words. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
};

export interface CheckResult {
  readonly name: CheckName;
  /** False too when the check could not run. */
  readonly ok: boolean;
  /** How many things it looked at: files, leaves, signatures, rounds. */
  readonly count: number;
  readonly failures: readonly Failure[];
  /** Why it could not run. */
  readonly skipped?: string;
}
