import { readFile, writeFile } from 'node:fs/promises';
import { fingerprintWords, generateSigningKeyPair } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { AgentFixture, type RunningAgent } from '../participation/testing/agent-fixture.js';
import { createFakeTrainer } from '../participation/testing/fake-trainer.js';
import { TestFederation } from '../participation/testing/test-federation.js';
import { BACKBONE, testStudy } from '../participation/testing/test-study.js';
import { parsePolicyText } from '../policy/policy-file.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { CommandLine, dataOf } from './testing/command-line.js';

const POLICY = '# ours\nparticipation: { minSites: 2 }\ndata: { minCell: 1 }\n';

describe('the other hospitals', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;
  let agent: RunningAgent;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    await writeFile(fixture.home.policyFile, POLICY);
    federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
    federation.offer();
    const { client } = createFakeTrainer({ backbone: BACKBONE });
    agent = await fixture.start(() => client);
    await agent.until(({ event }) => event === 'awaiting-approval');
  });

  afterEach(async () => {
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
  });

  const run = async (...words: string[]) => {
    const line = new CommandLine();
    const code = await line.run(...words, '--home', fixture.home.folder);
    return { code, out: line.out, err: line.err };
  };
  const policy = (): Promise<string> => readFile(fixture.home.policyFile, 'utf8');
  const wordsOf = (publicKey: Uint8Array): string => fingerprintWords(publicKey).join(' ');

  /** The study is approved, and its first round has shown a member that nobody here knows. */
  async function afterTheFirstRound(): Promise<void> {
    await run('study', 'approve', 'cells', '--by', 'Ada');
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    const { code } = await agent.until(({ event }) => event === 'declined-round');
    expect(code).toBe('members-not-approved');
  }

  it('are new until the words that one reads out go with its key; then rounds are taken part in', async () => {
    expect((await run('member', 'list')).out).toBe(
      'none yet: the first round of a study shows its hospitals\n',
    );
    await afterTheFirstRound();
    expect((await run('member', 'list')).out).toMatch(/^ghost: new, key [0-9a-f ]+, in cells\n$/);
    expect((await run('study', 'show', 'cells')).out).toContain(
      'consilium-agent member trust ghost --words "..."',
    );

    const spoken = wordsOf(federation.ghostKey.publicKey).toUpperCase().replaceAll(' ', ', ');
    const trusted = await run('member', 'trust', 'ghost', '--words', spoken);
    expect([trusted.code, trusted.out]).toEqual([0, expect.stringContaining('ghost is known')]);
    expect(await policy()).toMatch(/^# ours\n/);
    expect((await run('member', 'list')).out).toMatch(/^ghost: known/);
    const [attempt] = federation.attempts;
    expect(attempt).toBeDefined();
    if (attempt !== undefined) {
      federation.abort(attempt, 'declined');
    }
    federation.openAttempt(1, 2);
    await agent.until(({ event }) => event === 'round-started');
  });

  it('are not trusted by words of another key, by approving the study again, or unheard', async () => {
    await afterTheFirstRound();
    const other = wordsOf(generateSigningKeyPair().publicKey);
    const wrong = await run('member', 'trust', 'ghost', '--words', other);
    expect([wrong.code, wrong.err]).toEqual([4, expect.stringContaining('nothing is trusted')]);
    expect((await run('member', 'trust', 'ghost')).code).toBe(4);
    const again = await run('study', 'approve', 'cells', '--by', 'Ada');
    expect(again.err).toContain('study approve cells --members');
    expect((await run('member', 'list')).out).toMatch(/^ghost: new/);
    expect(await policy()).toBe(POLICY);

    const compared = await run('study', 'approve', 'cells', '--by', 'Ada', '--members');
    expect(compared.err).not.toContain('--members');
    expect((await run('member', 'list')).out).toMatch(/^ghost: known/);
    await run('study', 'approve', 'cells', '--by', 'ada');
    expect((await run('member', 'list')).out).toMatch(/^ghost: known/);
  });

  it('may be known before the first round, by the key that one sent', async () => {
    const { publicKey } = federation.ghostKey;
    const early = await run('member', 'trust', 'ghost', '--words', wordsOf(publicKey));
    expect([early.code, early.err]).toEqual([4, expect.stringContaining('give its key as --key')]);
    const key = toBase64(publicKey);
    const words = ['--words', wordsOf(publicKey)];
    const { out } = await run('member', 'trust', 'ghost', '--key', key, ...words, '--json');
    expect(dataOf(out)).toEqual({ site: 'ghost', key });
    expect(parsePolicyText(await policy()).policy.members.known).toEqual([{ site: 'ghost', key }]);
    const own = await run('member', 'trust', fixture.siteId, '--key', key, ...words);
    expect([own.code, own.err]).toEqual([4, expect.stringContaining('this hospital itself')]);
    const short = await run('member', 'trust', 'ghost', '--key', 'AAAA', ...words);
    expect([short.code, short.err]).toEqual([4, expect.stringContaining('32 bytes')]);
  });
});
