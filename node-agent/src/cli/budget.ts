/**
 * `consilium-agent budget show`: what the policy of this hospital limits, beside the most that any update came to, and what left in
 * all, of the receipts. No study of this version adds noise, so there is no privacy loss to account for, and none is.
 */
import { answerLine } from '@consilium/shared/command-line';
import { decodeFloat } from '@consilium/shared/encoding';
import type { SitePolicy } from '@consilium/shared/protocol';
import type { ContentHash, StudyId } from '@consilium/shared/vocabulary';
import type { Command } from 'commander';
import { studyFolder, type Home } from '../config/home.js';
import {
  readReceipts,
  studiesWithReceipts,
  type Receipt,
  type UpdateRecord,
} from '../participation/receipt-file.js';
import { readPolicy } from '../policy/policy-file.js';
import { updateBytes } from '../policy/study-refusals.js';
import { isOpen, nextOpening } from '../policy/training-windows.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

interface BudgetArguments {
  readonly home?: string;
  readonly json?: boolean;
}

interface Budget {
  readonly policyHash: ContentHash;
  /** Of one update; null where there is no limit, or nothing has left yet. */
  readonly update: {
    readonly maxBytes: number;
    readonly largestBytes: number | null;
    readonly clipNorm: number | null;
    readonly largestNorm: number | null;
  };
  readonly privacy: {
    readonly requireDifferentialPrivacy: boolean;
    readonly maxEpsilonPerYear: number | null;
    /** Never: see above. */
    readonly isAccounted: false;
  };
  readonly schedule: {
    readonly windows: number;
    readonly isOpen: boolean;
    /** Null where no window ever opens again. */
    readonly opensAtMs: number | null;
  };
  readonly studies: readonly Spent[];
}

/** What left in one study. An update counts from the moment it was sealed, whether or not its attempt came to something. */
interface Spent {
  readonly study: StudyId;
  readonly title: string;
  readonly rounds: { readonly sent: number; readonly of: number };
  readonly updates: number;
  /** Of those: not acknowledged by the coordinator, which may hold a part. */
  readonly unconfirmed: number;
  /** As they travelled. */
  readonly bytes: number;
  /** Attempts that this site declined. */
  readonly declined: number;
  readonly lastAtMs: number | null;
}

export function addBudgetCommands(program: Command, tools: CliTools): void {
  program
    .command('budget')
    .description('what may leave this hospital, and what has left')
    .command('show')
    .description('what the policy limits, the most that left at once, and what left in all')
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object')
    .action((given: BudgetArguments) => budgetShowCommand(given, tools));
}

/** @throws ConsiliumError 'bad-configuration' for a policy with a fault, 'bad-encoding' for a receipt that is none */
async function budgetShowCommand(given: BudgetArguments, tools: CliTools): Promise<void> {
  const budget = await readBudget(requireHome(given.home, tools), Date.now());
  tools.stdout.write(
    given.json === true ? answerLine(budget) : `${budgetSentences(budget).join('\n')}\n`,
  );
}

async function readBudget(home: Home, nowMs: number): Promise<Budget> {
  const { policy, hash } = await readPolicy(home.policyFile);
  const studies = await Promise.all(
    (await studiesWithReceipts(home)).map(async (study) => ({
      study,
      receipts: await readReceipts(studyFolder(home, study).receiptsFolder),
    })),
  );
  const updates = updatesOf(studies.flatMap(({ receipts }) => receipts));
  return {
    policyHash: hash,
    ...limits(policy, updates, nowMs),
    studies: studies.flatMap(({ study, receipts }) => spentIn(study, receipts)),
  };
}

function limits(
  { update, privacy, schedule }: SitePolicy,
  updates: readonly UpdateRecord[],
  nowMs: number,
): Pick<Budget, 'update' | 'privacy' | 'schedule'> {
  const { windows } = schedule;
  return {
    update: {
      maxBytes: update.maxBytes,
      largestBytes: largest(updates.map(({ parameters }) => updateBytes(parameters))),
      clipNorm: numberOf(update.clipNorm),
      largestNorm: largest(updates.map(({ norm }) => norm)),
    },
    privacy: {
      requireDifferentialPrivacy: privacy.requireDifferentialPrivacy,
      maxEpsilonPerYear: numberOf(privacy.maxEpsilonPerYear),
      isAccounted: false,
    },
    schedule: {
      windows: windows.length,
      isOpen: isOpen(windows, nowMs),
      opensAtMs: nextOpening(windows, nowMs) ?? null,
    },
  };
}

