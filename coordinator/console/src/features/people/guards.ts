/** Why an account cannot be changed by whoever looks at it, and what follows from a list of accounts. */
import type { Me, OperatorView } from '@consilium/shared/answers';

/** How long a session may change accounts after its person has proven who it is; as the coordinator has it. */
const RECENT_MS = 10 * 60_000;

export type Hindrance = 'not-yours-to-change' | 'closed' | 'yourself' | 'last-administrator';

/** @returns undefined where the coordinator lets it happen */
export function hindranceOf(
  person: OperatorView,
  everybody: readonly OperatorView[],
  me: Me,
): Hindrance | undefined {
  if (!me.rights.includes('operators.manage')) {
    return 'not-yours-to-change';
  }
  if (person.disabledAtMs !== undefined) {
    return 'closed';
  }
  if (isLastAdministrator(person, everybody)) {
    return 'last-administrator';
  }
  return person.operatorId === me.operatorId ? 'yourself' : undefined;
}

/** An open account without which nobody could make or change accounts. */
export function isLastAdministrator(
  { operatorId }: OperatorView,
  everybody: readonly OperatorView[],
): boolean {
  const open = everybody.filter(
    ({ roles, disabledAtMs }) => roles.includes('platform-admin') && disabledAtMs === undefined,
  );
  return open.length === 1 && open[0]?.operatorId === operatorId;
}

interface Moment {
  /** When `me` was answered, by the clock of `nowMs`. */
  readonly heardAtMs: number;
  readonly nowMs: number;
}

/** Whether changes of other accounts want a new sign-in first. */
export function wantsSignIn(me: Me, moment: Moment): boolean {
  return me.rights.includes('operators.manage') && isSignInOld(me, moment);
}

/** Whether what is open shortly after a sign-in alone is closed again, such as passkeys of one's own. */
export function isSignInOld({ session }: Me, { heardAtMs, nowMs }: Moment): boolean {
  if (session === undefined) {
    return false;
  }
  const agedMs = session.nowMs - session.authenticatedAtMs + (nowMs - heardAtMs);
  return agedMs > RECENT_MS;
}

export interface StudyPeople {
  readonly studyId: string;
  readonly people: readonly OperatorView[];
}

/** Who was assigned to which study, studies and people by name; closed accounts reach nothing. */
export function peopleByStudy(everybody: readonly OperatorView[]): readonly StudyPeople[] {
  const open = everybody.filter(({ disabledAtMs }) => disabledAtMs === undefined);
  const studyIds = [...new Set(open.flatMap(({ studies }) => studies))].sort();
  return studyIds.map((studyId) => ({
    studyId,
    people: open.filter(({ studies }) => studies.includes(studyId)),
  }));
}
