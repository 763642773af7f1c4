/** Untrusted input through a zod schema: every fault with its path and expectation in one sentence. */
import { ConsiliumError, type ErrorCode } from '@consilium/shared/vocabulary';
import type { z } from 'zod';

/** Faults beyond these are counted, not listed: a hostile body may hold thousands. */
const SHOWN_FAULTS = 20;

/**
 * @param place first word of each path, e.g. 'body'.
 * @throws ConsiliumError 'bad-request', or the given code.
 */
export function parseWith<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: string,
  code: ErrorCode = 'bad-request',
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const faults = parsed.error.issues.map(
    (issue) => `${[place, ...issue.path].join('.')}: ${issue.message}`,
  );
  const more = faults.length > SHOWN_FAULTS ? `; and ${faults.length - SHOWN_FAULTS} more` : '';
  throw new ConsiliumError(code, `${faults.slice(0, SHOWN_FAULTS).join('; ')}${more}`, {
    detail: { faults: faults.length },
  });
}
