/** A site takes no part with a model whose terms nobody there has accepted. */
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AgentFixture } from './testing/agent-fixture.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

describe('a site that is offered a study with a model under conditions', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    const study = testStudy();
    const protocol = { ...study, backbone: { ...study.backbone, model: 'uni' } };
    new TestFederation(coordinator, protocol, fixture.siteId).offer();
  });

  afterEach(async () => {
    await coordinator.close();
    await fixture.remove();
  });

  it('declines it without a record, before anything is opened, and logs what to record', async () => {
    const createTrainer = jest.fn(() => createFakeTrainer({ backbone: BACKBONE }).client);
    const agent = await fixture.start(createTrainer);
    const declined = await agent.until(({ event }) => event === 'declined-study');
    await agent.stop();
    expect(declined.code).toBe('licence-not-accepted');
    expect(createTrainer).not.toHaveBeenCalled();
    expect(fixture.logLines.join('')).toContain('{ model: uni, acceptedBy: NAME');
  });

  it('joins it with the record', async () => {
    fixture.licences = '[{ model: uni, acceptedBy: Dr. Example, acceptedOn: 2026-01-31 }]';
    const agent = await fixture.start(() => createFakeTrainer({ backbone: BACKBONE }).client);
    const joined = await agent.until(({ event }) => event === 'joined');
    await agent.stop();
    expect(joined.study).toBe('cells');
  });
});
