import { existsSync } from 'node:fs';
import { applyUpdate } from '@consilium/shared/aggregation';
import { contentHashOf, type Signed } from '@consilium/shared/crypto';
import {
  peersHash,
  signedHash,
  type Advert,
  type RoundRecord,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { encodeVector, schemaSize, type TensorSet } from '@consilium/shared/tensors';
import type { SiteId } from '@consilium/shared/vocabulary';
import { studyFolder } from '../config/home.js';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { encodeCheckpoint } from './adapter-checkpoints.js';
import { AgentFixture, type RunningAgent } from './testing/agent-fixture.js';
import { given, participant, type AttemptInProgress } from './testing/attempt-in-progress.js';
import { createFakeTrainer, drawDelta } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

const SECOND_GHOST = 'second-ghost' as SiteId;

/** Every ring sum here is true; what a dishonest coordinator forges is where it starts and what it is weighed with. */
describe('a result that this site did not take part in', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;
  let agent: RunningAgent;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
    const trainer = createFakeTrainer({ backbone: BACKBONE });
    agent = await fixture.start(() => trainer.client);
    federation.offer();
    await agent.until(({ event }) => event === 'joined');
  });

  afterEach(async () => {
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
  });

  /** A record of a round in which two ghosts changed nothing, recomputable from the given checkpoint to the bit. */
  function recordFrom(attempt: AttemptInProgress, previous: TensorSet): RoundRecord {
    const { manifest, ghostAdvert } = attempt;
    const { schema, protocol } = federation;
    const weight = ghostAdvert.body.weight;
    const ringSum = new Uint32Array(schemaSize(schema));
    const weights = { weightTotal: 2 * weight, weightSurvivors: 2 * weight };
    const next = applyUpdate({ previous, ringSum, schema, sites: 2, ...weights });
    const { studyId, roundNo, attemptId, attemptNo } = manifest.body;
    const ghost = participant(ghostAdvert, weight);
    return {
      v: 1,
      studyId,
      roundNo,
      attemptId,
      attemptNo,
      manifestHash: signedHash(manifest),
      peersHash: contentHashOf('two ghosts'),
      schemaHash: protocol.schemaHash,
      participants: [ghost, { ...ghost, siteId: SECOND_GHOST }],
      survivors: [ghostAdvert.body.siteId, SECOND_GHOST],
      advertised: 2,
      ...weights,
      ringSumHash: coordinator.put(encodeVector(ringSum)),
      aggregation: { kind: 'plain' },
      serverOptimizer: { kind: 'mean' },
      previousAdapterCheckpointHash: manifest.body.adapterCheckpointHash,
      adapterCheckpointHash: coordinator.put(encodeCheckpoint(schema, next).bytes),
      softwareVersion: 'specs',
    };
  }

  async function expectHalted(): Promise<void> {
    const end = await agent.until(({ event }) => event === 'study-halted' || event === 'result');
    expect(end.event).toBe('study-halted');
  }

  /** A checkpoint that no round made. */
  function foreignCheckpoint(): TensorSet {
    const { schema, checkpoint } = federation;
    const foreign = drawDelta(checkpoint, 'foreign');
    coordinator.put(encodeCheckpoint(schema, foreign).bytes);
    return foreign;
  }

  it('halts the study when it starts from another adapter checkpoint than the one that was verified', async () => {
    const foreign = foreignCheckpoint();
    const { hash } = encodeCheckpoint(federation.schema, foreign);
    federation.alterManifest = (manifest) => ({
      ...manifest,
      cohort: [...manifest.cohort, SECOND_GHOST],
      adapterCheckpointHash: hash,
    });
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'declined-round');
    federation.sendResult(attempt, recordFrom(attempt, foreign));
    await expectHalted();
  });

  it('halts the study when its manifest was declined for a site that is in no roster', async () => {
    federation.alterManifest = (manifest) => ({
      ...manifest,
      cohort: [...manifest.cohort, SECOND_GHOST],
    });
    const { checkpoint } = federation;
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'declined-round');
    federation.sendResult(attempt, recordFrom(attempt, checkpoint));
    await expectHalted();
  });

  it('halts the study when it is of a round that is done', async () => {
    const { checkpoint } = federation;
    federation.openAttempt(1);
    await agent.until(({ event, round }) => event === 'result' && round === 1);
    federation.sendsPeers = false;
    await agent.until(({ event, round }) => event === 'round-started' && round === 2);
    const second = given(federation.attempts.at(-1));
    federation.abort(second, 'for the spec');
    await agent.until(({ event }) => event === 'aborted');
    federation.alterManifest = (manifest) => ({
      ...manifest,
      cohort: [...manifest.cohort, SECOND_GHOST],
      adapterCheckpointHash: encodeCheckpoint(federation.schema, checkpoint).hash,
    });
    const again = federation.openAttempt(1, 2);
    await agent.until(({ event, code }) => event === 'declined-round' && code === 'stale-attempt');
    federation.sendResult(again, recordFrom(again, checkpoint));
    const halted = await agent.until(({ event }) => event === 'study-halted');
    expect(halted.code).toBe('proof-invalid');
  });

  /** Both sites advertised, and the record says something of their weights that the adverts do not. */
  async function sendWithPeers(change: (record: RoundRecord) => RoundRecord): Promise<void> {
    const { checkpoint } = federation;
    federation.sendsPeers = false;
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'round-started');
    const own = given(attempt.advert);
    const adverts: Signed<Advert>[] = [attempt.ghostAdvert, own];
    const weightTotal = attempt.ghostAdvert.body.weight + own.body.weight;
    let header: Signed<UpdateHeader> | undefined;
    coordinator.respond = ({ request }) => {
      if (request.kind !== 'update.open') {
        return undefined;
      }
      header = request.header;
      return { reply: { kind: 'late' } };
    };
    federation.sendPeers(attempt);
    await agent.until(({ event }) => event === 'uploading');
    while (header === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const ghost = participant(attempt.ghostAdvert, attempt.ghostAdvert.body.weight);
    const record: RoundRecord = {
      ...recordFrom(attempt, checkpoint),
      peersHash: peersHash(attempt.manifest.body.attemptId, adverts),
      participants: [
        ghost,
        { ...participant(own, own.body.weight), state: 'dropped', headerHash: signedHash(header) },
      ],
      weightTotal,
    };
    federation.sendResult(attempt, change(record));
  }

  it('halts the study when one site is counted twice', async () => {
    await sendWithPeers((record) => {
      const [ghost] = record.participants;
      const { siteId, weight } = given(ghost);
      return {
        ...record,
        participants: [given(ghost), ...record.participants],
        survivors: [siteId, siteId],
        weightSurvivors: 2 * weight,
      };
    });
    await expectHalted();
  });

  it('halts the study when survivors weigh other than they advertised, and keeps no secret of it', async () => {
    await sendWithPeers((record) => {
      const [ghost, own] = record.participants.map((entry) => ({ ...entry, weight: 3 }));
      const counted = { ...given(own), state: 'survivor' as const };
      return {
        ...record,
        participants: [given(ghost), counted],
        survivors: [given(ghost).siteId, counted.siteId],
        weightSurvivors: 6,
      };
    });
    await expectHalted();
    const { attemptsFolder } = studyFolder(fixture.home, federation.protocol.studyId);
    expect(existsSync(attemptsFolder)).toBe(false);
  });
});
