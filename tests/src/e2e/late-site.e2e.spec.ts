/** A data manager's way from the invite to the first receipt, by the words of the README alone, in a study whose rounds run already. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEMO_STUDY_ID } from '@consilium/demo/demo-study';
import type { EventBoard } from '@consilium/demo/event-board';
import { agentHome, type Federation } from '@consilium/demo/federation';
import { commandOutcome, runCommand, runJson } from '@consilium/demo/program';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import {
  runSmallFederation,
  verifyBundleFolder,
  type FinishedFederation,
} from '../support/small-federation.js';

const README = join(__dirname, '../../../README.md');
const ROUNDS = 3;

/** The lines of the README's section that begin with one of the two prompts. */
async function commandsOf(prompt: 'hospital' | 'consortium'): Promise<readonly string[]> {
  const [, section = ''] = (await readFile(README, 'utf8')).split('## A hospital joins');
  const [lines = ''] = section.split('\n## ');
  return lines
    .split('\n')
    .filter((line) => line.startsWith(`    ${prompt}$`))
    .map((line) => line.replace(/^ *\w+\$ +/, ''));
}

/** The arguments of a line, with the placeholders filled in. */
function argumentsOf(line: string, names: Readonly<Record<string, string>>): string[] {
  const [, ...words] = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => names[word] ?? word);
}

interface Late {
  readonly federation: Federation;
  readonly board: EventBoard;
  readonly folder: string;
  readonly pictures: string;
  readonly site: string;
  /** Who takes part already. */
  readonly members: readonly string[];
}

interface OwnKey {
  readonly key: string;
  readonly words: string;
}

/** Each other hospital sends its key, and reads its words out. @param step the line of the README */
async function trustMembers(step: string, { folder, members }: Late, home: string): Promise<void> {
  for (const site of members) {
    const shown = await runJson('agent', ['key', 'show', '--home', agentHome({ folder }, site)]);
    const { key, words } = shown as OwnKey;
    const typed = argumentsOf(step, { HOME: home, OTHER: site, KEY: key });
    await runCommand(
      'agent',
      typed.map((word) => (word.startsWith('"') ? words : word)),
    );
  }
}

/** A folder as the README has it: this hospital's pictures alone, and their labels. @returns the folder */
async function ownPictures({ folder, pictures, site }: Late): Promise<string> {
  const own = join(folder, `pictures-of-${site}`);
  const text = await readFile(join(pictures, 'labels.csv'), 'utf8');
  const [titles = '', ...rows] = text.trim().split('\n');
  const column = titles.split(',').indexOf('site');
  const kept = rows.filter((row) => row.split(',')[column] === site);
  for (const [file = ''] of kept.map((row) => row.split(','))) {
    await mkdir(dirname(join(own, file)), { recursive: true });
    await copyFile(join(pictures, file), join(own, file));
  }
  await writeFile(join(own, 'labels.csv'), `${[titles, ...kept].join('\n')}\n`);
  return own;
}

/** What the hospital and the consortium type. @returns what is typed once the first round is done */
async function joinLate(late: Late): Promise<string[]> {
  const { federation, board, folder, site } = late;
  const home = agentHome({ folder }, site);
  const invite = join(home, 'invite.txt');
  const names = {
    ...{ HOME: home, SITE: site, URL: federation.url, STUDY: DEMO_STUDY_ID },
    ...{ DIR: await ownPictures(late), MODEL: SHIPPED_BACKBONE },
    'invite.txt': invite,
  };
  await mkdir(home, { recursive: true });
  const typed = await commandsOf('hospital');
  const step = (number: number): string[] => argumentsOf(typed[number] ?? '', names);
  const [inviting = '', letIn = ''] = await commandsOf('consortium');
  expect(typed).toHaveLength(8);
  const [asking = ''] = inviting.split(' > ');
  const secret = await runCommand('operator', [
    ...argumentsOf(asking, names),
    ...federation.operator,
  ]);
  await writeFile(invite, secret, { mode: 0o600 });
  const printed = await runCommand('agent', step(0));
  const words = /words +([a-z]+(?: [a-z]+){5})\n/.exec(printed)?.[1] ?? '';
  const readOut = argumentsOf(letIn, names).map((word) => (word.startsWith('"') ? words : word));
  await runCommand('operator', [...readOut, ...federation.approver]);
  await runCommand('agent', step(1));
  await runCommand('agent', step(2));
  federation.fleet.start({
    ...{ name: site, program: 'agent', args: step(3) },
    logFile: join(folder, `${site}.log`),
    onEvent: (event) => board.add(site, event),
  });
  while ((await commandOutcome('agent', step(4))).code !== 0) {
    await pause(200);
  }
  await trustMembers(typed[5] ?? '', late, home);
  await runCommand('agent', step(6));
  await federation.fleet.whileRunning(board.everyOne([site], ({ event }) => event === 'joined'));
  return step(7);
}

/** Typed as the last command says what comes next. */
async function firstReceipt(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  folder: string,
): Promise<Buffer> {
  const [, study = '', round = ''] =
    /^(\S+) round (\d+), attempt \d+: \d+ bytes left/m.exec(stdout) ?? [];
  const FILE = join(folder, 'receipt.pdf');
  const next = stderr.replace(/^Next: /, '').trim();
  await runCommand('agent', argumentsOf(next, { STUDY: study, ROUND: round, FILE }));
  return readFile(FILE);
}

describe('a hospital that comes when the rounds run already', () => {
  let study: FinishedFederation;
  let site = '';
  let receipts: { code: number | string; stdout: string; stderr: string };
  let pdf: Buffer;

  beforeAll(async () => {
    study = await runSmallFederation({
      rounds: ROUNDS,
      late: 1,
      imagesPerSite: 16,
      disturb: async (federation, board, members, place) => {
        const [first = ''] = members;
        [site = ''] = place.late;
        await board.everyOne([first], ({ event, round }) => event === 'trained' && round === 1);
        // The second round waits for this one, so that the study is not over before the newcomer is there.
        await federation.fleet.kill(first);
        const list = await joinLate({ federation, board, site, members, ...place });
        federation.fleet.restart(first);
        await board.everyOne([site], ({ event, round }) => event === 'result' && round === ROUNDS);
        receipts = await commandOutcome('agent', list);
        pdf = await firstReceipt(receipts, place.folder);
      },
    });
  }, 300_000);

  afterAll(() => study.remove());

  it('takes part from the next manifest on and reaches the same adapter', () => {
    const { attempts } = study.evidence;
    const inRound = (round: number) => attempts.find(({ manifest }) => manifest.roundNo === round);
    expect(inRound(1)?.manifest.cohort).not.toContain(site);
    expect(inRound(ROUNDS)?.manifest.cohort).toContain(site);
    const last = inRound(ROUNDS)?.record;
    expect(last?.survivors).toContain(site);
  });

  it('has a receipt of its rounds, as text and as PDF', () => {
    expect(receipts).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${DEMO_STUDY_ID} round \\d+, attempt`)) as string,
    });
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });

  it('is in a bundle that verifies: its approval by two people, its roster, its rounds', async () => {
    const verdict = await verifyBundleFolder(study.bundle);
    expect(verdict).toEqual({ code: 0, verified: true, failures: [] });
  });
});
