import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchCommand } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
const run = join(folder, 'run.json');

async function bench(...words: string[]): Promise<{ code: number; out: string; said: string }> {
  let out = '';
  let said = '';
  const code = await benchCommand(words, {
    print: (text) => {
      out += text;
    },
    say: (text) => {
      said += text;
    },
    now: () => Date.UTC(2026, 0, 31),
  });
  return { code, out, said };
}

describe('npm run bench', () => {
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('measures a suite as one object on one line, and saves it', async () => {
    const { code, out } = await bench('transport', '--quick', '--json', '--save', run);
    expect(code).toBe(0);
    expect(out).toMatch(/^[^\n]*\n$/);
    const result = JSON.parse(out) as Record<string, unknown>;
    expect(result).toMatchObject({ suite: 'transport', machine: { at: '2026-01-31T00:00Z' } });
    expect(result['megabytesPerSecond']).toBeGreaterThan(0);
    expect(readFileSync(run, 'utf8')).toContain('"format": "consilium-bench/1"');
  });

  it('shows a table with the limit beside, and the ratios to a saved run', async () => {
    const { out } = await bench('transport', '--quick', '--against', run);
    expect(out).toMatch(/encrypted, framed and decrypted +[\d.,]+ +MB\/s +AES-256-GCM alone/);
    expect(out).toMatch(/figure +then +now +unit +now \/ then/);
  });

  it('writes the page and its picture from a saved run', async () => {
    const page = join(folder, 'page.md');
    await expect(bench('page', '--from', run, '--out', page)).resolves.toMatchObject({ code: 0 });
    expect(readFileSync(page, 'utf8')).toContain('## transport');
    expect(readFileSync(join(folder, 'page.svg'), 'utf8')).toMatch(/^<svg /);
  });

  it.each([
    ['benchmark', ['nonsense']],
    ['--model', ['step', '--model', 'vit-huge']],
    ['--adapt', ['step', '--adapt', 'none']],
  ])('says what it does not know of %s', async (what, words) => {
    const { code, said } = await bench(...words);
    expect(code).toBe(4);
    expect(said).toMatch(new RegExp(`^${what}: there is no .*; expected one of `));
  });
});
