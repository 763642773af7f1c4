import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '@consilium/shared/encoding';
import { eventFiles } from './event-folder.js';
import { crc32c, eventFile, type ScalarEvent } from './event-records.js';

const VECTORS = join(__dirname, 'vectors');

describe('event files', () => {
  it('are byte for byte what TensorBoard writes of the same scalars', () => {
    const scalars = JSON.parse(
      readFileSync(join(VECTORS, 'scalars.json'), 'utf8'),
    ) as ScalarEvent[];
    const expected = readFileSync(join(VECTORS, 'scalars.tfevents'));
    expect(Buffer.from(eventFile(scalars)).equals(expected)).toBe(true);
  });

  it('carry the checksum of RFC 3720', () => {
    // Appendix B.4: 32 bytes of zeros, of ones; the last is the check value of the catalogue of CRCs.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
  });

  it('are one a run, in the order of steps', () => {
    const point = (step: number) => ({ step, atMs: 1_764_201_600_000 + 1000 * step, value: step });
    const files = eventFiles([
      { run: 'all-sites', tag: 'val/loss', points: [point(1), point(2)] },
      { run: 'all-sites', tag: 'round/bytes', points: [point(1)] },
      { run: 'sites/northgate', tag: 'val/loss', points: [point(2)] },
    ]);
    expect(files.map(({ path, scalars }) => [path, scalars])).toEqual([
      ['all-sites/events.out.tfevents.1764201601.consilium', 3],
      ['sites/northgate/events.out.tfevents.1764201602.consilium', 1],
    ]);
    expect(eventFiles([])).toEqual([]);
  });
});
