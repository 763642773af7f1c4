/** From a study file to a study that recruits: protocol, first adapter checkpoint, leaf, and word to the sites it names. */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import {
  parseStudyFile,
  studyProtocolHash,
  toStudyProtocol,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { initialTensors, writeSafetensors } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash, type OperatorId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { BackbonesService } from '../models/backbones.service.js';
import { schemaOf } from './study.js';
import { StudiesRepository } from './studies.repository.js';
import { StudyOffers } from './study-offers.js';
import { drawSeed, readStudyText, takenName } from './study-text.js';

/** Adapter checkpoint 0 follows from the protocol alone, so anybody can recompute it. */
@Injectable()
export class FirstCheckpoint {
  constructor(
    private readonly blobs: BlobStore,
    private readonly checkpoints: AdapterCheckpointsService,
  ) {}

  async store(protocol: StudyProtocol): Promise<ContentHash> {
    const tensors = initialTensors(schemaOf(protocol), protocol.seed);
    return (await this.blobs.put(writeSafetensors(tensors))).hash;
  }

  record(tx: Transaction, { studyId }: StudyProtocol, hash: ContentHash): Promise<void> {
    return this.checkpoints.record(tx, { studyId, roundNo: 0, hash });
  }
}

@Injectable()
export class StudyOpening {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesRepository,
    private readonly backbones: BackbonesService,
    private readonly start: FirstCheckpoint,
    private readonly audit: AuditService,
    private readonly offers: StudyOffers,
  ) {}

  /**
   * @param yaml the study file.
   * @param createdBy the person, who reaches the study from then on; nobody does if not given.
   * @throws ConsiliumError 'bad-study-file' | 'not-found' | 'conflict'
   */
  async open(yaml: string, createdBy?: OperatorId): Promise<StudyProtocol> {
    const file = parseStudyFile(readStudyText(yaml));
    const backbone = await this.backbones.get(file.backbone);
    const protocol = toStudyProtocol(file, backbone, drawSeed());
    const signed = this.offers.sign(protocol);
    const checkpointHash = await this.start.store(protocol);
    await this.database.transaction((tx) => this.record(tx, signed, checkpointHash, createdBy));
    return protocol;
  }

  private async record(
    tx: Transaction,
    signed: Signed<StudyProtocol>,
    adapterCheckpointHash: ContentHash,
    createdBy: OperatorId | undefined,
  ): Promise<void> {
    const { studyId, schemaHash } = signed.body;
    if ((await this.studies.find(tx, studyId)) !== undefined) {
      throw new ConsiliumError('conflict', takenName(studyId));
    }
    const protocolHash = studyProtocolHash(signed.body);
    const createdLeafIndex = await this.audit.append(tx, {
      type: 'study.created',
      studyId,
      studyProtocolHash: protocolHash,
      schemaHash,
      adapterCheckpointHash,
    });
    await this.studies.insert(tx, {
      studyId,
      signed,
      protocolHash,
      createdLeafIndex,
      createdBy,
    });
    await this.start.record(tx, signed.body, adapterCheckpointHash);
    await this.offers.toAllSites(tx, { signed, createdLeafIndex });
  }
}
