import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import { studyFolder } from '../config/home.js';
import type { OpenRequest } from '../trainer-link/messages.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AgentFixture } from './testing/agent-fixture.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { runStudy } from './testing/run-study.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A record, and one of version 0.1.0, which kept them elsewhere and in clear. */
async function leaveRecords(fixture: AgentFixture, studyId: StudyId): Promise<string[]> {
  const { cacheFolder, folder } = studyFolder(fixture.home, studyId);
  const paths = [join(cacheFolder, 'record'), join(folder, 'cache', 'features', 'record.f32')];
  for (const path of paths) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'of an image');
  }
  return paths;
}

describe('the trunk cache', () => {
  it('goes when the study is over, also where the agent was killed before it could delete it', async () => {
    await runStudy({
      inspect: async ({ fixture, folder, trainer }) => {
        expect(await isThere(folder.cacheFolder)).toBe(false);
        const paths = await leaveRecords(fixture, parseStudyId('cells'));
        const again = await fixture.start(() => trainer.client);
        while (await isThere(paths[1] ?? '')) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await again.stop();
        expect(await isThere(folder.cacheFolder)).toBe(false);
      },
    });
  }, 60_000);

  describe('of a study that this site takes no part in', () => {
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

    it.each([
      ['declined', 'cells', 'declined-study'],
      ['no longer in agent.yaml', 'lungs', 'awaiting-approval'],
    ])('goes: %s', async (_, id, event) => {
      const study = testStudy();
      const studyId = parseStudyId(id);
      const backbone = { ...study.backbone, model: 'uni' };
      new TestFederation(coordinator, { ...study, studyId, backbone }, fixture.siteId).offer();
      const paths = await leaveRecords(fixture, studyId);
      const agent = await fixture.start(() => createFakeTrainer({ backbone: BACKBONE }).client);
      await agent.until((report) => report.event === event);
      await agent.stop();
      expect(await Promise.all(paths.map(isThere))).toEqual([false, false]);
    });

    it('stays while the study runs; the trainer is told a key of the study, not the secret', async () => {
      new TestFederation(coordinator, testStudy(), fixture.siteId).offer();
      const requests: Omit<OpenRequest, 'kind'>[] = [];
      const { client } = createFakeTrainer({ backbone: BACKBONE });
      const [, old] = await leaveRecords(fixture, parseStudyId('cells'));
      const agent = await fixture.start(() => ({
        ...client,
        open: (request) => {
          requests.push(request);
          return client.open(request);
        },
      }));
      await agent.until(({ event }) => event === 'joined');
      await agent.stop();
      const cache = requests[0]?.cache;
      const secret = (await readFile(fixture.home.cacheKeyFile, 'utf8')).trim();
      expect(cache).toMatchObject({ quotaBytes: 20e9, precision: 'f32' });
      expect(await isThere(join(cache?.folder ?? '', 'record'))).toBe(true);
      expect(await isThere(old ?? '')).toBe(false);
      expect(cache?.key).toHaveLength(44);
      expect(cache?.key).not.toBe(secret);
      const told = fixture.logLines.join('\n');
      expect(told).not.toContain(secret);
      expect(told).not.toContain(cache?.key);
    });
  });
});
