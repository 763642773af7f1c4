import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toBase64, utf8 } from '@consilium/shared/encoding';
import { playSampleStudy, playSecureStudy, samplePeople } from '@consilium/shared/verify/testing';
import { run } from './run.js';

const study = playSampleStudy();
const { files } = study;
const coordinatorKey = toBase64(study.coordinatorKey.publicKey);
const logKey = toBase64(study.logKey.publicKey);
let parent: string;
let folder: string;

function verify(...args: string[]): { exitCode: number; stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  const exitCode = run(args, '0.1.0', {
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
  });
  return { exitCode, ...output };
}

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'consilium-verify-'));
  folder = join(parent, 'bundle');
  for (const { path, bytes } of files) {
    write(path, bytes);
  }
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

describe('consilium-verify bundle', () => {
  it('ends with 0 and says what it checked when all holds', () => {
    const { exitCode, stdout, stderr } = verify('bundle', folder);

    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('Study: blood-cells\nState: completed, 2 rounds in 3 attempts\n');
    expect(stdout).toContain('Sum recomputable: no (plain mode)');
    expect(stdout).toContain('VERIFIED against keys that the bundle itself names.');
  });

  it('says of a secure study that its sums came out again', async () => {
    const secure = await playSecureStudy();
    rmSync(folder, { recursive: true });
    for (const { path, bytes } of secure.files) {
      write(path, bytes);
    }

    expect(verify('bundle', folder)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(
        'Sum recomputable: yes, and computed again from the masked updates',
      ) as string,
    });
  });

  it('takes the keys that the auditor names', () => {
    const keys = ['--coordinator-key', coordinatorKey, '--log-key', logKey];
    const swapped = ['--coordinator-key', logKey, '--log-key', coordinatorKey];

    expect(verify('bundle', folder, ...keys)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\nVERIFIED\.\n$/) as string,
    });
    expect(verify('bundle', folder, ...swapped)).toMatchObject({ exitCode: 1 });
  });

  it('prints one JSON object on one line with --json', () => {
    const { exitCode, stdout } = verify('bundle', folder, '--json');

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      status: 'ok',
      data: {
        verified: true,
        studyId: 'blood-cells',
        rounds: 2,
        log: { size: expect.any(Number) as number, root: expect.any(String) as string },
        keys: { coordinator: { publicKey: coordinatorKey, pinned: false } },
        sumRecomputable: false,
      },
    });
  });

  it('prints an error with the whole report when a check failed, and one without where it is no bundle', () => {
    write('rosters.json', utf8('[]'));
    const failed = verify('bundle', folder, '--json');
    expect([failed.exitCode, JSON.parse(failed.stdout)]).toEqual([
      1,
      expect.objectContaining({
        status: 'error',
        error_code: 'proof-invalid',
        message: expect.stringMatching(/^not verified, failed: files, /) as string,
        data: expect.objectContaining({ verified: false }) as unknown,
      }),
    ]);
    const none = verify('roster-diff', '/nonexistent', '--json');
    expect([none.exitCode, JSON.parse(none.stdout)]).toEqual([
      4,
      expect.objectContaining({ status: 'error', hint: expect.any(String) as string }),
    ]);
  });

  it('ends with 1 and names file, expectation and finding when a byte was altered', () => {
    const path = 'adapters/1.safetensors';
    const bytes = (files.find((file) => file.path === path)?.bytes ?? new Uint8Array()).slice();
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    write(path, bytes);

    const { exitCode, stdout } = verify('bundle', folder);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /FAILED {3}files: .*\n {11}adapters\/1\.safetensors: hash: expected sha256:/,
    );
    expect(stdout).toMatch(/\nNOT VERIFIED\. Failed: files, adapters\.\n$/);
  });

  it('names links and surplus files, and follows no link', () => {
    rmSync(join(folder, 'joins.json'));
    symlinkSync('/etc/hostname', join(folder, 'joins.json'));
    symlinkSync('/etc', join(folder, 'adapters', 'more'));
    write('attempts/a/b/c/d/e.txt', Uint8Array.of(1));

    const { exitCode, stdout } = verify('bundle', folder);

    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'joins.json: file: expected valid, found joins.json is a symbolic link',
    );
    expect(stdout).toContain('adapters/more: file: expected listed in the index, found surplus');
    expect(stdout).toContain('attempts/a/b/c: file: expected listed in the index, found surplus');
  });

  it('shows what people signed, and whose keys the auditor named', () => {
    const people = Object.values(samplePeople());
    const lines = people.map(
      ({ operatorId, key }) => `${operatorId} ${key.kind} ${toBase64(key.publicKey)} # by phone\n`,
    );
    write('../keys-of-people', utf8(lines.join('')));
    const file = join(folder, '../keys-of-people');
    const unnamed = verify('bundle', folder).stdout;
    const named = verify('bundle', folder, '--person-key', file);

    expect(unnamed).toMatch(/Signed by people:\nLeaf \d+, op-0123456789ab, key [0-9a-f]{16}:\n/);
    expect(unnamed).toContain('  I have read the protocol sha256:');
    expect(unnamed).toContain(', I state:\n  The second attempt went as it should.\n');
    expect(named.exitCode).toBe(0);
    expect(named.stdout).toMatch(/op-ba9876543210, key [0-9a-f]{16}, as you named it:\n/);
    write('../keys-of-people', utf8(`op-0123456789ab ed25519 ${coordinatorKey}\n`));
    expect(verify('bundle', folder, '--person-key', file).stdout).toMatch(
      /FAILED {3}acts: [^]*key of op-0123456789ab: expected one that you named/,
    );
    write('../keys-of-people', utf8('op-0123456789ab ed448 AA==\n'));
    expect(verify('bundle', folder, '--person-key', file).exitCode).toBe(4);
  });

  it('tells how the roster changed', () => {
    const { exitCode, stdout } = verify('roster-diff', folder, '--from', '3');

    expect(exitCode).toBe(0);
    expect(stdout.replace(/[0-9a-f]{16}/g, 'KEY').replace(/leaf \d+/g, 'leaf N')).toBe(
      [
        'Roster of blood-cells, from epoch 3 to epoch 8',
        'Epoch 3: eastfield, northgate, southbank',
        '  epoch 4 (leaf N): southbank took the key KEY in place of KEY',
        '  epoch 5 (leaf N): lakeside joined with key KEY',
        '  epoch 6 (leaf N): ridgeway joined with key KEY',
        '  epoch 7 (leaf N): ridgeway withdrew, with key KEY',
        '  epoch 8 (leaf N): northgate was revoked, with key KEY',
        'Epoch 8: eastfield, lakeside, southbank',
        'The bundle is verified.',
        '',
      ].join('\n'),
    );
    write('rosters.json', utf8('[]'));
    const altered = verify('roster-diff', folder, '--from', '8');
    expect(altered.exitCode).toBe(1);
    expect(altered.stdout).toContain('  nothing changed\n');
    expect(altered.stdout).toContain('THE BUNDLE IS NOT VERIFIED');
    expect(verify('roster-diff', folder, '--from', '-1').exitCode).toBe(4);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['recompute']],
    ['no path', ['bundle']],
    ['an unknown option', ['bundle', '.', '--fast']],
    ['a key that is not base64', ['bundle', '.', '--log-key', 'secret']],
    ['a key of small order', ['bundle', '.', '--log-key', `AQ${'A'.repeat(41)}=`]],
    ['a path that is not there', ['bundle', '/nonexistent']],
    ['a folder without bundle.json', ['bundle', '/']],
  ])('ends with 4 on %s', (_, args) => {
    const { exitCode, stdout, stderr } = verify(...args);

    expect(exitCode).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  it('ends with 0 on a request for help or version', () => {
    expect(verify('--help')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Exit codes:') as string,
    });
    expect(verify('--version')).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
    expect(verify('version')).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('shows no control characters of a bundle on the terminal', () => {
    write('\u001b[2J', Uint8Array.of(1));

    expect(verify('bundle', folder).stdout).toContain('?[2J: file: expected listed');
  });
});
