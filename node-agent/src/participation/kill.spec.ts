import { readFile } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import { studyFolder } from '../config/home.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { readJournal, type JournalOptions } from './journal.js';
import { AgentFixture } from './testing/agent-fixture.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

interface Outcome {
  readonly starts: number;
  readonly federation: TestFederation;
  readonly finalHash: string;
}

/** Runs a study of two rounds with an agent that is started again whenever it died. */
async function runStudy(
  crashes: (start: number) => JournalOptions['crashPoint'],
): Promise<Outcome> {
  const coordinator = await InProcessCoordinator.start();
  const fixture = await AgentFixture.enrolled(coordinator);
  const federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
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
  const file = studyFolder(fixture.home, federation.protocol.studyId).adapterFile(2);
  const finalHash = contentHash(await readFile(file));
  await coordinator.close();
  await fixture.remove();
  return { starts, federation, finalHash };
}

function openFirst(federation: TestFederation): void {
  if (federation.attempts.length === 0) {
    federation.openAttempt(1);
  }
}

describe('an agent that is killed', () => {
  it('after every entry of its journal ends with the adapter of an undisturbed run', async () => {
    const undisturbed = await runStudy(() => undefined);
    const killed = await runStudy(() => {
      let isDead = false;
      return (place) => {
        if (isDead || place === 'after') {
          isDead = true;
          throw new Error('killed');
        }
      };
    });

    expect(killed.starts).toBeGreaterThan(20);
    expect(killed.finalHash).toBe(undisturbed.finalHash);
    expect(killed.federation.contradictions).toEqual([]);
    expect(killed.federation.attempts).toHaveLength(2);
  }, 60_000);

  it('before every entry of its journal ends with the adapter of an undisturbed run', async () => {
    const undisturbed = await runStudy(() => undefined);
    const tried = new Set<string>();
    const killed = await runStudy(() => {
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
    });

    expect(killed.starts).toBeGreaterThan(10);
    expect(killed.finalHash).toBe(undisturbed.finalHash);
    expect(killed.federation.contradictions).toEqual([]);
  }, 60_000);
});
