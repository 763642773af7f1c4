/** Numbers, sizes and times as a language writes them (ECMA-402). */

export interface Formats {
  /** At most `digits` after the point. */
  readonly number: (value: number, digits?: number) => string;
  readonly percent: (value: number) => string;
  /** 1024 bytes are one KiB. */
  readonly bytes: (bytes: number) => string;
  /** A length of time, in its two largest units. */
  readonly duration: (ms: number) => string;
  /** A moment before or after another one, in its largest unit. */
  readonly relative: (atMs: number, nowMs: number) => string;
  readonly time: (atMs: number) => string;
  readonly dateTime: (atMs: number) => string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const;
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const STEP = 1024;

export function formatsOf(locale: string): Formats {
  // Each takes milliseconds to make, so it is made when a page first needs it.
  const relative = once(
    () => new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' }),
  );
  const time = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
  const dateTime = once(
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
  );
  const percent = once(
    () => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
  );
  const numbers = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 0): string => {
    const known = numbers.get(digits);
    const format = known ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    numbers.set(digits, format);
    return format.format(value);
  };
  return {
    number,
    percent: (value) => percent().format(value),
    bytes: (bytes) => bytesIn(bytes, number),
    duration: (ms) => durationIn(locale, ms),
    relative: (atMs, nowMs) => {
      const [unit, size] = unitOf(Math.abs(atMs - nowMs));
      const units = Math.trunc(Math.abs(atMs - nowMs) / size);
      // Of nothing, the negative zero is in the past (ECMA-402, section 17.5.2).
      return relative().format(atMs > nowMs ? units : -units, unit);
    },
    time: (atMs) => time().format(atMs),
    dateTime: (atMs) => dateTime().format(atMs),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function unitOf(ms: number): (typeof UNITS)[number] {
  return UNITS.find(([, size]) => ms >= size) ?? ['second', SECOND];
}

function bytesIn(bytes: number, number: Formats['number']): string {
  let unit = 0;
  let value = bytes;
  while (value >= STEP && unit < BINARY.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return `${number(value, unit === 0 || value >= 100 ? 0 : 1)} ${BINARY[unit] ?? ''}`;
}

function durationIn(locale: string, ms: number): string {
  if (ms < SECOND) {
    return `${new Intl.NumberFormat(locale).format(Math.round(ms))} ms`;
  }
  if (ms < MINUTE) {
    return unit(locale, ms / SECOND, 'second', ms < 10 * SECOND ? 1 : 0);
  }
  const [largest, size] = unitOf(ms);
  const next = UNITS[UNITS.findIndex(([name]) => name === largest) + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1]);
  const first = unit(locale, Math.floor(ms / size), largest, 0);
  return next === undefined || rest === 0 ? first : `${first} ${unit(locale, rest, next[0], 0)}`;
}

function unit(locale: string, value: number, name: string, digits: number): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}
