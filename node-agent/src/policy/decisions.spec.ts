import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseContentHash, parseSiteId, parseStudyId } from '@consilium/shared/vocabulary';
import { homeAt, type Home } from '../config/home.js';
import { createLogger } from '../telemetry/logger.js';
import { standingOf, withDecision, writeApprovals, type PersonsDecision } from './approvals.js';
import { paused, readControl, resumed, RUNNING, withdrawnFrom, writeControl } from './control.js';
import { SiteDecisions } from './decisions.js';

const STUDY = parseStudyId('cells');
const HASH = parseContentHash(`sha256:${'1'.repeat(64)}`);
const OTHER = parseContentHash(`sha256:${'2'.repeat(64)}`);
const EAST = { site: parseSiteId('east'), key: `${'A'.repeat(43)}=` };

const said = (by: string, changes: Partial<PersonsDecision> = {}): PersonsDecision => ({
  by,
  at: '2026-03-02T10:00:00.000Z',
  decision: 'approved',
  studyProtocolHash: HASH,
  members: [EAST],
  policyHash: OTHER,
  ...changes,
});

describe('approvals', () => {
  it('need as many people as the policy says, and a name counts once', () => {
    const one = withDecision(undefined, STUDY, said('Ada'));
    expect(standingOf(one, HASH, 1)).toMatchObject({ state: 'approved', members: [EAST] });
    const twice = withDecision(one, STUDY, said(' ada '));
    expect(standingOf(twice, HASH, 2)).toMatchObject({ state: 'open', members: [] });
    const two = withDecision(one, STUDY, said('Grace'));
    expect(standingOf(two, HASH, 2)).toMatchObject({ state: 'approved', members: [EAST] });
  });

  it('cover a member only when enough people saw it', () => {
    const first = withDecision(undefined, STUDY, said('Ada', { members: [] }));
    const both = withDecision(first, STUDY, said('Grace'));
    expect(standingOf(both, HASH, 2)).toMatchObject({ state: 'approved', members: [] });
  });

  it('are of one protocol, and one refusal is enough', () => {
    const approved = withDecision(undefined, STUDY, said('Ada'));
    expect(standingOf(approved, OTHER, 1).state).toBe('open');
    const refused = withDecision(approved, STUDY, said('Grace', { decision: 'refused' }));
    expect(standingOf(refused, HASH, 1).state).toBe('refused');
  });
});

describe('a running agent', () => {
  let home: Home;
  let decisions: SiteDecisions;
  const lines: string[] = [];
  const signal = new AbortController().signal;

  beforeEach(async () => {
    home = homeAt(await mkdtemp(join(tmpdir(), 'decisions-')));
    lines.length = 0;
    const logger = createLogger('info', { write: (line: string) => lines.push(line) });
    decisions = await SiteDecisions.open(home, logger);
  });

  afterEach(async () => {
    await decisions.close();
    await rm(home.folder, { recursive: true, force: true });
  });

  it('starts with the strictest policy where there is no file', () => {
    expect(decisions.current.policy.approval.mode).toBe('manual');
    expect(decisions.current.control).toEqual(RUNNING);
  });

  it('takes up a policy, an approval and a switch as they are written', async () => {
    const before = decisions.current.hash;
    await writeFile(home.policyFile, 'approval: { mode: automatic }');
    const hash = await decisions.until((d) => (d.hash === before ? undefined : d.hash), signal);
    expect(hash).not.toBe(before);

    await writeApprovals(home, withDecision(undefined, STUDY, said('Ada')));
    const approvals = await decisions.until((d) => d.approvals.get(STUDY), signal);
    expect(approvals.decisions).toHaveLength(1);

    await writeControl(home, withdrawnFrom(paused(RUNNING, 'now'), STUDY));
    const control = await decisions.until((d) => (d.control.pause ? d.control : undefined), signal);
    expect(control.withdrawn).toEqual([STUDY]);
    await writeControl(home, resumed(await readControl(home)));
    const after = await decisions.until((d) => (d.control.pause ? undefined : d.control), signal);
    expect(after.withdrawn).toEqual([STUDY]);
  });

  it('keeps what stood before a file that has a fault, says so, and still takes a pause', async () => {
    await writeFile(home.policyFile, 'surprise: true');
    await writeControl(home, paused(RUNNING, 'now'));
    await decisions.until((d) => d.control.pause, signal);
    expect(lines.join('')).toMatch(/a changed file of this site is not taken/);
    expect(decisions.current.policy.approval.mode).toBe('manual');
  });

  it('ends with what the choice throws', async () => {
    const failing = decisions.until(() => {
      throw new Error('chosen');
    }, signal);
    await expect(failing).rejects.toThrow('chosen');
  });
});
