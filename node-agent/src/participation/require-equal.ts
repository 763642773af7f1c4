/** Compares what came with what this site holds, pair by pair. */
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** Names the first pair that differs. @throws ConsiliumError of the given code */
export function requireEqual(
  pairs: readonly (readonly [title: string, came: string | number, expected: string | number])[],
  code: 'bad-message' | 'proof-invalid',
): void {
  const wrong = pairs.find(([, came, expected]) => came !== expected);
  if (wrong !== undefined) {
    throw new ConsiliumError(code, `${wrong[0]}: expected ${wrong[2]}, got ${wrong[1]}`);
  }
}
