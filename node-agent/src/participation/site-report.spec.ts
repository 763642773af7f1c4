import type { SiteReport } from '@consilium/shared/protocol';
import { writeFile } from 'node:fs/promises';
import { DATASET_RULES } from '../trainer-link/messages.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import type { DatasetNote } from './dataset-note.js';
import { siteReport } from './site-report.js';
import { AgentFixture } from './testing/agent-fixture.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

const NO_PROBLEMS = Object.fromEntries(
  DATASET_RULES.map((rule) => [rule, 0]),
) as DatasetNote['report']['problemCounts'];

describe('what a site says of its data sets', () => {
  const studyId = testStudy().studyId;
  const perSplit = <T>(value: T) => ({ train: value, val: value, test: value });

  function note(used: number, skipped: number): DatasetNote {
    const counts = { images: used + skipped, used, skipped };
    return {
      v: 1,
      checkedAtMs: 7,
      report: {
        ...counts,
        bySplit: perSplit(1),
        classCounts: perSplit([1, 2]),
        problems: [{ row: 3, rule: 'missing-file', column: 'file' }],
        problemCounts: NO_PROBLEMS,
      },
      engine: { backend: 'cpu', version: '4', device: 'processor', threads: 2, reason: 'asked' },
    };
  }

  function dataSet(found: DatasetNote | undefined, named = true): object | undefined {
    const studies = { [studyId]: { studyId, attempts: [] } } as never;
    const report = siteReport({
      studies,
      notes: new Map(found === undefined ? [] : [[studyId, found]]),
      named: new Set(named ? [studyId] : []),
      isPaused: false,
      minCell: 5,
    });
    return report.studies[0]?.dataSet;
  }

  it('leaves out counts below the smallest cell, and everything but two counts', () => {
    expect(dataSet(note(40, 4))).toEqual({ state: 'usable', checkedAtMs: 7, used: 40 });
    expect(dataSet(note(4, 0))).toEqual({ state: 'usable', checkedAtMs: 7, skipped: 0 });
    expect(dataSet(note(5, 5))).toMatchObject({ used: 5, skipped: 5 });
  });

  it('tells a data set that is not named, not checked, or refused', () => {
    expect(dataSet(note(40, 0), false)).toEqual({ state: 'none' });
    expect(dataSet(undefined)).toEqual({ state: 'unchecked' });
    const { v, checkedAtMs, report } = note(40, 40);
    expect(dataSet({ v, checkedAtMs, report })).toMatchObject({ state: 'unusable', used: 40 });
  });
});

describe('a running agent', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
  });

  afterEach(async () => {
    await coordinator.close();
    await fixture.remove();
  });

  const said = (): SiteReport[] =>
    coordinator.asked.flatMap(({ request }) =>
      request.kind === 'site.report' ? [request.report] : [],
    );

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('reports itself when it connects, joins, is paused and connects again', async () => {
    const federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
    const trainer = createFakeTrainer({ backbone: BACKBONE });
    const agent = await fixture.start(() => trainer.client);
    await until(() => said().length > 0);
    expect(said()[0]).toEqual({ v: 1, paused: false, studies: [] });
    federation.offer();
    await agent.until(({ event }) => event === 'joined');
    await until(() => said().at(-1)?.studies[0]?.standing === 'joined');
    const joined = said().at(-1);
    expect(joined).toMatchObject({
      engine: { backend: expect.any(String) as string },
      studies: [{ dataSet: { state: 'usable' } }],
    });
    expect(JSON.stringify(joined)).not.toMatch(/row|class|file|\//);
    await writeFile(
      fixture.home.controlFile,
      JSON.stringify({ v: 1, pause: 'after-round', withdrawn: [] }),
    );
    await until(() => said().at(-1)?.paused === true);
    const before = said().length;
    await agent.stop();
    const again = await fixture.start(() => trainer.client);
    await until(() => said().length > before);
    expect(said().at(-1)).toMatchObject({ paused: true, studies: [{ standing: 'joined' }] });
    await again.stop();
  });
});
