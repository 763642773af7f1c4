/**
 * Who may do what: the rights, the roles of people and the one table that joins them. Everything that is not in the table is
 * refused. Roles come from the coordinator's own database, never from what an identity provider claims.
 */

/** What a person may be let do, as `noun.verb`. Rights are part of the wire: added, never renamed or reused. */
export const RIGHTS = [
  'operators.manage',
  'operators.read',
  'sites.invite',
  'sites.approve',
  'sites.revoke',
  'sites.read',
  'backbones.register',
  'backbones.read',
  'studies.create',
  'studies.start',
  'studies.read',
  'rounds.read',
  'evaluations.read',
  'evidence.export',
  'adapters.export',
  'log.read',
  'acts.sign',
  'health.read',
] as const;

export type Right = (typeof RIGHTS)[number];

/** Roles of people. Node agents are no operators: they hold keys, not rights. */
export const OPERATOR_ROLES = [
  'platform-admin',
  'study-coordinator',
  'auditor',
  'site-admin',
] as const;

export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Which studies a role reaches: all, those assigned to the person, those that it created too, or those whose roster has its site. */
export type RoleReach =
  'every-study' | 'assigned-studies' | 'created-and-assigned-studies' | 'studies-of-own-site';

export interface RoleEntry {
  readonly rights: readonly Right[];
  readonly reach: RoleReach;
  /** Which sites it is shown: whoever lets sites in sees all, the others the members of the studies that they reach. */
  readonly sites: 'every-site' | 'sites-of-studies';
  /** Whether the role may not stand beside another one: who keeps the machine or audits the study does not run it. */
  readonly alone: boolean;
}

/** The table of roles. */
export const ROLE_RIGHTS: Readonly<Record<OperatorRole, RoleEntry>> = {
  'platform-admin': {
    rights: [
      'operators.manage',
      'operators.read',
      'sites.read',
      'sites.revoke',
      'health.read',
      'log.read',
    ],
    reach: 'every-study',
    sites: 'every-site',
    alone: true,
  },
  'study-coordinator': {
    rights: [
      'operators.read',
      'sites.invite',
      'sites.approve',
      'sites.revoke',
      'sites.read',
      'backbones.register',
      'backbones.read',
      'studies.create',
      'studies.start',
      'studies.read',
      'rounds.read',
      'evaluations.read',
      'evidence.export',
      'adapters.export',
      'log.read',
      'acts.sign',
    ],
    reach: 'created-and-assigned-studies',
    sites: 'every-site',
    alone: false,
  },
  auditor: {
    rights: [
      'sites.read',
      'studies.read',
      'rounds.read',
      'evaluations.read',
      'evidence.export',
      'log.read',
      'acts.sign',
    ],
    reach: 'assigned-studies',
    sites: 'sites-of-studies',
    alone: true,
  },
  'site-admin': {
    rights: [
      'sites.read',
      'studies.read',
      'rounds.read',
      'evaluations.read',
      'evidence.export',
      'adapters.export',
      'log.read',
      'acts.sign',
    ],
    reach: 'studies-of-own-site',
    sites: 'sites-of-studies',
    alone: false,
  },
};

/** Rights that change who is trusted: a browser session uses them only shortly after the person has proven who it is. */
export const SENSITIVE_RIGHTS: readonly Right[] = [
  'operators.manage',
  'sites.approve',
  'sites.revoke',
  'acts.sign',
];

export function isRight(value: unknown): value is Right {
  return RIGHTS.some((right) => right === value);
}

export function isOperatorRole(value: unknown): value is OperatorRole {
  return OPERATOR_ROLES.some((role) => role === value);
}

/** Everything that the roles allow together, in the order of the table of rights. */
export function rightsOfRoles(roles: readonly OperatorRole[]): readonly Right[] {
  return RIGHTS.filter((right) => roles.some((role) => ROLE_RIGHTS[role].rights.includes(right)));
}
