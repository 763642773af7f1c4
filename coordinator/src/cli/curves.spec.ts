import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandBench } from './testing/command-bench.js';
import type { StandInCoordinator } from './testing/stand-in-coordinator.js';

describe('consilium study curves', () => {
  let bench: CommandBench;
  let coordinator: StandInCoordinator;
  let folder: string;

  beforeAll(async () => {
    bench = await CommandBench.start();
    ({ coordinator, folder } = bench);
  });

  afterAll(() => bench.close());

  const curves = (...args: readonly string[]) => bench.ask('study', 'curves', 'smears', ...args);

  it('shows a row a checkpoint', async () => {
    coordinator.commitRounds(2);
    const { code, out } = await curves();
    expect(code).toBe(0);
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head).toMatch(
      /^round +val\/balanced_accuracy +val\/accuracy +val\/loss +round\/seconds/,
    );
    expect(rows.map((row) => row.split(/ +/).slice(0, 2))).toEqual([
      ['0', '0.5'],
      ['1', '0.625'],
      // Nobody has measured the newest checkpoint yet; this is how long its round took.
      ['2', '30'],
    ]);
  });

  it('writes a file a run, which holds the series that it prints as JSON', async () => {
    const out = join(folder, 'curves');
    const answer = await curves('--tensorboard', out, '--json');
    const { data } = JSON.parse(answer.out) as {
      data: { series: readonly object[]; files: readonly { file: string; scalars: number }[] };
    };
    expect(data.series).toContainEqual({
      run: 'sites/northgate',
      tag: 'val/accuracy',
      points: [
        { step: 0, atMs: coordinator.openedAtMs(1), value: 0.5 },
        { step: 1, atMs: coordinator.endedAtMs(1), value: 0.625 },
      ],
    });
    expect(data.files.map(({ scalars }) => scalars)).toEqual([14, 12, 12]);
    expect(readdirSync(join(out, 'sites')).sort()).toEqual(['northgate', 'southside']);
    const [first] = data.files;
    const bytes = readFileSync(first?.file ?? '');
    expect(bytes.includes('brain.Event:2')).toBe(true);
    expect(bytes.includes('val/balanced_accuracy')).toBe(true);
  });

  it('touches no folder that has something in it, and leaves nothing behind when it fails', async () => {
    const taken = join(folder, 'curves');
    const before = readdirSync(taken, { recursive: true });
    expect(await curves('--tensorboard', taken)).toMatchObject({ code: 1, out: '' });
    expect(readdirSync(taken, { recursive: true })).toEqual(before);
    coordinator.answerOtherwise('not a study at all');
    const other = join(folder, 'other');
    expect(await curves('--tensorboard', other)).toMatchObject({ code: 1, out: '' });
    expect(existsSync(other)).toBe(false);
  });
});
