/** A whole study of two rounds with an agent that is started again whenever it died, and what it left behind. */
import { readFile } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { studyFolder, type StudyFolder } from '../../config/home.js';
import { InProcessCoordinator } from '../../transport/testing/in-process-coordinator.js';
import { readJournal, type JournalOptions } from '../journal.js';
import { AgentFixture } from './agent-fixture.js';
import { createFakeTrainer } from './fake-trainer.js';
import { SecureFederation } from './secure-federation.js';
import { TestFederation } from './test-federation.js';
import { BACKBONE, testStudy } from './test-study.js';

export interface StudyRun {
  readonly starts: number;
  readonly federation: TestFederation;
  readonly finalHash: string;
}

export interface StudyRunOptions {
  readonly protocol?: StudyProtocol;
  /** Asked at each start: where that agent dies. */
  readonly crashes?: (start: number) => JournalOptions['crashPoint'];
  /** Looks at the site when the study is over, before everything is removed. */
  readonly inspect?: (site: FinishedSite) => Promise<void>;
}

export interface FinishedSite {
  readonly fixture: AgentFixture;
  readonly folder: StudyFolder;
  readonly coordinator: InProcessCoordinator;
  readonly trainer: ReturnType<typeof createFakeTrainer>;
}

export async function runStudy({
  protocol = testStudy(),
  crashes = () => undefined,
  inspect = () => Promise.resolve(),
}: StudyRunOptions = {}): Promise<StudyRun> {
  const coordinator = await InProcessCoordinator.start();
  const fixture = await AgentFixture.enrolled(coordinator);
  const Federation =
    protocol.privacy.secureAggregation === 'on' ? SecureFederation : TestFederation;
  const federation = new Federation(coordinator, protocol, fixture.siteId);
  const trainer = createFakeTrainer({ backbone: BACKBONE });
  federation.offer();
  let starts = 0;
  for (let isOver = false; !isOver;) {
    starts += 1;
    const crashPoint = crashes(starts);
    const agent = await fixture.start(
      () => trainer.client,
      crashPoint === undefined ? {} : { crashPoint, snapshotEvery: 7 },
    );
    agent
      .until(({ event }) => event === 'joined')
      .then(
        () => {
          openFirst(federation);
        },
        () => undefined,
      );
    await agent.until(({ event }) => event === 'study-completed').catch(() => undefined);
    await agent.stop();
    const study = readJournal(fixture.home.journalFolder).state.studies[
      federation.protocol.studyId
    ];
    isOver = study?.closed === true;
    if (study?.joinAnswer === 'accepted') {
      openFirst(federation);
    }
  }
  const folder = studyFolder(fixture.home, federation.protocol.studyId);
  const finalHash = contentHash(await readFile(folder.adapterFile(protocol.training.rounds)));
  await inspect({ fixture, folder, coordinator, trainer });
  await coordinator.close();
  await fixture.remove();
  return { starts, federation, finalHash };
}

function openFirst(federation: TestFederation): void {
  if (federation.attempts.length === 0) {
    federation.openAttempt(1);
  }
}

/** Each start dies once an entry is in the journal. */
export function afterEveryEntry(): NonNullable<JournalOptions['crashPoint']> {
  let isDead = false;
  return (place) => {
    if (isDead || place === 'after') {
      isDead = true;
      throw new Error('killed');
    }
  };
}

/** Each start dies before the first entry of a kind that no start died before. */
export function beforeEveryEntry(tried: Set<string>): NonNullable<JournalOptions['crashPoint']> {
  let isDead = false;
  return (place, entry) => {
    const name = JSON.stringify([
      entry.kind,
      'move' in entry ? entry.move.kind : '',
      'id' in entry ? entry.id : '',
    ]);
    if (isDead || (place === 'before' && !tried.has(name))) {
      isDead = true;
      tried.add(name);
      throw new Error('killed');
    }
  };
}