function spentIn(study: StudyId, receipts: readonly Receipt[]): Spent[] {
  const newest = receipts.at(-1);
  if (newest === undefined) {
    return [];
  }
  const updates = updatesOf(receipts);
  const sent = receipts.filter(({ update }) => update !== undefined);
  return [
    {
      study,
      title: newest.title,
      rounds: { sent: new Set(sent.map(({ round }) => round)).size, of: newest.rounds },
      updates: updates.length,
      unconfirmed: updates.filter(({ sentAtMs }) => sentAtMs === undefined).length,
      bytes: updates.reduce((sum, { bytes }) => sum + bytes, 0),
      declined: receipts.filter(({ declined }) => declined !== undefined).length,
      lastAtMs: largest(updates.map(({ sentAtMs, sealedAtMs }) => sentAtMs ?? sealedAtMs)),
    },
  ];
}

function updatesOf(receipts: readonly Receipt[]): UpdateRecord[] {
  return receipts.flatMap(({ update }) => update ?? []);
}

function budgetSentences({ policyHash, update, privacy, schedule, studies }: Budget): string[] {
  return [
    `What the policy ${policyHash} allows`,
    `  An update of at most ${update.maxBytes} bytes${most(update.largestBytes)}.`,
    update.clipNorm === null
      ? `  An update of any L2 norm${most(update.largestNorm)}.`
      : `  An update clipped to an L2 norm of at most ${update.clipNorm}${most(update.largestNorm)}.`,
    `  ${privacyWords(privacy)}`,
    `  ${scheduleWords(schedule)}`,
    '  It limits neither rounds nor bytes in all: the study does, and is approved with them.',
    'What has left this hospital, of the receipts',
    ...(studies.length === 0
      ? ['  Nothing yet.']
      : studies.map((spent) => `  ${spentWords(spent)}`)),
  ];
}

function most(value: number | null): string {
  return value === null ? '' : `; the most that left was ${Number(value.toPrecision(6))}`;
}

function privacyWords({
  requireDifferentialPrivacy,
  maxEpsilonPerYear,
}: Budget['privacy']): string {
  const none = 'no study of this version adds noise, so there is no epsilon to count';
  if (maxEpsilonPerYear !== null) {
    return `An epsilon of at most ${maxEpsilonPerYear} a year; ${none}, and the policy declines every study.`;
  }
  return requireDifferentialPrivacy
    ? `Differential privacy alone; ${none}, and the policy declines every study.`
    : `Updates without differential privacy: ${none}.`;
}

function scheduleWords({ windows, isOpen: isNow, opensAtMs }: Budget['schedule']): string {
  if (windows === 0) {
    return 'Training at any time.';
  }
  const count = windows === 1 ? 'one window' : `${windows} windows`;
  if (isNow) {
    return `Training in ${count}, of which one is open now.`;
  }
  return opensAtMs === null
    ? `Training in ${count}, none of which opens again.`
    : `Training in ${count}; the next opens at ${new Date(opensAtMs).toISOString()}.`;
}

function spentWords({ study, title, rounds, updates, bytes, ...rest }: Spent): string {
  const { unconfirmed, declined, lastAtMs } = rest;
  const last = lastAtMs === null ? '' : `, the last at ${new Date(lastAtMs).toISOString()}`;
  return [
    `${study} (${title}): updates in ${rounds.sent} of ${rounds.of} rounds`,
    `${updates} in all with ${bytes} bytes${last}`,
    ...(unconfirmed === 0 ? [] : [`${unconfirmed} not acknowledged`]),
    ...(declined === 0 ? [] : [`${declined} ${declined === 1 ? 'attempt' : 'attempts'} declined`]),
  ].join('; ');
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function numberOf(float: string | undefined): number | null {
  return float === undefined ? null : decodeFloat(float);
}
