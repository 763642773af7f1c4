import { formatsOf } from './formats.js';

const en = formatsOf('en');
const de = formatsOf('de');
const MINUTE = 60_000;

describe('the formats of a language', () => {
  it('write sizes in binary units', () => {
    expect([0, 1023, 1024, 1536, 5 * 1024 ** 2, 200 * 1024 ** 2].map(en.bytes)).toEqual([
      '0 B',
      '1,023 B',
      '1 KiB',
      '1.5 KiB',
      '5 MiB',
      '200 MiB',
    ]);
    expect(de.bytes(1536)).toBe('1,5 KiB');
  });

  it('write lengths of time in their two largest units', () => {
    expect([840, 1234, 42_000, 90_000, 3_600_000, 26 * 3_600_000].map(en.duration)).toEqual([
      '840 ms',
      '1.2 sec',
      '42 sec',
      '1 min 30 sec',
      '1 hr',
      '1 day 2 hr',
    ]);
  });

  it('write moments from now, and of nothing that it has passed', () => {
    expect(en.relative(0, 0)).toBe('0 sec. ago');
    expect(en.relative(0, 5 * MINUTE)).toBe('5 min. ago');
    expect(en.relative(2 * MINUTE, 0)).toBe('in 2 min.');
    expect(de.relative(0, 5 * MINUTE)).toBe('vor 5 Min.');
  });

  it('write shares in percent', () => {
    expect([en.percent(0.759), de.percent(0.759)]).toEqual(['75.9%', '75,9\u00a0%']);
  });
});
