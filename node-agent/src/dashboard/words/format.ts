/** Numbers, sizes and times as a language writes them. */
import type { Words } from './english.js';

const UNIT = 1000;
const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** Of this machine's clock and zone, for people who look at a page. @param atMs since 1970 */
export function timeText({ locale }: Words, atMs: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(atMs);
}

/** The same on every machine, for what is kept: such as `2026-11-26 12:00:00 UTC`. */
export function stampText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function countText({ locale }: Words, count: number): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** Four significant digits. */
export function amountText({ locale }: Words, amount: number): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 }).format(amount);
}

/** With a sign, in percent of `before`; empty where that is 0. */
export function changeText({ locale }: Words, before: number, now: number): string {
  return before === 0
    ? ''
    : new Intl.NumberFormat(locale, {
        style: 'percent',
        signDisplay: 'exceptZero',
        maximumFractionDigits: 1,
      }).format(now / before - 1);
}

/** Exact below 10 kB, with the exact number of bytes beside it above. */
export function sizeText(words: Words, bytes: number): string {
  const exact = `${countText(words, bytes)} ${words.bytes}`;
  if (bytes < 10 * UNIT) {
    return exact;
  }
  let size = bytes;
  let unit = -1;
  while (size >= UNIT && unit < UNITS.length - 1) {
    size /= UNIT;
    unit += 1;
  }
  const short = new Intl.NumberFormat(words.locale, { maximumSignificantDigits: 3 }).format(size);
  return `${short} ${UNITS[unit] ?? ''} (${exact})`;
}
