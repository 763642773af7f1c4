/** Which studies a person reaches: the second half of every permission on a route that names a study. */
import {
  ROLE_RIGHTS,
  type OperatorRole,
  type Right,
  type SiteId,
} from '@consilium/shared/vocabulary';
import type { Actor, OperatorActor } from './actor.js';

/** Whether the roster of a study has the site. */
export type RosterQuestion = (studyId: string, siteId: SiteId) => Promise<boolean>;

export class StudyReach {
  private hasSite: RosterQuestion = () => Promise.resolve(false);

  /** Call it in `onModuleInit`; until then no study has any site. */
  answerRosterQuestions(question: RosterQuestion): void {
    this.hasSite = question;
  }

  /** @param rights those that let the person use the route; a role counts only if it gives one of them. */
  async reaches(actor: OperatorActor, studyId: string, rights: readonly Right[]): Promise<boolean> {
    for (const role of actor.roles) {
      if (rights.some((right) => ROLE_RIGHTS[role].rights.includes(right))) {
        if (await this.roleReaches(role, actor, studyId)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The studies of a list that the person may read. */
  async readable<T extends { readonly studyId: string }>(
    actor: Actor,
    studies: readonly T[],
  ): Promise<T[]> {
    const readable: T[] = [];
    if (actor.kind !== 'operator') {
      return readable;
    }
    for (const study of studies) {
      if (await this.reaches(actor, study.studyId, ['studies.read'])) {
        readable.push(study);
      }
    }
    return readable;
  }

  private async roleReaches(
    role: OperatorRole,
    { siteId, studies }: OperatorActor,
    studyId: string,
  ): Promise<boolean> {
    switch (ROLE_RIGHTS[role].reach) {
      case 'every-study':
        return true;
      case 'assigned-studies':
        return studies.includes(studyId);
      case 'studies-of-own-site':
        return siteId !== undefined && (await this.hasSite(studyId, siteId));
    }
  }
}
