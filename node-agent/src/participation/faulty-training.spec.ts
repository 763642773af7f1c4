import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AgentFixture, type RunningAgent } from './testing/agent-fixture.js';
import { createFakeTrainer, failure, type FakeTrainerOptions } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

describe('a site whose training goes wrong', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;
  let agent: RunningAgent;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
  });

  afterEach(async () => {
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
  });

  async function start(options: Omit<FakeTrainerOptions, 'backbone'>) {
    const trainer = createFakeTrainer({ backbone: BACKBONE, ...options });
    agent = await fixture.start(() => trainer.client);
    federation.offer();
    return trainer;
  }

  function kinds(): string[] {
    return coordinator.asked.map(({ request }) => request.kind);
  }

  it('declines with the code of a loss that is no number, and sends nothing else', async () => {
    await start({ fate: () => failure('non-finite') });
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    const declined = await agent.until(({ event }) => event === 'declined-round');
    expect(declined.code).toBe('non-finite');
    await until(() => kinds().includes('round.decline'));
    expect(kinds()).not.toContain('update.open');
  });

  it('trains again after the trainer was killed, and the study ends as if nothing had been', async () => {
    const trainer = await start({
      fate: (training) => (training === 1 ? { kind: 'crashed', reason: 'killed' } : undefined),
    });
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'study-completed');
    expect(trainer.trainings()).toBe(3);
    expect(agent.reports.some(({ event }) => event === 'trainer-restarted')).toBe(true);
  });

  it('declines the attempt when the trainer dies three times', async () => {
    const trainer = await start({ fate: () => ({ kind: 'crashed', reason: 'out-of-memory' }) });
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    const declined = await agent.until(({ event }) => event === 'declined-round');
    expect(declined.code).toBe('trainer-crashed');
    expect(trainer.trainings()).toBe(3);
  });

  it('sends the same delta again, encrypted anew, when the attempt was aborted', async () => {
    const trainer = await start({});
    await agent.until(({ event }) => event === 'joined');
    federation.sendsPeers = false;
    const first = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'trained');
    federation.abort(first, 'a site was lost');
    await agent.until(({ event }) => event === 'aborted');
    federation.sendsPeers = true;
    const second = federation.openAttempt(1, 2);
    await agent.until(({ event }) => event === 'study-completed');
    expect(trainer.trainings()).toBe(2);
    expect(second.advert?.body.transportKey).not.toBe(first.advert?.body.transportKey);
  });

  it('stops a training that the round no longer waits for', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start({ gate: () => gate });
    await agent.until(({ event }) => event === 'joined');
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'round-started');
    federation.abort(attempt, 'a site was lost');
    await agent.until(({ event }) => event === 'aborted');
    release();
    federation.openAttempt(1, 2);
    await agent.until(({ event }) => event === 'study-completed');
    expect(federation.contradictions).toEqual([]);
  });

  it('does not join with fewer training images than the study requires', async () => {
    await start({ trainImages: 3 });
    const declined = await agent.until(({ event }) => event === 'declined-study');
    expect(declined.code).toBe('dataset-too-small');
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
