/** Which studies a person reaches, and which sites it is shown: the second half of every permission. */
import {
  ROLE_RIGHTS,
  type OperatorId,
  type OperatorRole,
  type Right,
  type SiteId,
} from '@consilium/shared/vocabulary';
import type { Actor, OperatorActor } from './actor.js';

/** What there is to know of studies for that; the module that keeps them answers. */
export interface StudyFacts {
  /** Undefined where nobody knows, and where there is no such study. */
  creatorOf(studyId: string): Promise<OperatorId | undefined>;
  /** The sites of the newest roster. */
  membersOf(studyId: string): Promise<readonly SiteId[]>;
  studyIds(): Promise<readonly string[]>;
}

const NOTHING: StudyFacts = {
  creatorOf: () => Promise.resolve(undefined),
  membersOf: () => Promise.resolve([]),
  studyIds: () => Promise.resolve([]),
};

export class StudyReach {
  private facts = NOTHING;

  /** Call it in `onModuleInit`; until then there are no studies. */
  answerWith(facts: StudyFacts): void {
    this.facts = facts;
  }

  /** @param rights those that let the person use the route; a role counts only if it gives one of them. */
  async reaches(actor: OperatorActor, studyId: string, rights: readonly Right[]): Promise<boolean> {
    for (const role of rolesWith(actor, rights)) {
      if (await this.roleReaches(role, actor, studyId)) {
        return true;
      }
    }
    return false;
  }

  /** The studies of a list that the person may read. */
  async readable<T extends { readonly studyId: string }>(
    actor: Actor,
    studies: readonly T[],
  ): Promise<T[]> {
    return this.within(actor, 'studies.read', studies, ({ studyId }) => studyId);
  }

  /** Of a list, what is of no study, and what is of one that the person reaches with the right. */
  async within<T>(
    actor: Actor,
    right: Right,
    items: readonly T[],
    studyOf: (item: T) => string | undefined,
  ): Promise<T[]> {
    if (actor.kind !== 'operator') {
      return [];
    }
    const within = new Map<string | undefined, boolean>([[undefined, true]]);
    for (const studyId of new Set(items.map(studyOf))) {
      if (studyId !== undefined) {
        within.set(studyId, await this.reaches(actor, studyId, [right]));
      }
    }
    return items.filter((item) => within.get(studyOf(item)) === true);
  }

  /** The studies that the person reaches with a right. */
  async studiesWithin(actor: Actor, right: Right): Promise<'every-study' | readonly string[]> {
    if (actor.kind !== 'operator') {
      return [];
    }
    if (rolesWith(actor, [right]).some((role) => ROLE_RIGHTS[role].reach === 'every-study')) {
      return 'every-study';
    }
    const reached: string[] = [];
    for (const studyId of new Set([...actor.studies, ...(await this.facts.studyIds())])) {
      if (await this.reaches(actor, studyId, [right])) {
        reached.push(studyId);
      }
    }
    return reached;
  }

  /** The sites that the person may be shown: those of its studies, and its own, unless a role sees all. */
  async visibleSites(actor: Actor): Promise<'every-site' | ReadonlySet<SiteId>> {
    const visible = new Set<SiteId>();
    if (actor.kind !== 'operator') {
      return visible;
    }
    const roles = rolesWith(actor, ['sites.read']);
    if (roles.some((role) => ROLE_RIGHTS[role].sites === 'every-site')) {
      return 'every-site';
    }
    if (actor.siteId !== undefined && roles.includes('site-admin')) {
      visible.add(actor.siteId);
    }
    for (const studyId of await this.facts.studyIds()) {
      if (await this.reaches(actor, studyId, ['sites.read'])) {
        (await this.facts.membersOf(studyId)).forEach((siteId) => visible.add(siteId));
      }
    }
    return visible;
  }

  private async roleReaches(
    role: OperatorRole,
    { operatorId, siteId, studies }: OperatorActor,
    studyId: string,
  ): Promise<boolean> {
    switch (ROLE_RIGHTS[role].reach) {
      case 'every-study':
        return true;
      case 'assigned-studies':
        return studies.includes(studyId);
      case 'created-and-assigned-studies':
        return studies.includes(studyId) || (await this.facts.creatorOf(studyId)) === operatorId;
      case 'studies-of-own-site':
        return siteId !== undefined && (await this.facts.membersOf(studyId)).includes(siteId);
    }
  }
}

function rolesWith({ roles }: OperatorActor, rights: readonly Right[]): OperatorRole[] {
  return roles.filter((role) => rights.some((right) => ROLE_RIGHTS[role].rights.includes(right)));
}
