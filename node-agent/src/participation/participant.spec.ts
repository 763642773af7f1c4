import { readdir, readFile } from 'node:fs/promises';
import { studyFolder } from '../config/home.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { contentHash } from '@consilium/shared/crypto';
import { AgentFixture } from './testing/agent-fixture.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

describe('a site in a study', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
  });

  afterEach(async () => {
    await coordinator.close();
    await fixture.remove();
  });

  it('joins, takes part in every round, verifies the results and reports its figures', async () => {
    const trainer = createFakeTrainer({ backbone: BACKBONE });
    const agent = await fixture.start(() => trainer.client);
    federation.offer();
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'study-completed');
    await agent.stop();

    expect(federation.isCompleted).toBe(true);
    expect(trainer.trainings()).toBe(2);
    const folder = studyFolder(fixture.home, federation.protocol.studyId);
    const final = await readFile(folder.adapterFile(2));
    expect(contentHash(final)).toBe(federation.checkpointHash);
    expect(await readdir(folder.attemptsFolder)).toEqual([]);
    expect(await readdir(folder.roundsFolder)).toEqual([]);
    const reported = coordinator.asked.filter(
      ({ request }) => request.kind === 'evaluation.report',
    );
    expect(reported).toHaveLength(2);
    expect(federation.contradictions).toEqual([]);
  });
});
