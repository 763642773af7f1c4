/** What the checks found. A failure is a value: the run goes on, so that the report names the altered file and what it broke. */
import { ConsiliumError, type ErrorCode } from '../vocabulary/index.js';
import type { CheckResult, Failure, Place } from './check-result.js';
import { CHECKS, type CheckName } from './checks.js';
import { createProgress } from './progress.js';
import type { Observer, StepEvent } from './steps.js';

export type { CheckResult, Failure, Place } from './check-result.js';

type Value = string | number | boolean;

/** One running check. */
export interface Check {
  /** Counts one more thing that was looked at. */
  covers(): void;
  fail(place: Place, failure: Omit<Failure, 'check' | 'code' | 'path' | 'leafIndex'>): void;
  /** Notes a failure unless both are the same. */
  same(place: Place, what: string, expected: Value, found: Value | undefined): void;
  /** `same` for each member of `expected`. */
  agrees(
    place: Place,
    expected: Readonly<Record<string, Value>>,
    found: Readonly<Record<string, unknown>>,
  ): void;
  /** The action's result; a coded or range error that it throws becomes a failure. */
  attempt<T>(place: Place, what: string, action: () => T): T | undefined;
  /** `attempt` for what verifies a signature. */
  signature<T>(place: Place, what: string, action: () => T): T | undefined;
  /**
   * Tells of a step; undefined where nobody watches.
   * @param fraction how much of the check is done, from 0 to 1
   */
  readonly see: ((event: StepEvent, fraction?: number) => void) | undefined;
}

export interface Findings {
  /** Runs a check and gives what it made. */
  run<T>(name: CheckName, action: (check: Check) => T): T;
  /** Runs a check on what it needs, or skips it where that is undefined. */
  runOn<N, T>(
    name: CheckName,
    needed: N | undefined,
    action: (check: Check, needed: N) => T,
  ): T | undefined;
  /** The results in the order of CHECKS; what never ran counts as skipped. */
  results(): CheckResult[];
}

const SKIPPED = 'something that it needs is missing or malformed';

/** @param observer is told each step */
export function createFindings(observer?: Observer): Findings {
  const results = new Map<CheckName, CheckResult>();
  const progress = createProgress();

  function run<T>(name: CheckName, action: (check: Check) => T): T {
    const failures: Failure[] = [];
    const see: Check['see'] =
      observer &&
      ((event, fraction = 0) => {
        observer({ ...event, check: name, progress: progress(name, fraction) });
      });
    const check = createCheck(name, failures, see);
    see?.({ kind: 'began' });
    const made = action(check);
    const result = { name, ok: failures.length === 0, count: check.count(), failures };
    results.set(name, result);
    see?.({ kind: 'ended', result }, 1);
    return made;
  }

  return {
    run,
    runOn: (name, needed, action) =>
      needed === undefined ? undefined : run(name, (check) => action(check, needed)),
    results: () => CHECKS.map(({ name }) => results.get(name) ?? skipped(name)),
  };
}

function skipped(name: CheckName): CheckResult {
  return { name, ok: false, count: 0, failures: [], skipped: SKIPPED };
}

function createCheck(
  name: CheckName,
  failures: Failure[],
  see: Check['see'],
): Check & { count(): number } {
  const code = CHECKS.find((entry) => entry.name === name)?.code ?? 'bundle-invalid';
  let things = 0;
  const check: Check = {
    covers: () => {
      things += 1;
    },
    fail: (place, failure) => {
      failures.push({ check: name, ...place, code, ...failure });
    },
    same: (place, what, expected, found) => {
      if (found !== expected) {
        check.fail(place, { what, expected: String(expected), found: shown(found) });
      }
    },
    agrees: (place, expected, found) => {
      for (const [what, value] of Object.entries(expected)) {
        check.same(place, what, value, found[what] as Value | undefined);
      }
    },
    attempt: (place, what, action) => {
      try {
        return action();
      } catch (error) {
        failures.push({ check: name, ...place, what, expected: 'valid', ...explained(error) });
        return undefined;
      }
    },
    signature: (place, what, action) => {
      const before = failures.length;
      const made = check.attempt(place, what, action);
      see?.({ kind: 'signature', place, what, holds: failures.length === before });
      return made;
    },
    see,
  };
  return { ...check, count: () => things };
}

/** Anything but a coded error or an argument out of range is a fault of the verifier and ends the run. */
function explained(error: unknown): { readonly code: ErrorCode; readonly found: string } {
  if (error instanceof ConsiliumError) {
    return { code: error.code, found: error.message };
  }
  if (error instanceof RangeError) {
    return { code: 'bundle-invalid', found: error.message };
  }
  throw error;
}

function shown(value: Value | undefined): string {
  return value === undefined ? 'nothing' : String(value);
}
