/** What the checks found. A failure is a value: the run goes on, so that the report names the altered file and what it broke. */
import { ConsiliumError, type ErrorCode } from '../vocabulary/index.js';
import { CHECKS, type CheckName } from './checks.js';

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

export function createFindings(): Findings {
  const results = new Map<CheckName, CheckResult>();

  function run<T>(name: CheckName, action: (check: Check) => T): T {
    const failures: Failure[] = [];
    const check = createCheck(name, failures);
    const made = action(check);
    results.set(name, { name, ok: failures.length === 0, count: check.count(), failures });
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

function createCheck(name: CheckName, failures: Failure[]): Check & { count(): number } {
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
