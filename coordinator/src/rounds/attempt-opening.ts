/** Opens the next attempt of a running study: fresh keys, a signed manifest, its leaf, and word to the cohort. */
import { Injectable } from '@nestjs/common';
import { generateBoxKeyPair, randomBytes, sealSecret, signBody } from '@consilium/shared/crypto';
import { toBase64, toHex } from '@consilium/shared/encoding';
import { signedHash, type Manifest } from '@consilium/shared/protocol';
import { groupsOfCohort, thresholdAfter } from '@consilium/shared/secagg';
import type { AttemptId, SiteId, StudyId } from '@consilium/shared/vocabulary';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import type { Transaction } from '../database/transaction.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesService, type Study } from '../studies/studies.service.js';
import { keyPurpose, type Attempt } from './attempt.js';
import { AttemptRepository } from './attempt.repository.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';

@Injectable()
export class AttemptOpening {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly journal: RoundJournal,
    private readonly schedule: RoundSchedule,
    private readonly studies: StudiesService,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly keys: CoordinatorKeys,
  ) {}

  /** Does nothing when the study is not running, is paused or an attempt is under way, so it may be asked for twice. */
  async open(tx: Transaction, studyId: StudyId): Promise<void> {
    const study = await this.studies.get(studyId);
    const open = await this.attempts.findOpen(tx, studyId);
    if (study.phase !== 'running' || study.pause !== undefined || open !== undefined) {
      return;
    }
    const earlier = await this.attempts.ofRound(tx, studyId, study.currentRound + 1);
    const { aggregation, secretKey } = aggregationOf(study, earlier);
    const body = await this.manifestOf(study, aggregation, earlier.length + 1);
    const manifest = signBody('manifest', body, this.keys.identity);
    const manifestHash = signedHash(manifest);
    await this.attempts.insert(tx, {
      manifest,
      manifestHash,
      openedAtMs: body.issuedAtMs,
      ...(secretKey === undefined ? {} : { sealedKey: this.seal(secretKey, body.attemptId) }),
    });
    const leafIndex = await this.journal.append(tx, {
      type: 'round.manifest',
      ...placeOf(body),
      attemptNo: body.attemptNo,
      manifestHash,
    });
    const message = { kind: 'round.manifest', manifest, leafIndex } as const;
    await this.journal.tell(tx, studyId, body.cohort, message);
    await this.schedule.setDeadline(tx, body.attemptId, body.issuedAtMs + body.advertDeadlineMs);
  }

  private seal(secretKey: Uint8Array, attemptId: AttemptId): Uint8Array {
    return sealSecret(secretKey, this.keys.keyEncryptionKey, keyPurpose(attemptId));
  }

  private async manifestOf(
    study: Study,
    aggregation: Manifest['aggregation'],
    attemptNo: number,
  ): Promise<Manifest> {
    const { studyId, backbone, participation, schemaHash } = study.protocol;
    const roundNo = study.currentRound + 1;
    const previous = await this.checkpoints.ofRound(studyId, study.currentRound);
    return {
      v: 1,
      studyId,
      roundNo,
      attemptId: toHex(randomBytes(16)) as AttemptId,
      attemptNo,
      studyProtocolHash: study.protocolHash,
      backboneHash: backbone.hash,
      schemaHash,
      adapterCheckpointHash: previous.hash,
      rosterEpoch: study.roster.body.epoch,
      rosterHash: study.rosterHash,
      rosterLeafIndex: study.rosterLeafIndex,
      cohort: cohortOf(study),
      minSites: participation.minSites,
      aggregation,
      ...(study.protocol.acceptance === undefined ? {} : { acceptance: 'vote' as const }),
      advertDeadlineMs: participation.advertDeadlineMs,
      roundDeadlineMs: participation.roundDeadlineMs,
      issuedAtMs: this.journal.nowMs(),
    };
  }
}

interface Aggregation {
  readonly aggregation: Manifest['aggregation'];
  /** Private half of the aggregation key of a plain attempt. */
  readonly secretKey?: Uint8Array;
}

/** All attempts of a round start from one adapter checkpoint. */
function aggregationOf(study: Study, earlier: readonly Attempt[]): Aggregation {
  const { privacy } = study.protocol;
  if (privacy.secureAggregation === 'on') {
    const { colluders } = privacy;
    const cohorts = earlier.map(({ manifest }) => manifest.body.cohort);
    const cohort = cohortOf(study);
    const threshold = thresholdAfter({ cohort, earlier: cohorts, colluders });
    const groups = groupsOfCohort(study.protocol, cohort);
    const grouped = groups === undefined ? {} : { groups };
    return { aggregation: { kind: 'secure', colluders, threshold, ...grouped } };
  }
  const { publicKey, secretKey } = generateBoxKeyPair();
  return { aggregation: { kind: 'plain', key: toBase64(publicKey) }, secretKey };
}

function cohortOf({ roster }: Study): SiteId[] {
  return roster.body.sites.map(({ siteId }) => siteId).sort();
}
