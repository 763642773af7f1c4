/** What an act is about, as the coordinator has it at the moment when it is prepared. */
import { Injectable } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import type { Act } from '@consilium/shared/protocol';
import { ConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { Sequencer } from '../audit/sequencer.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { Clock } from '../platform/clock.js';
import { StudiesService } from '../studies/studies.service.js';

export type ActWish =
  | { readonly act: 'study-approved' }
  /** The newest round if none is named. */
  | { readonly act: 'adapter-accepted'; readonly roundNo?: number | undefined }
  | { readonly act: 'statement'; readonly text: string };

type Common = Pick<Act, 'v' | 'operatorId' | 'meaning' | 'challenge'>;

@Injectable()
export class ActSubjects {
  constructor(
    private readonly studies: StudiesService,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly sequencer: Sequencer,
    private readonly clock: Clock,
  ) {}

  /** @throws ConsiliumError 'not-found' */
  async requireStudy(studyId: StudyId): Promise<void> {
    await this.studies.get(studyId);
  }

  /** @throws ConsiliumError 'not-found', 'wrong-state' where no round is done */
  async draft(studyId: StudyId, wish: ActWish, common: Common): Promise<Act> {
    const { protocolHash } = await this.studies.get(studyId);
    const atMs = this.clock.nowMs();
    switch (wish.act) {
      case 'study-approved':
        return { ...common, atMs, act: wish.act, subject: { studyId, hash: protocolHash } };
      case 'adapter-accepted': {
        const { roundNo, hash } = await this.checkpoint(studyId, wish.roundNo);
        return { ...common, atMs, act: wish.act, subject: { studyId, roundNo, hash } };
      }
      case 'statement': {
        const subject = { studyId, ...(await this.log()) };
        return { ...common, atMs, act: wish.act, subject, text: wish.text };
      }
    }
  }

  private async checkpoint(studyId: StudyId, wished: number | undefined) {
    const checkpoint =
      wished === undefined
        ? await this.checkpoints.latest(studyId)
        : await this.checkpoints.ofRound(studyId, wished);
    if (checkpoint.roundNo === 0) {
      throw new ConsiliumError('wrong-state', `no round of ${studyId} is done: nothing to accept`);
    }
    return checkpoint;
  }

  private async log(): Promise<{ readonly size: number; readonly root: string }> {
    const { size, root } = await this.sequencer.signNow();
    return { size, root: toBase64(root) };
  }
}
