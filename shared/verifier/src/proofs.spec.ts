import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { utf8 } from '@consilium/shared/encoding';
import { bundleFromFiles, lastCheckpoint, type BundleFile } from '@consilium/shared/verify';
import { playSampleStudy } from '@consilium/shared/verify/testing';
import { run } from './run.js';

const { files } = playSampleStudy();
const note = lastCheckpoint(bundleFromFiles(files));
const parent = mkdtempSync(join(tmpdir(), 'consilium-proofs-'));
const bundle = join(parent, 'bundle');
/** The same log, of which a leaf was exchanged before anything was signed. */
const rewritten = join(parent, 'rewritten');

function write(folder: string, all: readonly BundleFile[]): void {
  for (const { path, bytes } of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function verify(...args: string[]): { exitCode: number; stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  const exitCode = run(args, '0.1.0', {
    stdout: (text) => (output.stdout += text),
    stderr: (text) => (output.stderr += text),
  });
  return { exitCode, ...output };
}

interface Envelope<T> {
  readonly status: string;
  readonly message?: string;
  readonly data: T;
}

function asJson<T>(...args: string[]): Envelope<T> & { exitCode: number } {
  const { exitCode, stdout } = verify(...args, '--json');
  return { exitCode, ...(JSON.parse(stdout) as Envelope<T>) };
}

beforeAll(() => {
  write(bundle, files);
  const other = playSampleStudy({
    leaf: (leaf) => (leaf.type === 'software.version' ? { ...leaf, version: '0.2.0' } : leaf),
  });
  write(rewritten, other.files);
  writeFileSync(join(parent, 'kept.note'), note);
});

afterAll(() => {
  rmSync(parent, { recursive: true });
});

interface Steps {
  readonly holds: boolean;
  readonly leaf: string;
  readonly leafHash: string;
  readonly root: string;
  readonly steps: readonly {
    readonly left: string;
    readonly right: string;
    readonly result: string;
  }[];
}

describe('consilium-verify inclusion', () => {
  it('shows each hash, which anybody can compute again', () => {
    const { exitCode, data } = asJson<Steps>('inclusion', bundle, '3');
    expect([exitCode, data.holds]).toEqual([0, true]);
    const sha256 = (prefix: string, rest: Buffer): string =>
      createHash('sha256').update(Buffer.from(prefix, 'hex')).update(rest).digest('hex');
    expect(data.leafHash).toBe(sha256('00', Buffer.from(data.leaf)));
    for (const { left, right, result } of data.steps) {
      expect(result).toBe(sha256('01', Buffer.from(left + right, 'hex')));
    }
    expect(data.steps.at(-1)?.result).toBe(data.root);
    const { stdout } = verify('inclusion', bundle, '3');
    expect(stdout).toContain(`Root, signed         ${data.root}\n\nThe leaf is in the log.`);
  });

  it('ends with 1 for a leaf that was altered, and with another code for one that is not shown', () => {
    const log = files.find(({ path }) => path === 'log.json');
    const altered = join(parent, 'altered');
    write(altered, files);
    const text = Buffer.from(log?.bytes ?? []).toString('utf8');
    writeFileSync(
      join(altered, 'log.json'),
      text.replace('\\"node\\":\\"v20\\"', '\\"node\\":\\"v21\\"'),
    );
    const { exitCode, status, data } = asJson<Steps>('inclusion', altered, '1');
    expect([exitCode, status, data.holds]).toEqual([1, 'error', false]);
    expect(verify('inclusion', altered, '1').stdout).toContain('\nNOT SO: ');
    expect(verify('inclusion', bundle, '9999')).toMatchObject({ stdout: '' });
    expect(verify('inclusion', bundle, '9999').exitCode).not.toBe(0);
    expect(verify('inclusion', bundle, 'three').exitCode).toBe(4);
  });
});

describe('consilium-verify consistency', () => {
  it('finds that the log only grew since a checkpoint or a bundle that was kept', () => {
    for (const kept of [join(parent, 'kept.note'), bundle]) {
      const { exitCode, stdout } = verify('consistency', kept, bundle);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Nothing was rewritten')]);
    }
  });

  it('names a log that was rewritten, though all else in its bundle holds', () => {
    expect(verify('bundle', rewritten).exitCode).toBe(0);
    const { exitCode, stdout } = verify('consistency', join(parent, 'kept.note'), rewritten);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('THE LOG WAS REWRITTEN')]);
  });

  it('refuses what is no checkpoint', () => {
    writeFileSync(join(parent, 'no.note'), utf8('nothing'));
    for (const kept of ['no.note', 'nowhere']) {
      const { exitCode, status } = asJson('consistency', join(parent, kept), bundle);
      expect([exitCode === 0, status]).toEqual([false, 'error']);
    }
  });
});

describe('consilium-verify recompute', () => {
  it('computes one round again', () => {
    const { exitCode, stdout } = verify('recompute', bundle, '1');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('comes out again, to the bit')]);
    expect(asJson('recompute', bundle, '1').data).toMatchObject({ roundNo: 1, holds: true });
  });

  it('ends with 1 where the sum is another', () => {
    const wrong = join(parent, 'wrong');
    const { files: forged } = playSampleStudy({ ringSum: (sum) => sum.map((word) => word + 1) });
    write(wrong, forged);
    const { exitCode, status } = asJson('recompute', wrong, '1');
    expect([exitCode, status]).toEqual([1, 'error']);
  });

  it('ends with an error for a round that the log has no result of', () => {
    expect(asJson('recompute', bundle, '99')).toMatchObject({ status: 'error' });
  });
});

describe('consilium-verify gaps and report', () => {
  it('list leaves of other studies, attempts that came to nothing, and who was missing', () => {
    const { exitCode, data } = asJson<Record<string, unknown[]>>('gaps', bundle);
    expect(exitCode).toBe(0);
    expect(data).toMatchObject({
      hiddenLeaves: expect.arrayContaining([
        { first: expect.any(Number) as number, last: expect.any(Number) as number },
      ]) as unknown,
      roundsWithoutResult: [],
    });
    expect(data['attemptsWithoutResult']).toHaveLength(1);
    expect(verify('gaps', bundle).stdout).toContain('Rounds without a result: none\n');
  });

  it('tell everything in one text, verdict and members and gaps, or as one object', () => {
    const { exitCode, stdout } = verify('report', bundle);
    expect(exitCode).toBe(0);
    for (const part of [
      'Study: blood-cells',
      'VERIFIED',
      'Roster of blood-cells',
      'Attempts without',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(asJson('report', bundle).data).toMatchObject({
      verified: true,
      gaps: { roundsWithoutResult: [] },
    });
  });

  it('say what is wrong with a bundle whose index does not hold', () => {
    const broken = join(parent, 'broken');
    write(broken, files);
    writeFileSync(join(broken, 'bundle.json'), '{}');
    expect(verify('report', broken)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('NOT VERIFIED. Failed: index') as string,
    });
  });
});
