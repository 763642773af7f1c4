import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AgentFixture } from '../participation/testing/agent-fixture.js';
import { createFakeTrainer } from '../participation/testing/fake-trainer.js';
import { TestFederation } from '../participation/testing/test-federation.js';
import { BACKBONE, testStudy } from '../participation/testing/test-study.js';
import { CommandLine, dataOf } from './testing/command-line.js';

describe('the switches', () => {
  it('are files of the home folder, and need neither coordinator nor enrolment', async () => {
    const home = await mkdtemp(join(tmpdir(), 'switches-'));
    const line = new CommandLine();
    expect(await line.run('pause', '--after-round', '--home', home, '--json')).toBe(0);
    expect(dataOf(line.out)).toEqual({ v: 1, withdrawn: [], pause: 'after-round' });
    expect(await new CommandLine().run('resume', '--home', home)).toBe(0);
    const control = await readFile(join(home, 'control.json'), 'utf8');
    expect(JSON.parse(control)).toEqual({ v: 1, withdrawn: [] });
    expect(await new CommandLine().run('withdraw', 'cells', '--home', home)).toBe(4);
    await rm(home, { recursive: true });
  });
});

describe('a policy', () => {
  it('is checked with every fault, applied only when sound, and shown with its hash', async () => {
    const home = await mkdtemp(join(tmpdir(), 'policy-'));
    const file = join(home, 'new.yaml');
    await writeFile(file, 'data: { minCell: 0 }\ncolour: blue\n');
    const faulty = new CommandLine();
    expect(await faulty.run('policy', 'apply', file, '--home', home)).toBe(4);
    expect(faulty.err).toMatch(/policy\.yaml has 2 faults:[\s\S]*data\.minCell[\s\S]*colour/);

    await writeFile(file, 'data: { minCell: 7 }\n');
    const applied = new CommandLine();
    expect(await applied.run('policy', 'apply', file, '--home', home, '--json')).toBe(0);
    const shown = new CommandLine();
    expect(await shown.run('policy', 'show', '--home', home, '--json')).toBe(0);
    expect(shown.out).toBe(applied.out);
    expect(dataOf(shown.out)).toMatchObject({ policy: { data: { minCell: 7 } } });
    await rm(home, { recursive: true });
  });
});

describe('a study that was offered', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;

  beforeAll(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    await fixture.allow({ participation: { minSites: 2 }, approval: { people: 2 } });
    new TestFederation(coordinator, testStudy(), fixture.siteId).offer();
    const { client } = createFakeTrainer({ backbone: BACKBONE });
    const agent = await fixture.start(() => client);
    await agent.until(({ event }) => event === 'awaiting-approval');
    await agent.stop();
  });

  afterAll(async () => {
    await coordinator.close();
    await fixture.remove();
  });

  const run = async (...words: string[]) => {
    const line = new CommandLine();
    const code = await line.run(...words, '--home', fixture.home.folder);
    return { code, out: line.out, err: line.err };
  };

  it('is shown in sentences: purpose, what leaves, budget, members, what the policy says', async () => {
    const { code, out } = await run('study', 'show', 'cells');
    expect(code).toBe(0);
    expect(out).toMatch(/classes: a, b/);
    expect(out).toMatch(
      /In each round one update of 18 parameters, 72 bytes: 144 bytes in 2 rounds/,
    );
    expect(out).toMatch(/No picture, no file name/);
    expect(out).toMatch(/It allows the study\.\n.*0 of 2 people have approved it/);
  });

  it('is approved by two people, each under a name of his own', async () => {
    await run('study', 'approve', 'cells', '--by', 'Ada');
    const again = await run('study', 'approve', 'cells', '--by', 'ada', '--json');
    expect(dataOf(again.out)).toMatchObject({ approval: { state: 'open', by: ['ada'] } });
    const both = await run('study', 'approve', 'cells', '--by', 'Grace', '--json');
    expect(dataOf(both.out)).toMatchObject({ approval: { state: 'approved' } });
    const { out } = await run('study', 'diff', 'cells');
    expect(out).toMatch(/approved no protocol before cells/);
  });

  it('is not approved against the policy, which says why', async () => {
    await fixture.allow({ participation: { minSites: 3 } });
    const { code, err } = await run('study', 'approve', 'cells', '--by', 'Ada');
    expect(code).toBe(1);
    expect(err).toMatch(/may sum the updates of 2 sites, the policy asks for at least 3/);
  });

  it('is withdrawn from without a coordinator; a study that nobody offered is not found', async () => {
    expect((await run('withdraw', 'cells', '--yes')).code).toBe(0);
    const control = JSON.parse(await readFile(fixture.home.controlFile, 'utf8')) as object;
    expect(control).toMatchObject({ withdrawn: ['cells'] });
    expect((await run('study', 'show', 'nothing')).code).toBe(4);
  });
});
