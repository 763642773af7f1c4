/** A person with an account, as the rest of the module knows it. */
import { randomBytes, sha256 } from '@consilium/shared/crypto';
import { toHex, utf8 } from '@consilium/shared/encoding';
import {
  ConsiliumError,
  OPERATOR_ROLES,
  ROLE_RIGHTS,
  type OperatorId,
  type OperatorRole,
  type SiteId,
} from '@consilium/shared/vocabulary';

/** What a person may be, and where. */
export interface Grant {
  /** In the order of the table of roles. */
  readonly roles: readonly OperatorRole[];
  /** Where `site-admin` is among the roles. */
  readonly siteId?: SiteId;
  /** Where one of the roles is given studies one by one. */
  readonly studies: readonly string[];
}

export interface Operator extends Grant {
  readonly operatorId: OperatorId;
  /** What the person signs in with. It stays in this database: the log and the leaves have the id. */
  readonly name: string;
  readonly passwordHash?: string;
  readonly createdAtMs: number;
  readonly disabledAtMs?: number;
}

/** Lower case, so that nobody looks like somebody else by a capital. */
export const OPERATOR_NAME = /^[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?$/;

/** @throws ConsiliumError 'bad-request' */
export function parseOperatorName(text: string): string {
  if (!OPERATOR_NAME.test(text)) {
    throw new ConsiliumError(
      'bad-request',
      'name: expected 1 to 64 of a-z, 0-9 and ". _ @ + -", with a letter or digit at both ends',
    );
  }
  return text;
}

export function newOperatorId(): OperatorId {
  return `op-${toHex(randomBytes(6))}` as OperatorId;
}

/**
 * Sorts the roles and refuses what does not go together.
 * @throws ConsiliumError 'bad-request'
 */
export function checkGrant(grant: Grant): Grant {
  const roles = OPERATOR_ROLES.filter((role) => grant.roles.includes(role));
  const alone = roles.find((role) => ROLE_RIGHTS[role].alone);
  if (alone !== undefined && roles.length > 1) {
    throw refuse(`the role ${alone} stands alone: give the others to another person`);
  }
  if (roles.length === 0) {
    throw refuse('a person needs at least one role');
  }
  if (roles.includes('site-admin') !== (grant.siteId !== undefined)) {
    throw refuse('siteId: expected with the role site-admin, and with no other');
  }
  if (!roles.some(holdsStudies) && grant.studies.length > 0) {
    throw refuse('studies: only auditors and study coordinators are given studies one by one');
  }
  return { ...grant, roles, studies: [...new Set(grant.studies)].sort() };
}

/** Whether the role reaches studies that were assigned to the person. */
export function holdsStudies(role: OperatorRole): boolean {
  const { reach } = ROLE_RIGHTS[role];
  return reach === 'assigned-studies' || reach === 'created-and-assigned-studies';
}

function refuse(message: string): ConsiliumError {
  return new ConsiliumError('bad-request', message);
}

/** 32 random bytes that prove something once or for a while. Shown once; kept as the hash only. */
export interface FreshSecret {
  readonly secret: string;
  readonly hash: string;
}

/** @param prefix tells people and scanners what they have found. */
export function freshSecret(prefix: string): FreshSecret {
  const secret = `${prefix}${Buffer.from(randomBytes(32)).toString('base64url')}`;
  return { secret, hash: hashSecret(secret) };
}

/** SHA-256 is enough: 256 random bits cannot be guessed, and a look-up by the hash tells nothing about the secret. */
export function hashSecret(secret: string): string {
  return toHex(sha256(utf8(secret)));
}

/** @returns 16 lower-case hex digits that name a row to people. */
export function newHandle(): string {
  return toHex(randomBytes(8));
}
