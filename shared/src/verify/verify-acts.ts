/** The check `acts`: what a person approved, accepted or stated, under a key that the log had for it and the coordinator has not. */
import { contentHashOf } from '../crypto/index.js';
import { equalBytes } from '../encoding/index.js';
import {
  BUNDLE_PATHS,
  meaningOf,
  studyProtocolHash,
  verifyByPerson,
  type Act,
  type BundleActs,
  type PersonKey,
  type SignedAct,
} from '../protocol/index.js';
import { rightsBefore } from './accounts.js';
import type { Evidence, PinnedPersonKey } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';
import { personKeyBefore, verifyPersonKeys } from './person-keys.js';

const PLACE = { path: BUNDLE_PATHS.acts };

export function verifyActs(check: Check, evidence: Evidence, { acts, origins }: BundleActs): void {
  const { leaves } = evidence.history;
  const entries = leavesOf(leaves, 'act.signed').filter(({ leaf }) => leaf.studyId !== undefined);
  const byHash = new Map(acts.map((act) => [contentHashOf(act), act]));
  verifyPersonKeys(check, leaves);
  check.same(PLACE, 'acts, one for each leaf', entries.length, acts.length);
  for (const entry of entries) {
    check.covers();
    const act = byHash.get(entry.leaf.actHash);
    if (act === undefined) {
      const what = `act of leaf ${entry.index}`;
      check.fail(PLACE, { what, expected: entry.leaf.actHash, found: 'no such act' });
    } else {
      verifyLeaf(check, entry, act);
      verifySigner(check, evidence, entry, act, origins);
      verifySubject(check, evidence, entry.index, act.body);
    }
  }
}

function verifyLeaf(
  check: Check,
  { index, leaf }: IndexedLeaf<'act.signed'>,
  { body, keyId }: SignedAct,
): void {
  const { act, operatorId, subject } = body;
  check.agrees({ leafIndex: index }, { act, operatorId, keyId, studyId: subject.studyId }, leaf);
  check.same(PLACE, `meaning of the act of leaf ${index}`, meaningOf(body), body.meaning);
}

function verifySigner(
  check: Check,
  { history, personKeys }: Evidence,
  { index }: IndexedLeaf<'act.signed'>,
  signed: SignedAct,
  origins: readonly string[],
): void {
  const { operatorId } = signed.body;
  if (!rightsBefore(history.leaves, operatorId, index).includes('acts.sign')) {
    const what = `account of ${operatorId}`;
    const expected = `one that may sign before leaf ${index}`;
    check.fail(PLACE, { what, expected, found: 'none in the log, closed, or of another role' });
  }
  const of = { operatorId, keyId: signed.keyId };
  const key = check.attempt(PLACE, 'key', () => personKeyBefore(history.leaves, of, index));
  if (key === undefined) {
    const what = `key ${signed.keyId} of ${operatorId}`;
    const expected = `in the log before leaf ${index}`;
    check.fail(PLACE, { what, expected, found: 'none, or removed' });
    return;
  }
  check.signature(PLACE, `signature of ${operatorId}`, () =>
    verifyByPerson('act', signed, key, origins),
  );
  const pinned = personKeys.filter((own) => own.operatorId === operatorId);
  if (pinned.length > 0 && !isPinnedKey(pinned, key)) {
    const what = `key of ${operatorId}`;
    check.fail(PLACE, { what, expected: 'one that you named', found: signed.keyId });
  }
}

/** Whether the auditor named this very key. */
function isPinnedKey(pinned: readonly PinnedPersonKey[], key: PersonKey): boolean {
  return pinned.some(
    ({ kind, publicKey }) => kind === key.kind && equalBytes(publicKey, key.publicKey),
  );
}

/** What the person signed for was there when it signed, in this log. */
function verifySubject(
  check: Check,
  { studyId, history, documents, checkpoints }: Evidence,
  index: number,
  act: Act,
): void {
  const what = `subject of the act of leaf ${index}`;
  check.same(PLACE, `study of the act of leaf ${index}`, studyId, act.subject.studyId);
  switch (act.act) {
    case 'study-approved':
      if (documents.studyProtocol !== undefined) {
        check.same(PLACE, what, studyProtocolHash(documents.studyProtocol.body), act.subject.hash);
      }
      break;
    case 'adapter-accepted': {
      const { roundNo, hash } = act.subject;
      const made = leavesOf(history.leaves, 'round.result').find(
        ({ leaf, index: at }) => leaf.roundNo === roundNo && at < index,
      );
      check.same(PLACE, what, made?.leaf.adapterCheckpointHash ?? 'of a round before it', hash);
      break;
    }
    case 'statement': {
      const { size, root } = act.subject;
      const found = checkpoints.find((checkpoint) => checkpoint.size === size);
      const expected = found?.root ?? 'of a checkpoint of the bundle';
      check.same(PLACE, what, expected, root);
      if (size > index) {
        check.fail(PLACE, { what, expected: `a size up to ${index}`, found: `${size}` });
      }
      break;
    }
  }
}
