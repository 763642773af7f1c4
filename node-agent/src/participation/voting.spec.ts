import { encodeFloat } from '@consilium/shared/encoding';
import type { Metrics } from '@consilium/shared/protocol';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AgentFixture, OPEN_POLICY, type RunningAgent } from './testing/agent-fixture.js';
import { createFakeTrainer, failure, type FakeTrainerOptions } from './testing/fake-trainer.js';
import { SecureFederation } from './testing/secure-federation.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy, type TestStudyOptions } from './testing/test-study.js';

const WORSE: Partial<Metrics> = { balancedAccuracy: encodeFloat(0.5) };
const isCandidate = (file: string) => file.includes('candidate');
const ifCandidate = (figures: Partial<Metrics>) => (file: string) =>
  isCandidate(file) ? figures : {};

describe.each([
  ['plain', { minSites: 2 }, TestFederation],
  ['secure', { minSites: 3, colluders: 1 }, SecureFederation],
] as const)('the vote of a site in a %s attempt', (_, mode, Federation) => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;
  let trainer: ReturnType<typeof createFakeTrainer>;
  let agent: RunningAgent;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
  });

  afterEach(async () => {
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
  });

  async function begin(
    options: Partial<FakeTrainerOptions> = {},
    study: TestStudyOptions = {},
  ): Promise<void> {
    const protocol = testStudy({ rounds: 1, acceptance: {}, ...mode, ...study });
    federation = new Federation(coordinator, protocol, fixture.siteId);
    trainer = createFakeTrainer({ backbone: BACKBONE, ...options });
    agent = await fixture.start(() => trainer.client);
    federation.offer();
    await agent.until(({ event }) => event === 'joined');
  }

  async function verdict(): Promise<string> {
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'voted');
    const { verdict, code } = federation.ballot.votes[0]?.body ?? {};
    return `${verdict} ${code}`;
  }

  it('accepts a candidate that is no worse than the adapter in force, and takes the result', async () => {
    await begin();
    expect(await verdict()).toBe('accept within-tolerance');
    await agent.until(({ event }) => event === 'study-completed');
    expect(trainer.evaluated.slice(0, 2).map(({ split }) => split)).toEqual(['val', 'val']);
  });

  it('refuses one that is worse by more than the tolerance', async () => {
    await begin({ measured: ifCandidate(WORSE) });
    expect(await verdict()).toBe('refuse worse');
  });

  it('accepts one that is worse by less', async () => {
    await begin({ measured: ifCandidate(WORSE) }, { acceptance: { tolerance: 0.3 } });
    expect(await verdict()).toBe('accept within-tolerance');
  });

  it('refuses one whose delta is too long without measuring it', async () => {
    await begin({}, { acceptance: { maxNorm: 1e-6 } });
    federation.ghostVerdict = () => 'refuse';
    expect(await verdict()).toBe('refuse norm');
    expect(trainer.evaluated).toEqual([]);
  });

  it('refuses one that cannot be measured', async () => {
    const diverged = failure('non-finite');
    await begin({ measured: (file) => (isCandidate(file) ? diverged : {}) });
    expect(await verdict()).toBe('refuse failed');
  });

  it('says nothing of a split that is too small for its policy', async () => {
    await fixture.allow({ ...OPEN_POLICY, data: { minCell: 3 } });
    await begin({ measured: ifCandidate(WORSE) });
    expect(await verdict()).toBe('accept not-measured');
    expect(trainer.evaluated.some(({ adapterFile }) => isCandidate(adapterFile))).toBe(false);
  });

  it('has no figure in it', async () => {
    await begin({ measured: ifCandidate(WORSE) });
    await verdict();
    expect(Object.keys(federation.ballot.votes[0]?.body ?? {}).sort()).toEqual([
      'attemptId',
      'code',
      'manifestHash',
      'recordHash',
      'roundNo',
      'siteId',
      'studyId',
      'v',
      'verdict',
    ]);
  });

  it('is followed, where the others refuse, by an attempt that is trained anew', async () => {
    await begin();
    federation.ghostVerdict = (_round, attemptNo) => (attemptNo === 1 ? 'refuse' : 'accept');
    const before = federation.checkpointHash;
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'study-completed');
    const [first, second] = federation.attempts.map(({ header }) => header?.body.vectorHash);
    expect(second).not.toBe(first);
    expect(trainer.trainings()).toBe(2);
    expect(federation.attempts[1]?.manifest.body.adapterCheckpointHash).toBe(before);
    expect(federation.contradictions).toEqual([]);
  });

  describe('is held against a coordinator', () => {
    async function expectHalted(code: string): Promise<void> {
      federation.openAttempt(1);
      const end = await agent.until(({ event }) => event === 'study-halted' || event === 'result');
      expect(end).toMatchObject({ event: 'study-halted', code });
    }

    it('that commits without enough votes', async () => {
      await begin();
      federation.alterVotes = (votes) => votes.slice(0, 1);
      await expectHalted('proof-invalid');
    });

    it('that counts one vote twice', async () => {
      await begin();
      federation.alterVotes = ([one]) => (one === undefined ? [] : [one, one, one]);
      await expectHalted('proof-invalid');
    });

    it('that puts words into the mouth of a site', async () => {
      await begin();
      federation.alterVotes = (votes) =>
        votes.map((vote) => ({
          ...vote,
          body: { ...vote.body, verdict: 'accept', code: 'not-measured' },
        }));
      await expectHalted('bad-signature');
    });

    it('that asks nobody', async () => {
      await begin();
      federation.alterManifest = (manifest) => {
        const { acceptance, ...others } = manifest;
        return acceptance === 'vote' ? others : manifest;
      };
      federation.openAttempt(1);
      const end = await agent.until(({ event }) => event === 'declined-round');
      expect(end.code).toBe('bad-message');
    });

    it('that shows a candidate other than its ring sum gives', async () => {
      await begin();
      federation.alterRecord = (record) => ({
        ...record,
        adapterCheckpointHash: record.previousAdapterCheckpointHash,
      });
      federation.ghostVerdict = () => 'refuse';
      expect(await verdict()).toBe('refuse failed');
    });
  });
});
