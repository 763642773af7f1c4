import { rm } from 'node:fs/promises';
import { fingerprintWords, generateSigningKeyPair } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { AgentFixture, type RunningAgent } from '../participation/testing/agent-fixture.js';
import { createFakeTrainer } from '../participation/testing/fake-trainer.js';
import { TestFederation } from '../participation/testing/test-federation.js';
import { BACKBONE, testStudy } from '../participation/testing/test-study.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { PageVisitor } from './testing/page-visitor.js';

const POLICY = { participation: { minSites: 2 }, data: { minCell: 1 } };
const STUDY = '/policy/cells';
const spokenFor = (publicKey: Uint8Array): string => fingerprintWords(publicKey).join(' ');

describe('hospitals that nobody here knows, on the page', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;
  let agent: RunningAgent;
  let visitor: PageVisitor;

  beforeAll(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    await fixture.allow(POLICY);
    federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
    federation.offer();
    const { client } = createFakeTrainer({ backbone: BACKBONE });
    agent = await fixture.start(() => client);
    await agent.until(({ event }) => event === 'awaiting-approval');
    visitor = await PageVisitor.open(fixture);
    await visitor.signInFirst();
    await visitor.press(STUDY, `${STUDY}/approve`, { by: 'Ada' });
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    await agent.until(({ code }) => code === 'members-not-approved');
  });

  afterAll(async () => {
    await visitor.close();
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
  });

  const trust = (words: string, member = 'ghost') =>
    visitor.press(STUDY, `${STUDY}/trust`, { member, words });

  it('are what the page Now waits for, with the way to them', async () => {
    const page = await visitor.text('/');
    expect(page).toContain('until somebody here has compared the keys of: ghost.');
    expect(page).toContain(`href="${STUDY}"`);
  });

  it('stay new for words of another key, for no words, and for an approval without them', async () => {
    const page = await visitor.text(STUDY);
    expect(page).toContain('The six words that somebody at ghost reads out');
    expect(page).not.toContain(spokenFor(federation.ghostKey.publicKey));
    const wrong = await trust(spokenFor(generateSigningKeyPair().publicKey));
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      expect.stringContaining('nothing is trusted'),
    ]);
    expect((await trust('')).status).toBe(400);
    expect((await trust('one two three four five six', 'nobody')).status).toBe(400);
    await visitor.press(STUDY, `${STUDY}/approve`, { by: 'Ada' });
    expect(await visitor.text(STUDY)).toContain('<strong>ghost</strong> (new)');
  });

  it('are approved where their keys were compared, and no others that came since', async () => {
    const others = toBase64(generateSigningKeyPair().publicKey);
    await visitor.press(STUDY, `${STUDY}/approve`, { by: 'Ada', members: others });
    expect(await visitor.text(STUDY)).toContain('<strong>ghost</strong> (new)');
    const [, shown = ''] = /name="members"\s+value="([^"]+)"/.exec(await visitor.text(STUDY)) ?? [];
    expect(shown).toBe(toBase64(federation.ghostKey.publicKey));
    await fixture.allow({ ...POLICY, approval: { people: 2 } });
    await visitor.press(STUDY, `${STUDY}/approve`, { by: 'Ada', members: shown });
    await visitor.press(STUDY, `${STUDY}/approve`, { by: 'Ada', members: shown });
    expect(await visitor.text(STUDY)).toContain('<strong>ghost</strong> (new)');
    await fixture.allow(POLICY);
    expect(await visitor.text(STUDY)).toContain('<strong>ghost</strong> (known)');
    await rm(fixture.home.approvalsFolder, { recursive: true });
  });

  it('are known once the words that were heard go with the key', async () => {
    expect((await trust(spokenFor(federation.ghostKey.publicKey))).status).toBe(303);
    const page = await visitor.text(STUDY);
    expect(page).toContain('<strong>ghost</strong> (known)');
    expect(page).not.toContain('reads out');
    expect(await visitor.text('/')).not.toContain('compared the keys');
  });
});
