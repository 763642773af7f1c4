import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AgentFixture,
  OPEN_POLICY,
  type RunningAgent,
} from '../participation/testing/agent-fixture.js';
import { createFakeTrainer } from '../participation/testing/fake-trainer.js';
import { TestFederation } from '../participation/testing/test-federation.js';
import { BACKBONE, testStudy } from '../participation/testing/test-study.js';
import type { TrainerClient } from '../participation/trainer-client.js';
import { createLogger } from '../telemetry/logger.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { PageVisitor } from './testing/page-visitor.js';

const SKIPPED = 'ada-lovelace-1815.png';
const LABELS = ['file,label,split', 'one.png,a,train', `${SKIPPED},a,train`, 'two.png,b,train'];

describe('the file names of pictures that are left out', () => {
  let data: string;
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let agent: RunningAgent;
  let visitor: PageVisitor;

  /** A trainer that leaves out row 3, as a real one says so: by row, column and rule. */
  function trainer(): TrainerClient {
    const { client } = createFakeTrainer({ backbone: BACKBONE });
    const open: TrainerClient['open'] = async (...given) => {
      const opened = await client.open(...given);
      if (opened.kind !== 'opened') {
        return opened;
      }
      const { dataset } = opened;
      const problems = [{ row: 3, rule: 'missing-file', column: 'file' } as const];
      const problemCounts = { ...dataset.problemCounts, 'missing-file': 1 };
      const skipped = { images: dataset.images + 1, skipped: dataset.skipped + 1 };
      return { ...opened, dataset: { ...dataset, ...skipped, problems, problemCounts } };
    };
    return { ...client, open };
  }

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'pictures-'));
    await writeFile(join(data, 'labels.csv'), `${LABELS.join('\n')}\n`);
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    await fixture.allow(OPEN_POLICY);
    const federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
    federation.offer();
    const client = trainer();
    agent = await fixture.start(() => client);
    await agent.until(({ event }) => event === 'joined');
    federation.openAttempt(1);
    const logger = createLogger('debug', { write: (line) => fixture.logLines.push(line) });
    visitor = await PageVisitor.open(fixture, { data, logger });
    await visitor.signInFirst();
  });

  afterAll(async () => {
    await visitor.close();
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
    await rm(data, { recursive: true });
  });

  /** Everything that the agent keeps in its home folder, as text. */
  async function kept(): Promise<string> {
    const entries = await readdir(fixture.home.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const texts = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'));
    return (await Promise.all(texts)).join('\n');
  }

  it('are shown to whoever asks for them, and to nobody else', async () => {
    const before = await visitor.text('/data-set');
    expect(before).toContain('href="/data-set?names=cells"');
    expect(before).not.toContain(SKIPPED);
    expect(await visitor.text('/data-set?names=cells')).toContain(SKIPPED);
    expect(await visitor.text('/data-set?names=other')).not.toContain(SKIPPED);
  });

  it('stay on the page: the coordinator, the logs, the events and the files of the agent have none', async () => {
    expect(await visitor.text('/data-set?names=cells')).toContain(SKIPPED);
    await agent.until(({ event }) => event === 'study-completed');
    const asked = coordinator.asked.map(({ request, attachment }) =>
      [JSON.stringify(request), Buffer.from(attachment ?? []).toString('latin1')].join('\n'),
    );
    const told = {
      coordinator: asked.join('\n'),
      logs: fixture.logLines.join('\n'),
      events: JSON.stringify(agent.reports),
      files: await kept(),
    };
    expect(told.coordinator).toContain('study.join');
    expect(told.events).toContain('joined');
    expect(told.files).toContain('missing-file');
    const naming = Object.entries(told).filter(([, text]) => /lovelace|one\.png/.test(text));
    expect(naming.map(([where]) => where)).toEqual([]);
  });

  it('are not there, and not logged, where labels.csv is no table any more', async () => {
    await writeFile(join(data, 'labels.csv'), `file,label\n${SKIPPED}"x,a\n${SKIPPED}"y,b\n`);
    const page = await visitor.ask('/data-set?names=cells');
    expect([page.status, (await page.text()).includes(SKIPPED)]).toEqual([200, false]);
    await rm(join(data, 'labels.csv'));
    expect((await visitor.ask('/data-set?names=cells')).status).toBe(200);
    expect(fixture.logLines.join('\n')).not.toContain('lovelace');
  });
});
