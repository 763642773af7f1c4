/** What a study protocol changes against the one that this hospital approved last. */
import { parseJson } from '@consilium/shared/encoding';
import { studyProtocolSchema, type StudyProtocol } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';
import type { Home } from '../config/home.js';
import { parseApprovals, readApprovalTexts } from '../policy/approvals.js';
import { readPolicyText } from '../policy/policy-file.js';
import { protocolFile } from './study-decisions.js';
import type { StudyView } from './study-view.js';

/** One value of a protocol, as JSON; absent on the side that does not have it. */
export interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ProtocolChanges {
  /** The study whose protocol was approved last. */
  readonly against: StudyId;
  readonly changes: readonly Change[];
}

/** @returns undefined where nothing but this protocol was ever approved: then all of it is to be read */
export async function changesSinceApproval(
  home: Home,
  view: StudyView,
): Promise<ProtocolChanges | undefined> {
  const last = await lastApproved(home, view);
  return last === undefined
    ? undefined
    : { against: last.studyId, changes: changesBetween(last, view.protocol) };
}

/** The newest approval of another protocol than the one that is looked at. */
async function lastApproved(home: Home, { hash }: StudyView): Promise<StudyProtocol | undefined> {
  const texts = await readApprovalTexts(home);
  const [newest] = [...texts]
    .flatMap(([study, text]) => parseApprovals(study, text).decisions)
    .filter((d) => d.decision === 'approved' && d.studyProtocolHash !== hash)
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  const text =
    newest === undefined
      ? undefined
      : await readPolicyText(protocolFile(home, newest.studyProtocolHash));
  return text === undefined ? undefined : studyProtocolSchema.parse(parseJson(text));
}

function changesBetween(before: StudyProtocol, after: StudyProtocol): readonly Change[] {
  const old = flattened(before);
  const now = flattened(after);
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => ({
      path,
      ...valueOf('before', old.get(path)),
      ...valueOf('after', now.get(path)),
    }));
}

function valueOf(name: 'before' | 'after', value: string | undefined): Partial<Change> {
  return value === undefined ? {} : { [name]: value };
}

function flattened(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null) {
    return new Map([[path, JSON.stringify(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([name, member]) => [
      ...flattened(member, path === '' ? name : `${path}.${name}`),
    ]),
  );
}
