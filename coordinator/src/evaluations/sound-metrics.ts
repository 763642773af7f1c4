/** Whether numbers can be a measurement at all. What they say is the site's word; a leaf can never be taken back. */
import { decodeFloat, type FloatBits } from '@consilium/shared/encoding';
import type { Metrics } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** @throws ConsiliumError 'bad-message' that names the first number which cannot be. */
export function requireSoundMetrics(metrics: Metrics, classes: number): void {
  const { samples, confusion, loss, balancedAccuracy, auroc } = metrics;
  const isSquare = confusion.length === classes && confusion.every((row) => row.length === classes);
  requireThat(isSquare, `confusion: expected ${classes} rows of ${classes} counts`);
  const counted = confusion.flat().reduce((sum, count) => sum + count, 0);
  requireThat(
    counted === samples,
    `confusion: counts ${counted} pictures, samples says ${samples}`,
  );
  requireThat(decodeFinite('loss', loss) >= 0, 'loss: expected 0 or more');
  requireShare('balancedAccuracy', balancedAccuracy);
  if (auroc !== 'undefined') {
    requireShare('auroc', auroc);
  }
}

function requireShare(name: string, bits: FloatBits): void {
  const value = decodeFinite(name, bits);
  requireThat(value >= 0 && value <= 1, `${name}: expected a number from 0 to 1`);
}

function decodeFinite(name: string, bits: FloatBits): number {
  let value: number;
  try {
    value = decodeFloat(bits);
  } catch (cause) {
    throw new ConsiliumError('bad-message', `${name}: not a number`, { cause });
  }
  requireThat(Number.isFinite(value), `${name}: expected a finite number`);
  return value;
}

function requireThat(holds: boolean, message: string): void {
  if (!holds) {
    throw new ConsiliumError('bad-message', message);
  }
}
