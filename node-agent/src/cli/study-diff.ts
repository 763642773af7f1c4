/** `consilium-agent study diff`: what a study protocol changes against the one that this hospital approved last. */
import { answerLine } from '@consilium/shared/command-line';
import { parseJson } from '@consilium/shared/encoding';
import { studyProtocolSchema, type StudyProtocol } from '@consilium/shared/protocol';
import type { Home } from '../config/home.js';
import { parseApprovals, readApprovalTexts } from '../policy/approvals.js';
import { readPolicyText } from '../policy/policy-file.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { protocolFile } from './study-decide.js';
import { readStudy, type StudyView } from './study-view.js';

export interface DiffArguments {
  readonly home?: string;
  readonly json?: boolean;
}

interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

export async function studyDiffCommand(
  study: string,
  given: DiffArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const view = await readStudy(home, study);
  const last = await lastApproved(home, view);
  const changes = last === undefined ? undefined : changesBetween(last, view.protocol);
  if (given.json === true) {
    const against = last === undefined ? {} : { against: last.studyId };
    tools.stdout.write(answerLine({ study, ...against, changes: changes ?? [] }));
    return;
  }
  if (last === undefined || changes === undefined) {
    tools.stdout.write(`This hospital has approved no protocol before ${study}: read all of it.\n`);
    return;
  }
  tools.stdout.write(`${changes.length} changes against ${last.studyId}, approved last:\n`);
  for (const { path, before, after } of changes) {
    tools.stdout.write(`  ${path}: ${before ?? 'absent'} -> ${after ?? 'absent'}\n`);
  }
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

export function changesBetween(before: StudyProtocol, after: StudyProtocol): readonly Change[] {
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
