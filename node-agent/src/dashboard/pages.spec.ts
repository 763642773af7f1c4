import { readFile } from 'node:fs/promises';
import { encodeFloat } from '@consilium/shared/encoding';
import { studyFolder } from '../config/home.js';
import { AgentFixture } from '../participation/testing/agent-fixture.js';
import { createFakeTrainer } from '../participation/testing/fake-trainer.js';
import { TestFederation } from '../participation/testing/test-federation.js';
import { BACKBONE, testStudy } from '../participation/testing/test-study.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { PageVisitor } from './testing/page-visitor.js';

describe('the pages of a hospital', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let visitor: PageVisitor;

  beforeAll(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    await fixture.allow({
      participation: { minSites: 2 },
      approval: { people: 2 },
      members: { atLeastKnown: 0 },
      schedule: { windows: [{ cron: '0 20 * * 1-5', minutes: 600, timeZone: 'Europe/Berlin' }] },
      update: { clipNorm: 1 },
    });
    const protocol = testStudy();
    const training = { ...protocol.training, clipNorm: encodeFloat(1) };
    const federation = new TestFederation(coordinator, { ...protocol, training }, fixture.siteId);
    federation.offer();
    const agent = await fixture.start(() => createFakeTrainer({ backbone: BACKBONE }).client);
    await agent.until(({ event }) => event === 'awaiting-approval');
    await agent.stop();
    visitor = await PageVisitor.open(fixture);
    await visitor.signInFirst();
  });

  afterAll(async () => {
    await visitor.close();
    await coordinator.close();
    await fixture.remove();
  });

  it('say before anything happened what must happen first', async () => {
    expect(await visitor.text('/leaving')).toContain('Nothing has left yet.');
    expect(await visitor.text('/receipts')).toContain('None yet. The first round of a study');
    expect(await visitor.text('/')).toContain('Waits for approval: 0 of 2 people have approved.');
  });

  it('show the policy in sentences of both languages', async () => {
    const page = await visitor.text('/policy');
    expect(page).toContain('Training begins in windows: 0 20 * * 1-5 (Europe/Berlin)');
    expect(page).toContain('The study clips updates to a norm of 1 or less.');
    expect(page).toContain('Two people approve each study');
    await visitor.speak('de');
    expect(await visitor.text('/policy')).toContain('Zwei Personen geben jede Studie frei');
    await visitor.speak('en');
  });

  it('take the word of two people, each under a name of his own, and no nameless one', async () => {
    const nameless = await visitor.press('/policy/cells', '/policy/cells/approve', { by: ' ' });
    expect([nameless.status, await nameless.text()]).toEqual([
      400,
      expect.stringContaining('Type your name'),
    ]);
    await visitor.press('/policy/cells', '/policy/cells/approve', { by: 'Ada <b>' });
    await visitor.press('/policy/cells', '/policy/cells/approve', { by: 'ada <b>' });
    const once = await visitor.text('/policy/cells');
    expect(once).toContain('1 of 2 needed approvals are there.');
    expect(once).toContain('ada &lt;b&gt;');
    await visitor.press('/policy/cells', '/policy/cells/approve', { by: 'Grace' });
    expect(await visitor.text('/policy/cells')).toContain('It is approved.');
  });

  it('say why the policy forbids an approval', async () => {
    const policy = await readFile(fixture.home.policyFile, 'utf8');
    await fixture.allow({ participation: { minSites: 3 } });
    const refused = await visitor.press('/policy/cells', '/policy/cells/approve', { by: 'Eve' });
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining('the policy asks for at least 3'),
    ]);
    expect(policy).toContain('minSites: 2');
  });

  it('turn the switches that the commands turn, and show what they stand at', async () => {
    const control = async (): Promise<unknown> =>
      JSON.parse(await readFile(fixture.home.controlFile, 'utf8'));
    await visitor.press('/', '/pause-after-round');
    expect(await control()).toEqual({ v: 1, withdrawn: [], pause: 'after-round' });
    await visitor.press('/', '/pause');
    expect(await control()).toMatchObject({ pause: 'now' });
    expect(await visitor.text('/?part=live')).toMatch(/^<div data-control="now">/);
    await visitor.press('/', '/resume');
    expect(await control()).toEqual({ v: 1, withdrawn: [] });
  });

  it('show the connection and the progress of the moment', async () => {
    visitor.live.take({ event: 'connected' });
    visitor.live.take({
      ...{ event: 'progress', study: 'cells', round: 1, phase: 'training' },
      ...{ step: 3, steps: 12, loss: 0.43210987 },
    });
    const page = await visitor.text('/');
    expect(page).toContain('connected since');
    expect(page).toContain('trains, step 3 of 12, training loss 0.4321');
    visitor.live.take({ event: 'disconnected', code: 'unreachable' });
    expect(await visitor.text('/')).toMatch(/not connected since [^<]* \(unreachable\)/);
  });

  it('withdraw in two steps, of which the first names what goes', async () => {
    const { folder } = studyFolder(fixture.home, testStudy().studyId);
    const page = await visitor.text('/withdraw/cells');
    expect(page).toContain(folder);
    expect(page).toContain('Withdraw for good');
    expect((await visitor.press('/withdraw/cells', '/withdraw/cells')).status).toBe(303);
    const control = await readFile(fixture.home.controlFile, 'utf8');
    expect(JSON.parse(control)).toEqual({ v: 1, withdrawn: ['cells'] });
    expect((await visitor.ask('/withdraw/nothing')).status).toBe(404);
  });
});
