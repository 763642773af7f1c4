import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFloat } from '@consilium/shared/encoding';
import { readSafetensors, type TensorSchema } from '@consilium/shared/tensors';
import { deltaOf, writeTensors } from './delta.js';

const folder = mkdtempSync(join(tmpdir(), 'delta-'));
const set = (...data: number[]) =>
  new Map([['w', { shape: [data.length], data: Float32Array.from(data) }]]);
const schema: TensorSchema = [
  { name: 'w', shape: [2], range: encodeFloat(1), init: { kind: 'zeros' } },
];

afterAll(() => rmSync(folder, { recursive: true }));

describe('deltaOf', () => {
  it('is after minus before, rounded to float32', () => {
    expect(deltaOf(set(1, 0.1), set(3, 0.3)).get('w')?.data).toEqual(
      Float32Array.from([2, Math.fround(0.3) - Math.fround(0.1)]),
    );
  });

  it('refuses a tensor that was not there before', () => {
    expect(() => deltaOf(new Map(), set(1))).toThrow(/w is missing/);
  });
});

describe('writeTensors', () => {
  it('writes a file that reads back', async () => {
    const path = join(folder, 'new', 'delta.safetensors');
    await writeTensors(path, schema, set(0.5, -1));
    expect(readSafetensors(readFileSync(path)).get('w')?.data).toEqual(
      Float32Array.from([0.5, -1]),
    );
  });

  it('refuses tensors of another schema', async () => {
    await expect(writeTensors(join(folder, 'x'), schema, set(1))).rejects.toMatchObject({
      code: 'bad-tensor-schema',
    });
  });

  it('leaves nothing behind when it cannot rename into place', async () => {
    const target = join(folder, 'taken');
    mkdirSync(join(target, 'inside'), { recursive: true });
    await expect(writeTensors(target, schema, set(1, 2))).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
