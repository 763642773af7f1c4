import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CELL_KINDS } from './cell-plan.js';
import { writePretrainingSet } from './pretraining-set.js';

describe('writePretrainingSet', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pretraining-'));
    writePretrainingSet(folder, 6, 'a');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes one picture, one map of parts and one line of attributes for each drawing', () => {
    expect(readFileSync(join(folder, 'images.bin'))).toHaveLength(6 * 80 * 80 * 3);
    expect(readFileSync(join(folder, 'parts.bin'))).toHaveLength(6 * 80 * 80);
    const lines = readFileSync(join(folder, 'attributes.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 6);
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
  });

  it('maps nucleus, cytoplasm and surroundings of every drawing', () => {
    const parts = readFileSync(join(folder, 'parts.bin'));
    for (let index = 0; index < 6; index += 1) {
      const one = parts.subarray(index * 6400, (index + 1) * 6400);
      expect(new Set(one)).toEqual(new Set([0, 1, 2]));
    }
  });

  it('says nothing of the kind of cell', () => {
    const text = readFileSync(join(folder, 'attributes.csv'), 'utf8');
    expect(CELL_KINDS.filter((kind) => text.includes(kind))).toEqual([]);
  });

  it('draws the same set from the same seed', () => {
    const again = join(folder, 'again');
    writePretrainingSet(again, 1, 'a');
    const first = readFileSync(join(folder, 'images.bin')).subarray(0, 80 * 80 * 3);
    expect(readFileSync(join(again, 'images.bin'))).toEqual(first);
  });
});
