/**
 * Names of things as branded strings, so that a site id cannot be passed where a study id is meant. Each is parsed once,
 * where it enters the program.
 */
import { ConsiliumError } from './errors.js';

declare const brand: unique symbol;

/** A `T` that only the parser of its brand hands out. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** A study, as its file names it: lower-case letters, digits and hyphens, at most 63, starting with a letter or digit. */
export type StudyId = Brand<string, 'StudyId'>;
/** A site, in the same form as a study id. */
export type SiteId = Brand<string, 'SiteId'>;
/** One try at a round: 16 random bytes as 32 lower-case hex digits. */
export type AttemptId = Brand<string, 'AttemptId'>;
/** A signing key: the first 8 bytes of a hash of its public half, as 16 lower-case hex digits. */
export type KeyId = Brand<string, 'KeyId'>;
/** A person with a role: `op-` and 12 lower-case hex digits. Names of people stay out of the log. */
export type OperatorId = Brand<string, 'OperatorId'>;
/** The SHA-256 of some bytes: `sha256:` and 64 lower-case hex digits. */
export type ContentHash = Brand<string, 'ContentHash'>;
/** The count of a study's rounds, from 1. */
export type RoundNo = number;

/** Two words are left out because ids are keys of JSON objects, where those are forbidden. */
const SLUG = /^(?!constructor$|prototype$)[a-z0-9][a-z0-9-]{0,62}$/;
const ATTEMPT = /^[0-9a-f]{32}$/;
const KEY = /^[0-9a-f]{16}$/;
const OPERATOR = /^op-[0-9a-f]{12}$/;
const CONTENT_HASH = /^sha256:[0-9a-f]{64}$/;
const SLUG_RULE = '1 to 63 of a-z, 0-9 and "-", starting with a letter or digit, no reserved word';

/** @throws ConsiliumError 'bad-request' */
export function parseStudyId(text: unknown): StudyId {
  return parseId<StudyId>(text, SLUG, 'study id', SLUG_RULE);
}

/** @throws ConsiliumError 'bad-request' */
export function parseSiteId(text: unknown): SiteId {
  return parseId<SiteId>(text, SLUG, 'site id', SLUG_RULE);
}

/** @throws ConsiliumError 'bad-request' */
export function parseAttemptId(text: unknown): AttemptId {
  return parseId<AttemptId>(text, ATTEMPT, 'attempt id', '32 lower-case hex digits');
}

/** @throws ConsiliumError 'bad-request' */
export function parseKeyId(text: unknown): KeyId {
  return parseId<KeyId>(text, KEY, 'key id', '16 lower-case hex digits');
}

/** @throws ConsiliumError 'bad-request' */
export function parseOperatorId(text: unknown): OperatorId {
  const rule = '"op-" and 12 lower-case hex digits';
  return parseId<OperatorId>(text, OPERATOR, 'operator id', rule);
}

/** @throws ConsiliumError 'bad-request' */
export function parseContentHash(text: unknown): ContentHash {
  return parseId<ContentHash>(
    text,
    CONTENT_HASH,
    'content hash',
    '"sha256:" and 64 lower-case hex digits',
  );
}

/** @throws ConsiliumError 'bad-request' unless a whole number from 1 to 2^31 - 1. */
export function parseRoundNo(value: unknown): RoundNo {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31) {
    return value;
  }
  throw new ConsiliumError('bad-request', 'round number: expected a whole number from 1');
}

export function isStudyId(value: unknown): value is StudyId {
  return matches(value, SLUG);
}

export function isSiteId(value: unknown): value is SiteId {
  return matches(value, SLUG);
}

export function isAttemptId(value: unknown): value is AttemptId {
  return matches(value, ATTEMPT);
}

export function isKeyId(value: unknown): value is KeyId {
  return matches(value, KEY);
}

export function isOperatorId(value: unknown): value is OperatorId {
  return matches(value, OPERATOR);
}

export function isContentHash(value: unknown): value is ContentHash {
  return matches(value, CONTENT_HASH);
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function parseId<T extends string>(text: unknown, form: RegExp, title: string, rule: string): T {
  if (matches(text, form)) {
    return text as T;
  }
  throw new ConsiliumError('bad-request', `${title}: expected ${rule}, got ${shown(text)}`);
}

/** What came, short and quoted, since it may be long and hostile. */
function shown(value: unknown): string {
  if (typeof value !== 'string') {
    return value === null ? 'null' : typeof value;
  }
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
}
