import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt, studyFolder } from '../config/home.js';
import { readReceipts, writeReceipt } from '../participation/receipt-file.js';
import { runStudy } from '../participation/testing/run-study.js';
import { CommandLine, dataOf } from './testing/command-line.js';

async function budgetOf(home: string, ...words: string[]) {
  const line = new CommandLine();
  const code = await line.run('budget', 'show', '--home', home, ...words);
  return { code, out: line.out, err: line.err };
}

describe('consilium-agent budget show', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'budget-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  it('says what the strictest policy limits, where nothing has left yet', async () => {
    const { code, out } = await budgetOf(home);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^What the policy sha256:[0-9a-f]{64} allows\n {2}An update of at most \d+ bytes\.\n/,
    );
    expect(out).toContain('An update of any L2 norm.\n');
    expect(out).toContain(
      'Updates without differential privacy: no study of this version adds noise',
    );
    expect(out).toContain('Training at any time.\n');
    expect(out).toMatch(/of the receipts\n {2}Nothing yet\.\n$/);
  });

  it('counts no epsilon, and says that a policy that limits it declines every study', async () => {
    await writeFile(
      join(home, 'policy.yaml'),
      'privacy: { maxEpsilonPerYear: 3 }\nupdate: { clipNorm: 0.5, maxBytes: 4096 }\n' +
        'schedule: { windows: [{ cron: "0 20 * * *", minutes: 1440, timeZone: UTC }] }\n',
    );
    const { out } = await budgetOf(home);
    expect(out).toContain('An epsilon of at most 3 a year; no study of this version adds noise');
    expect(out).toContain('the policy declines every study.\n');
    expect(out).toContain('An update clipped to an L2 norm of at most 0.5.\n');
    expect(out).toContain('Training in one window, of which one is open now.\n');
    expect(dataOf((await budgetOf(home, '--json')).out)).toMatchObject({
      update: { maxBytes: 4096, clipNorm: 0.5, largestBytes: null, largestNorm: null },
      privacy: { maxEpsilonPerYear: 3, isAccounted: false },
      schedule: { windows: 1, isOpen: true },
      studies: [],
    });
  });

  it('refuses a policy with a fault', async () => {
    await writeFile(join(home, 'policy.yaml'), 'colour: blue\n');
    const { code, err } = await budgetOf(home);
    expect([code, err]).toEqual([4, expect.stringContaining('policy.yaml has 1 fault')]);
  });

  it('adds up what left in the rounds of each study, repeated and declined attempts too', async () => {
    await runStudy({
      inspect: async ({ fixture, folder }) => {
        const [first, second] = await readReceipts(folder.receiptsFolder);
        if (first?.update === undefined || second?.update === undefined) {
          throw new Error('the study left no receipts');
        }
        const whole = await budgetOf(fixture.home.folder, '--json');
        const { norm, bytes } = first.update;
        expect(dataOf(whole.out)).toMatchObject({
          update: { largestBytes: 72, largestNorm: Math.max(norm, second.update.norm) },
          studies: [
            {
              study: 'cells',
              rounds: { sent: 2, of: 2 },
              updates: 2,
              unconfirmed: 0,
              bytes: bytes + second.update.bytes,
              declined: 0,
            },
          ],
        });
        const cutOff = { ...first.update };
        delete cutOff.sentAtMs;
        const { receiptsFolder } = studyFolder(homeAt(home), first.study);
        await writeReceipt(receiptsFolder, { ...first, update: cutOff });
        const again = { ...first, attempt: second.attempt, attemptNo: 2 };
        await writeReceipt(receiptsFolder, again);
        const without = { ...second };
        delete without.update;
        await writeReceipt(receiptsFolder, { ...without, declined: { atMs: 1, code: 'paused' } });
        expect((await budgetOf(home)).out).toMatch(
          new RegExp(
            `\\n {2}cells \\(.+\\): updates in 1 of 2 rounds; 2 in all with ${2 * bytes} bytes, ` +
              'the last at .+Z; 1 not acknowledged; 1 attempt declined\\n$',
          ),
        );
      },
    });
  });
});
