/** Sizes as people write them: a number of bytes, or one with a unit such as 20GB or 512 MiB. */
import { z } from 'zod';

/** Decimal units (SI) and binary ones (IEC 80000-13). */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const SIZE = /^(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]{1,3})$/i;
const FAULT = 'must be bytes, or a size such as 20GB, 1.5TB or 512MiB';

/** Whole bytes. */
export const byteSizeSchema = z
  .union([z.number(), z.string()], { error: FAULT })
  .transform((given, context) => {
    const bytes = typeof given === 'number' ? given : parseSize(given.trim());
    if (bytes === undefined || !Number.isSafeInteger(bytes) || bytes < 0) {
      context.addIssue({ code: 'custom', message: FAULT });
      return z.NEVER;
    }
    return bytes;
  });

function parseSize(text: string): number | undefined {
  const [, amount, unit] = SIZE.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  return factor === undefined ? undefined : Math.round(Number(amount) * factor);
}
