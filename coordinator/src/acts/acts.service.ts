/** What people sign of a study: prepared with its meaning in words, signed elsewhere, taken once, shown to everybody. */
import { Injectable } from '@nestjs/common';
import { contentHashOf } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import {
  meaningOf,
  verifyByPerson,
  type Act,
  type BundleActs,
  type SignedAct,
} from '@consilium/shared/protocol';
import { ConsiliumError, type OperatorId, type StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import { ActsRepository, type RecordedAct } from './acts.repository.js';
import { ActSubjects, type ActWish } from './act-subjects.js';
import { PersonKeys } from './person-keys.service.js';
import { SigningRequests } from './signing-requests.js';

@Injectable()
export class ActsService {
  constructor(
    private readonly database: Database,
    private readonly acts: ActsRepository,
    private readonly subjects: ActSubjects,
    private readonly keys: PersonKeys,
    private readonly requests: SigningRequests,
    private readonly audit: AuditService,
  ) {}

  /** What the person is shown and signs. @throws ConsiliumError 'not-found', 'wrong-state' */
  async prepare(operatorId: OperatorId, studyId: StudyId, wish: ActWish): Promise<Act> {
    const draft = await this.subjects.draft(studyId, wish, {
      v: 1,
      operatorId,
      meaning: '',
      challenge: this.requests.challenge(),
    });
    const act = { ...draft, meaning: meaningOf(draft) };
    await this.requests.open(operatorId, act);
    return act;
  }

  /**
   * @throws ConsiliumError 'not-permitted' in somebody else's name or for another study, 'not-found' for a key that is not the
   * person's, 'conflict' for an act that was not prepared, 'bad-signature'
   */
  async submit(operatorId: OperatorId, studyId: StudyId, signed: SignedAct): Promise<RecordedAct> {
    const { body, keyId } = signed;
    if (body.operatorId !== operatorId || body.subject.studyId !== studyId) {
      throw new ConsiliumError('not-permitted', 'the act names another person or another study');
    }
    return this.database.transaction(async (tx) => {
      const { kind, publicKey } = await this.keys.require(tx, operatorId, keyId);
      const key = { kind, publicKey: fromBase64(publicKey) };
      verifyByPerson('act', signed, key, this.requests.origins());
      await this.requests.close(tx, operatorId, body);
      const actHash = contentHashOf(signed);
      const { act } = body;
      const leaf = { type: 'act.signed', studyId, operatorId, keyId, act, actHash } as const;
      const leafIndex = await this.audit.append(tx, leaf);
      await this.acts.addAct(tx, actHash, { leafIndex, signed });
      return { leafIndex, signed };
    });
  }

  /** In the order of the log. @throws ConsiliumError 'not-found' */
  async list(studyId: StudyId): Promise<RecordedAct[]> {
    await this.subjects.requireStudy(studyId);
    return this.database.read((reader) => this.acts.acts(reader, studyId));
  }

  /** `acts.json` of the study's bundle. */
  async ofBundle(studyId: StudyId): Promise<BundleActs> {
    const acts = (await this.list(studyId)).map(({ signed }) => signed);
    return { v: 1, origins: this.requests.origins(), acts };
  }
}
