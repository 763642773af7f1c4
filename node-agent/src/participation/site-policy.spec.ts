import { access } from 'node:fs/promises';
import type { Signed } from '@consilium/shared/crypto';
import type { Join } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { studyFolder } from '../config/home.js';
import { withDecision, writeApprovals } from '../policy/approvals.js';
import { paused, resumed, RUNNING, withdrawnFrom, writeControl } from '../policy/control.js';
import { readPolicy } from '../policy/policy-file.js';
import type { Member } from '../policy/round-refusals.js';
import { toBase64 } from '@consilium/shared/encoding';
import { studyProtocolHash } from '@consilium/shared/protocol';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AdapterCheckpoints } from './adapter-checkpoints.js';
import { AgentFixture, OPEN_POLICY, type RunningAgent } from './testing/agent-fixture.js';
import type { AttemptInProgress } from './testing/attempt-in-progress.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

const CLOSED = { ...OPEN_POLICY, members: {}, approval: { mode: 'manual' } };

let coordinator: InProcessCoordinator;
let fixture: AgentFixture;
let federation: TestFederation;
let agent: RunningAgent;
let openGate: () => void;

async function start(policy: object, isGated = false): Promise<void> {
  await fixture.allow(policy);
  const gate = new Promise<void>((resolve) => {
    openGate = resolve;
  });
  const trainer = createFakeTrainer({
    backbone: BACKBONE,
    ...(isGated ? { gate: () => gate } : {}),
  });
  federation.offer();
  // As the real one, it ends a training when it is closed.
  const client = {
    ...trainer.client,
    close: () => {
      const closed = trainer.client.close();
      openGate();
      return closed;
    },
  };
  agent = await fixture.start(() => client);
}

async function approve(
  members: readonly Member[],
  by = 'Ada',
  word: 'approved' | 'refused' = 'approved',
): Promise<void> {
  const { hash: policyHash } = await readPolicy(fixture.home.policyFile);
  const { studyId } = federation.protocol;
  const decision = {
    by,
    at: new Date().toISOString(),
    decision: word,
    studyProtocolHash: studyProtocolHash(federation.protocol),
    members: [...members],
    policyHash,
  };
  await writeApprovals(fixture.home, withDecision(undefined, studyId, decision));
}

const joined = () => agent.until(({ event }) => event === 'joined');
const ghost = (): Member => ({
  site: 'ghost' as SiteId,
  key: toBase64(federation.ghostKey.publicKey),
});
/** What a person decided is taken up within seconds: attempts are repeated until this site takes part in one. */
async function untilTaken(declined: AttemptInProgress): Promise<void> {
  let last = declined;
  const uploaded = agent.until(({ event }) => event === 'uploaded').then(() => true);
  for (let attemptNo = 2, isTaken = false; !isTaken; attemptNo += 1) {
    federation.abort(last, 'declined');
    last = federation.openAttempt(1, attemptNo);
    const { attemptId } = last.manifest.body;
    const again = agent.until((r) => r.event === 'declined-round' && r.attempt === attemptId);
    isTaken = await Promise.race([uploaded, again.then(() => false)]);
  }
}

const asked = (kind: string) => coordinator.asked.filter(({ request }) => request.kind === kind);

beforeEach(async () => {
  coordinator = await InProcessCoordinator.start();
  fixture = await AgentFixture.enrolled(coordinator);
  federation = new TestFederation(coordinator, testStudy({ rounds: 2 }), fixture.siteId);
});

afterEach(async () => {
  openGate();
  await agent.stop();
  await coordinator.close();
  await fixture.remove();
});

describe('a study that is offered', () => {
  it('waits for a person, joins once one approves it, and says by which policy', async () => {
    await start(CLOSED);
    await agent.until(({ event }) => event === 'awaiting-approval');
    expect(asked('study.join')).toHaveLength(0);
    await approve([]);
    await joined();
    const [{ request } = { request: undefined }] = asked('study.join');
    const { join } = request as { join: Signed<Join> };
    expect(join.body.policyHash).toBe((await readPolicy(fixture.home.policyFile)).hash);
  });

  it('is declined with the code of the first rule that it breaks', async () => {
    await start({ ...OPEN_POLICY, participation: { minSites: 4 }, data: { minRows: 99 } });
    const { code } = await agent.until(({ event }) => event === 'declined-study');
    expect(code).toBe('policy-min-sites');
  });
});

