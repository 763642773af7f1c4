/**
 * What people of the hospital decided about a study: `approvals/<study>.json`, one record a person. An approval names the study
 * protocol by hash and the members that were seen; who decided stays on this machine.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import {
  contentHashSchema,
  publicKeySchema,
  siteIdSchema,
  studyIdSchema,
} from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isStudyId,
  type ContentHash,
  type StudyId,
} from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { readPolicyText as readText } from './policy-file.js';
import type { Member } from './round-refusals.js';

const decisionSchema = z.strictObject({
  /** A name of the hospital's own; it never leaves. */
  by: z.string().trim().min(1).max(200),
  at: z.iso.datetime(),
  decision: z.enum(['approved', 'refused']),
  studyProtocolHash: contentHashSchema,
  /** The other members of the roster that were seen. */
  members: z.array(z.strictObject({ site: siteIdSchema, key: publicKeySchema })),
  policyHash: contentHashSchema,
});
export type PersonsDecision = z.infer<typeof decisionSchema>;

export const approvalsSchema = z.strictObject({
  v: z.literal(1),
  study: studyIdSchema,
  /** The latest of each person. */
  decisions: z.array(decisionSchema).max(100),
});
export type StudyApprovals = z.infer<typeof approvalsSchema>;

/** What the records of a study come to. */
export interface Standing {
  readonly state: 'open' | 'approved' | 'refused';
  /** Who approved this protocol. */
  readonly approvers: readonly string[];
  /** Members that as many people approved as the policy asks for. */
  readonly members: readonly Member[];
}

/** @param people how many must approve. One refusal is enough to refuse. */
export function standingOf(
  approvals: StudyApprovals | undefined,
  hash: ContentHash,
  people: number,
): Standing {
  const ofProtocol = (approvals?.decisions ?? []).filter((d) => d.studyProtocolHash === hash);
  const approving = ofProtocol.filter(({ decision }) => decision === 'approved');
  const approvers = approving.map(({ by }) => by);
  const counts = new Map<string, { readonly member: Member; count: number }>();
  for (const member of approving.flatMap(({ members }) => members)) {
    const name = `${member.site} ${member.key}`;
    const entry = counts.get(name) ?? { member, count: 0 };
    entry.count += 1;
    counts.set(name, entry);
  }
  const members = [...counts.values()]
    .filter(({ count }) => count >= people)
    .map(({ member }) => member);
  if (ofProtocol.some(({ decision }) => decision === 'refused')) {
    return { state: 'refused', approvers, members: [] };
  }
  return { state: approvers.length >= people ? 'approved' : 'open', approvers, members };
}

/** Takes the place of what the same person decided before. */
export function withDecision(
  approvals: StudyApprovals | undefined,
  study: StudyId,
  decision: PersonsDecision,
): StudyApprovals {
  const others = (approvals?.decisions ?? []).filter(({ by }) => !isSamePerson(by, decision.by));
  return { v: 1, study, decisions: [...others, decision] };
}

/** Whether two names are one person's. */
export function isSamePerson(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

export function approvalsFile({ approvalsFolder }: Home, study: StudyId): string {
  return join(approvalsFolder, `${study}.json`);
}

export async function writeApprovals(home: Home, approvals: StudyApprovals): Promise<void> {
  await writeDurably(
    approvalsFile(home, approvals.study),
    `${JSON.stringify(approvals, undefined, 2)}\n`,
  );
}

/** The text of each study's file. */
export async function readApprovalTexts(home: Home): Promise<ReadonlyMap<StudyId, string>> {
  const texts = new Map<StudyId, string>();
  for (const name of await namesIn(home.approvalsFolder)) {
    const study = name.replace(/\.json$/, '');
    const text = isStudyId(study) ? await readText(approvalsFile(home, study)) : undefined;
    if (isStudyId(study) && text !== undefined) {
      texts.set(study, text);
    }
  }
  return texts;
}

/** @throws ConsiliumError 'bad-encoding' when the file has been altered into something else */
export function parseApprovals(study: StudyId, text: string): StudyApprovals {
  const result = approvalsSchema.safeParse(parseJson(text));
  if (!result.success || result.data.study !== study) {
    throw new ConsiliumError('bad-encoding', `approvals/${study}.json is no record of approvals`);
  }
  return result.data;
}

/** @throws ConsiliumError 'bad-encoding' */
export async function readApprovals(
  home: Home,
  study: StudyId,
): Promise<StudyApprovals | undefined> {
  const text = await readText(approvalsFile(home, study));
  return text === undefined ? undefined : parseApprovals(study, text);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
