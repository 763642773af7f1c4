/** Studies: found, started, ended. How they come about and who joins is in study-opening and study-joining. */
import { Injectable } from '@nestjs/common';
import { signBody, type Signed } from '@consilium/shared/crypto';
import {
  signedHash,
  type Join,
  type Leaf,
  type Manifest,
  type Roster,
  type Withdrawal,
} from '@consilium/shared/protocol';
import { studyStep, type StudyEvent } from '@consilium/shared/rounds';
import {
  ConsiliumError,
  type ContentHash,
  type SiteId,
  type StudyId,
} from '@consilium/shared/vocabulary';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import type { Reader, Transaction } from '../database/transaction.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesRepository, type StudyRow } from './studies.repository.js';
import { StudyAnnouncements } from './study-announcements.js';
import { StudyJoining } from './study-joining.js';
import { namesSite, schemaOf, type Study, type StudyJoin } from './study.js';

export type { Study, StudyJoin } from './study.js';

@Injectable()
export class StudiesService {
  /** A study's schema never changes once the study exists. */
  private readonly schemas = new Map<StudyId, Study['schema']>();

  constructor(
    private readonly database: Database,
    private readonly studies: StudiesRepository,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly announcements: StudyAnnouncements,
    private readonly joining: StudyJoining,
    private readonly keys: CoordinatorKeys,
  ) {}

  /** @throws ConsiliumError 'not-found' */
  async get(studyId: StudyId): Promise<Study> {
    return this.database.read(async (reader) => {
      const row = await this.studies.find(reader, studyId);
      if (row === undefined) {
        throw new ConsiliumError('not-found', `there is no study ${studyId}`);
      }
      return this.toStudy(reader, row);
    });
  }

  /** In the order of their creation. */
  async list(): Promise<Study[]> {
    return this.database.read(async (reader) => {
      const studies: Study[] = [];
      for (const row of await this.studies.list(reader)) {
        studies.push(await this.toStudy(reader, row));
      }
      return studies;
    });
  }

  /** A site's word on the study protocol. @throws ConsiliumError as `StudyJoining.join` */
  async join(siteId: SiteId, join: Signed<Join>): Promise<void> {
    await this.joining.join(siteId, join);
  }

  /** Fixes the roster and opens the first round. @throws ConsiliumError 'wrong-state' with what is missing. */
  async start(studyId: StudyId): Promise<void> {
    await this.database.transaction(async (tx) => {
      const study = await this.get(studyId);
      await this.move(tx, study, { kind: 'started', sites: study.roster.body.sites.length });
      await this.announcements.started(tx, study);
    });
  }

  /** The last round is committed. Called in the transaction that commits it. */
  async complete(tx: Transaction, studyId: StudyId, hash: ContentHash): Promise<void> {
    const study = await this.get(studyId);
    await this.move(tx, study, { kind: 'last-round-committed' });
    await this.announcements.completed(tx, study, hash);
  }

  /** No attempt is left. Called in the transaction that aborts the last one. */
  async fail(tx: Transaction, studyId: StudyId, reason: string): Promise<void> {
    const study = await this.get(studyId);
    await this.move(tx, study, { kind: 'attempts-exhausted', reason });
    await this.announcements.failed(tx, study, reason);
  }

  /** Leaves of a study are for the sites that it names; leaves of no study are for every site. */
  async mayReadLeaf(siteId: SiteId, leaf: Leaf): Promise<boolean> {
    const studyId = 'studyId' in leaf ? leaf.studyId : undefined;
    return studyId === undefined || namesSite((await this.get(studyId)).protocol, siteId);
  }

  /** Adapter checkpoints, ring sums, rosters and changes of key are for the sites of the study that they belong to. */
  async mayReadBlob(siteId: SiteId, hash: ContentHash): Promise<boolean> {
    const studies = await this.checkpoints.studiesOfBlob(hash);
    const ofRoster = await this.database.read((reader) =>
      this.studies.studiesOfRoster(reader, hash),
    );
    for (const studyId of [...studies, ...ofRoster]) {
      if (isMember(await this.get(studyId), siteId)) {
        return true;
      }
    }
    return (await this.list()).some(
      (study) => isMember(study, siteId) && namesRotation(study, hash),
    );
  }

  /** The roster that an attempt was opened with: the keys of its documents, whatever has changed since. */
  async rosterOf({ studyId, rosterHash }: Manifest): Promise<Roster> {
    const roster = await this.database.read((reader) =>
      this.studies.rosterOfHash(reader, studyId, rosterHash),
    );
    if (roster === undefined) {
      throw new ConsiliumError('internal', `the study ${studyId} never had such a roster`);
    }
    return roster.body;
  }

  /** In the order of the sites' names. */
  async withdrawals(studyId: StudyId): Promise<Signed<Withdrawal>[]> {
    return this.database.read((reader) => this.studies.withdrawals(reader, studyId));
  }

  /** What the sites answered, in the order of their names. */
  async joins(studyId: StudyId): Promise<StudyJoin[]> {
    return this.database.read((reader) => this.studies.joins(reader, studyId));
  }

  /** In the order of their epochs. */
  async rosters(studyId: StudyId): Promise<Signed<Roster>[]> {
    return this.database.read((reader) => this.studies.rosters(reader, studyId));
  }

  private async move(tx: Transaction, study: Study, event: StudyEvent): Promise<void> {
    const { minSites } = study.protocol.participation;
    const step = studyStep(study.phase, event, { minSites });
    if (step.kind === 'refused') {
      throw new ConsiliumError('wrong-state', step.reason);
    }
    const reason = event.kind === 'attempts-exhausted' ? event.reason : '';
    await this.studies.move(tx, study.studyId, step.to, reason);
  }

  private async toStudy(reader: Reader, row: StudyRow): Promise<Study> {
    const { studyId, signed } = row;
    const latest = await this.studies.latestRoster(reader, studyId);
    const roster = latest?.roster ?? this.emptyRoster(studyId);
    const { roundNo } = await this.checkpoints.latest(studyId);
    return {
      studyId,
      phase: row.phase,
      protocol: signed.body,
      signed,
      protocolHash: row.protocolHash,
      schema: this.schema(row),
      roster,
      rosterHash: signedHash(roster),
      rosterLeafIndex: latest?.leafIndex ?? 0,
      currentRound: roundNo,
      createdLeafIndex: row.createdLeafIndex,
      reason: row.reason,
      pause: row.pause,
    };
  }

  private schema({ studyId, signed }: StudyRow): Study['schema'] {
    const schema = this.schemas.get(studyId) ?? schemaOf(signed.body);
    this.schemas.set(studyId, schema);
    return schema;
  }

  private emptyRoster(studyId: StudyId): Signed<Roster> {
    return signBody('roster', { v: 1, studyId, epoch: 0, sites: [] }, this.keys.identity);
  }
}

function isMember({ roster }: Study, siteId: SiteId): boolean {
  return roster.body.sites.some((site) => site.siteId === siteId);
}

function namesRotation({ roster }: Study, hash: ContentHash): boolean {
  return roster.body.sites.some(({ rotations = [] }) =>
    rotations.some((rotation) => rotation.hash === hash),
  );
}
