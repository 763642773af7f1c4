/** What a person is to be, as it is filled in: the same rules as the coordinator's, so that a page says why before it is refused. */
import {
  OPERATOR_ROLES,
  ROLE_RIGHTS,
  isOperatorRole,
  type OperatorRole,
} from '@consilium/shared/vocabulary';
import type { OperatorView } from '@consilium/shared/answers';

export interface GrantDraft {
  readonly roles: readonly OperatorRole[];
  /** Of a site administrator; what was typed is kept while the role is off. */
  readonly siteId: string;
  /** Ids with commas or white space between them; of roles that are given studies one by one. */
  readonly studies: string;
}

export type GrantFault =
  | { readonly kind: 'no-role' }
  | { readonly kind: 'alone'; readonly role: OperatorRole }
  | { readonly kind: 'no-site' };

export interface GrantBody {
  readonly roles: readonly OperatorRole[];
  readonly siteId?: string;
  readonly studies: readonly string[];
}

export const NO_GRANT: GrantDraft = { roles: [], siteId: '', studies: '' };

export function draftOf({ roles, siteId = '', studies }: OperatorView): GrantDraft {
  return { roles: rolesOf(roles), siteId, studies: studies.join(', ') };
}

/** @returns undefined where the coordinator would take it */
export function faultOf({ roles, siteId }: GrantDraft): GrantFault | undefined {
  if (roles.length === 0) {
    return { kind: 'no-role' };
  }
  const alone = roles.find((role) => ROLE_RIGHTS[role].alone);
  if (alone !== undefined && roles.length > 1) {
    return { kind: 'alone', role: alone };
  }
  return needsSite(roles) && siteId.trim() === '' ? { kind: 'no-site' } : undefined;
}

export function bodyOf({ roles, siteId, studies }: GrantDraft): GrantBody {
  return {
    roles: OPERATOR_ROLES.filter((role) => roles.includes(role)),
    ...(needsSite(roles) ? { siteId: siteId.trim() } : {}),
    studies: takesStudies(roles) ? studies.split(/[\s,]+/).filter((id) => id !== '') : [],
  };
}

export function needsSite(roles: readonly OperatorRole[]): boolean {
  return roles.includes('site-admin');
}

/** Whether one of the roles reaches the studies that it was assigned. */
export function takesStudies(roles: readonly OperatorRole[]): boolean {
  return roles.some((role) => ROLE_RIGHTS[role].reach.includes('assigned-studies'));
}

/** Those of them that this page knows. */
export function rolesOf(roles: readonly string[]): readonly OperatorRole[] {
  return roles.filter(isOperatorRole);
}