describe('a study that this site has declined', () => {
  const words = () =>
    asked('study.join').map(({ request }) => {
      const { decision } = (request as { join: Signed<Join> }).join.body;
      return decision.kind === 'decline' ? decision.code : decision.kind;
    });

  it('is joined once its people approve it, the reason being gone', async () => {
    await start({ ...CLOSED, data: { minRows: 99 } });
    await approve([]);
    await agent.until(({ event }) => event === 'declined-study');
    await fixture.allow(CLOSED);
    await approve([]);
    await joined();
    expect(words()).toEqual(['policy-min-rows', 'join']);
  });

  it('is joined after a restart, too, when the person who refused it approves', async () => {
    await start(CLOSED);
    await approve([], 'Ada', 'refused');
    await agent.until(({ event }) => event === 'declined-study');
    await agent.stop();
    await approve([], 'Ada');
    agent = await fixture.start(() => createFakeTrainer({ backbone: BACKBONE }).client);
    await joined();
    expect(words()).toEqual(['refused-by-site', 'join']);
  });
});

describe('a round with a member that nobody here approved', () => {
  it('is declined before an advert leaves, and taken part in once a person approved it', async () => {
    await start(CLOSED);
    await approve([]);
    await joined();
    const attempt = federation.openAttempt(1);
    const { code } = await agent.until(({ event }) => event === 'declined-round');
    expect(code).toBe('members-not-approved');
    expect(asked('round.advert')).toHaveLength(0);

    await approve([ghost()]);
    await untilTaken(attempt);
  });

  it('is taken part in beside enough members that the policy lists as known', async () => {
    await start({ ...OPEN_POLICY, members: { known: [ghost()], atLeastKnown: 1 } });
    await joined();
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'study-completed');
    expect(federation.attempts[0]?.header?.body.policyHash).toBe(
      (await readPolicy(fixture.home.policyFile)).hash,
    );
  });
});

describe('figures', () => {
  it('stay here when the policy shares none', async () => {
    await start({ ...OPEN_POLICY, share: { metrics: 'none' } });
    await joined();
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'study-completed');
    expect(federation.attempts[0]?.header?.body).not.toHaveProperty('evaluation');
    expect(asked('evaluation.report')).toHaveLength(0);
  });
});

describe('a pause', () => {
  it('ends the attempt under way: training stops, no update leaves; after it the site goes on', async () => {
    await start(OPEN_POLICY, true);
    await joined();
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'progress');
    await writeControl(fixture.home, paused(RUNNING, 'now'));
    const { code } = await agent.until(({ event }) => event === 'declined-round');
    expect(code).toBe('paused');
    expect(asked('update.open')).toHaveLength(0);

    await writeControl(fixture.home, resumed(paused(RUNNING, 'now')));
    await untilTaken(attempt);
  });

  it('after the round lets the attempt under way end and begins no other', async () => {
    await start(OPEN_POLICY, true);
    await joined();
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'progress');
    await writeControl(fixture.home, paused(RUNNING, 'after-round'));
    // More than it takes to look at the files again.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    openGate();
    await agent.until(({ event }) => event === 'uploaded');
    const { round, code } = await agent.until(({ event }) => event === 'declined-round');
    expect({ round, code }).toEqual({ round: 2, code: 'paused' });
  });
});

/** The next adapter that is kept waits. @returns a promise for when it does, and what lets it go on */
function heldSave(): [Promise<void>, () => void] {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const save = jest.spyOn(AdapterCheckpoints.prototype, 'save');
  const saving = new Promise<void>((resolve) => {
    save.mockImplementationOnce(async function (this: AdapterCheckpoints, ...given) {
      resolve();
      await held;
      save.mockRestore();
      await this.save(...given);
    });
  });
  return [saving, goOn];
}

async function untilTold(): Promise<void> {
  for (let i = 0; i < 100 && asked('study.withdraw').length === 0; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a withdrawal', () => {
  it('stops the training, deletes the copies and tells the coordinator under the key of the site', async () => {
    await start(OPEN_POLICY, true);
    await joined();
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'progress');
    const { studyId } = federation.protocol;
    await writeControl(fixture.home, withdrawnFrom(RUNNING, studyId));
    await agent.until(({ event }) => event === 'withdrawn');
    await untilTold();
    expect(asked('study.withdraw')).toHaveLength(1);
    expect(asked('update.open')).toHaveLength(0);
    await expect(access(studyFolder(fixture.home, studyId).folder)).rejects.toThrow('ENOENT');
  });

  it('leaves no copy of a result that is being kept at that moment', async () => {
    const [saving, goOn] = heldSave();
    await start(OPEN_POLICY);
    await joined();
    federation.openAttempt(1);
    await saving;
    const { studyId } = federation.protocol;
    await writeControl(fixture.home, withdrawnFrom(RUNNING, studyId));
    // More than it takes to look at the files again.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    goOn();
    await agent.until(({ event }) => event === 'withdrawn');
    await untilTold();
    await expect(access(studyFolder(fixture.home, studyId).folder)).rejects.toThrow('ENOENT');
  });
});
