/** One thing that `consilium-coordinator doctor` looked at: passed, or the problem and how to fix it. */
import { ERROR_CODES, isConsiliumError } from '@consilium/shared/vocabulary';

export interface Check {
  readonly check: string;
  readonly result: 'passed' | 'problem' | 'skipped';
  /** One sentence. */
  readonly says: string;
  /** What to do about a problem. */
  readonly fix?: string;
}

export const passed = (check: string, says: string): Check => ({ check, result: 'passed', says });

export const skipped = (check: string, says: string): Check => ({ check, result: 'skipped', says });

export const problem = (check: string, says: string, fix: string): Check => ({
  check,
  result: 'problem',
  says,
  fix,
});

/** What `look` says, or the coded error that it ends with. @throws every other error */
export async function checked(
  check: string,
  look: () => string | Promise<string>,
  fix?: string,
): Promise<Check> {
  try {
    return passed(check, await look());
  } catch (error) {
    if (!isConsiliumError(error)) {
      throw error;
    }
    return problem(check, error.message, fix ?? ERROR_CODES[error.code].help);
  }
}

/** A table for people, a line for each check and one below it for what to do. */
export function checkLines(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, result, says, fix }) => [
    `${result.padEnd(7)}  ${check.padEnd(width)}  ${says}`,
    ...(fix === undefined ? [] : [`${' '.repeat(width + 11)}fix: ${fix}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
