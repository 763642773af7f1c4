/** What a person is shown of the log as it grows: where it ends, and stretches of it cut down to what the person reaches. */
import { Injectable } from '@nestjs/common';
import type { LiveLeaf } from '@consilium/shared/answers';
import type { Leaf } from '@consilium/shared/protocol';
import { LogReader } from '../audit/log-reader.service.js';
import type { OperatorActor } from '../platform/http/actor.js';
import { StudyReach } from '../platform/http/study-reach.js';

/** Leaves that are read at once. */
const STRETCH = 256;

export interface Stretch {
  readonly shown: readonly LiveLeaf[];
  /** Where to go on; the place that was asked for if there is nothing new. */
  readonly next: number;
}

@Injectable()
export class LiveLeaves {
  constructor(
    private readonly log: LogReader,
    private readonly reach: StudyReach,
  ) {}

  /** The index that the next leaf will have. */
  async next(): Promise<number> {
    return this.log.next();
  }

  async from(actor: OperatorActor, start: number): Promise<Stretch> {
    const stored = await this.log.leaves(start, STRETCH);
    const leaves = stored.map(({ index, leaf }) => ({ index, leaf: JSON.parse(leaf) as Leaf }));
    const shown = actor.rights.includes('log.read')
      ? await this.reach.within(actor, 'log.read', leaves, ({ leaf }) => studyOf(leaf))
      : [];
    return { shown: shown.map(toLive), next: start + stored.length };
  }

  async reaches(actor: OperatorActor, studyId: string): Promise<boolean> {
    return this.reach.reaches(actor, studyId, ['studies.read']);
  }
}

function studyOf(leaf: Leaf): string | undefined {
  return 'studyId' in leaf ? leaf.studyId : undefined;
}

function toLive({ index, leaf }: { readonly index: number; readonly leaf: Leaf }): LiveLeaf {
  const studyId = studyOf(leaf);
  return {
    index,
    kind: leaf.type,
    atMs: leaf.atMs,
    ...(studyId === undefined ? {} : { studyId }),
  };
}
