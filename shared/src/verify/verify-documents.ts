/** The check `documents`: what the log calls for is in the bundle, readable, and nothing else is. */
import { z } from 'zod';
import {
  BUNDLE_PATHS,
  bundleActsSchema,
  doublySignedKeyRotationSchema,
  revealedSchema,
  roundRecordSchema,
  signedAdvertSchema,
  signedDeclineSchema,
  signedEndorsementSchema,
  signedEvaluationSchema,
  signedJoinSchema,
  signedManifestSchema,
  signedRosterSchema,
  signedSchema,
  signedSharesSchema,
  signedUpdateHeaderSchema,
  signedVoteSchema,
  signedWithdrawalSchema,
  studyProtocolSchema,
  type BundleIndex,
} from '../protocol/index.js';
import { expectedPaths } from './bundle-paths.js';
import type { BundleSource } from './bundle-source.js';
import type { ReadAttempt, ReadDocuments } from './evidence.js';
import type { Check } from './findings.js';
import { isSecure, type AttemptHistory, type History } from './history.js';
import { readDocument } from './read-document.js';

export function verifyDocuments(
  check: Check,
  source: BundleSource,
  index: BundleIndex,
  history: History,
): ReadDocuments {
  const present = new Set(source.paths());
  verifyCompleteness(check, present, index, history);
  const read = reader(check, source, present);
  return {
    studyProtocol: read(BUNDLE_PATHS.studyProtocol, signedSchema(studyProtocolSchema)),
    joins: read(BUNDLE_PATHS.joins, z.array(signedJoinSchema)),
    rosters: read(BUNDLE_PATHS.rosters, z.array(signedRosterSchema)),
    evaluations: read(BUNDLE_PATHS.evaluations, z.array(signedEvaluationSchema)),
    rotations: read(BUNDLE_PATHS.rotations, z.array(doublySignedKeyRotationSchema)),
    withdrawals: read(BUNDLE_PATHS.withdrawals, z.array(signedWithdrawalSchema)),
    acts: read(BUNDLE_PATHS.acts, bundleActsSchema),
    attempts: new Map(
      history.attempts.map((attempt) => [attempt.attemptId, readAttempt(read, attempt)]),
    ),
  };
}

/** The log decides what has to be here, the index only what is. */
function verifyCompleteness(
  check: Check,
  present: ReadonlySet<string>,
  index: BundleIndex,
  history: History,
): void {
  const expected = expectedPaths(history);
  for (const path of expected) {
    if (!present.has(path)) {
      check.fail(
        { path },
        { what: 'file that the log calls for', expected: 'present', found: 'missing' },
      );
    }
  }
  for (const { path } of index.files) {
    if (!expected.has(path)) {
      check.fail(
        { path },
        { what: 'leaf that calls for the file', expected: 'one', found: 'none' },
      );
    }
  }
}

type Read = <S extends z.ZodType>(path: string, schema: S) => z.output<S> | undefined;

function reader(check: Check, source: BundleSource, present: ReadonlySet<string>): Read {
  return (path, schema) => {
    if (!present.has(path)) {
      return undefined;
    }
    check.covers();
    return check.attempt({ path }, 'form', () => readDocument(source, path, schema));
  };
}

function readAttempt(read: Read, attempt: AttemptHistory): ReadAttempt {
  const { attemptId, declines, candidate, result } = attempt;
  const isSummed = candidate !== undefined || result !== undefined;
  const sharesLogged = isSecure(attempt);
  return {
    manifest: read(BUNDLE_PATHS.manifest(attemptId), signedManifestSchema),
    adverts: read(BUNDLE_PATHS.adverts(attemptId), z.array(signedAdvertSchema)),
    headers: read(BUNDLE_PATHS.headers(attemptId), z.array(signedUpdateHeaderSchema)),
    declines:
      declines.length === 0
        ? undefined
        : read(BUNDLE_PATHS.declines(attemptId), z.array(signedDeclineSchema)),
    record: isSummed ? read(BUNDLE_PATHS.record(attemptId), roundRecordSchema) : undefined,
    shares: sharesLogged
      ? read(BUNDLE_PATHS.shares(attemptId), z.array(signedSharesSchema))
      : undefined,
    endorsements: sharesLogged
      ? read(BUNDLE_PATHS.endorsements(attemptId), z.array(signedEndorsementSchema))
      : undefined,
    revealed:
      sharesLogged && isSummed ? read(BUNDLE_PATHS.revealed(attemptId), revealedSchema) : undefined,
    votes:
      candidate === undefined
        ? undefined
        : read(BUNDLE_PATHS.votes(attemptId), z.array(signedVoteSchema)),
  };
}
