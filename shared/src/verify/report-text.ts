/** The report for a person, the same wherever it is made: short sentences, the verdict last, where a terminal shows it. */
import type { CheckResult, Failure } from './check-result.js';
import { CHECKS } from './checks.js';
import type { BundleReport, ReportedKey } from './report.js';

/** Failures shown of one check; the JSON report has them all. */
const FAILURES_SHOWN = 10;

export function reportText(report: BundleReport): string {
  return [
    ...aboutStudy(report),
    '',
    ...aboutPeople(report),
    ...aboutPauses(report),
    ...report.checks.flatMap(checkLines),
    '',
    ...verdict(report),
    '',
  ].join('\n');
}

function aboutStudy(report: BundleReport): string[] {
  const { studyId, state, rounds, attempts, sites, log, keys } = report;
  const lines = [studyId === undefined ? 'Study: unknown' : `Study: ${studyId}`];
  if (state !== undefined) {
    lines.push(`State: ${state}, ${counted(rounds, 'round')} in ${counted(attempts, 'attempt')}`);
    lines.push(`Sites: ${sites?.join(', ') ?? ''}`);
    lines.push(`Last adapter checkpoint: ${report.adapterCheckpointHash ?? ''}`);
  }
  if (log !== undefined) {
    lines.push(`Log: ${log.origin}, size ${log.size}, root ${log.root}`);
    const hidden = log.size - log.leavesShown;
    lines.push(`Leaves shown: ${log.leavesShown}; not shown, as of other studies: ${hidden}`);
  }
  if (keys !== undefined) {
    lines.push(keyLine('Coordinator key', keys.coordinator), keyLine('Log key', keys.log));
  }
  lines.push(`Sum recomputable: ${sumText(report)}`);
  return lines;
}

/** A bundle that holds and whose sums did not come out again is that of a plain study, which has no masked updates. */
function sumText({ sumRecomputable, verified, rounds = 0 }: BundleReport): string {
  if (sumRecomputable) {
    return 'yes, and computed again from the masked updates';
  }
  return verified && rounds > 0 ? 'no (plain mode)' : 'no';
}

/** What people signed, as they were shown it. */
function aboutPeople({ acts = [] }: BundleReport): string[] {
  if (acts.length === 0) {
    return [];
  }
  const lines = acts.flatMap(({ leafIndex, operatorId, meaning, text, keyId, pinned }) => [
    `Leaf ${leafIndex}, ${operatorId}, key ${keyId}${pinned ? ', as you named it' : ''}:`,
    `  ${printable(meaning)}`,
    ...(text?.split('\n') ?? []).map((line) => `  ${printable(line)}`),
  ]);
  return ['Signed by people:', ...lines, ''];
}

function aboutPauses({ pauses = [] }: BundleReport): string[] {
  if (pauses.length === 0) {
    return [];
  }
  const lines = pauses.map(({ leafIndex, by, reason, resumed }) => {
    const end =
      resumed === undefined ? 'not resumed' : `resumed by ${resumed.by}, leaf ${resumed.leafIndex}`;
    return `Leaf ${leafIndex}, ${by}: ${printable(reason)}; ${end}.`;
  });
  return ['Paused by people:', ...lines, ''];
}

export function counted(n: number | undefined, thing: string, things = `${thing}s`): string {
  return `${n ?? 0} ${n === 1 ? thing : things}`;
}

function keyLine(title: string, { keyId, publicKey, pinned }: ReportedKey): string {
  const source = pinned ? 'as you named it' : "the bundle's own word";
  return `${title}: ${keyId} (${publicKey}), ${source}`;
}

export function checkLines({ name, ok, count, failures, skipped }: CheckResult): string[] {
  const claim = CHECKS.find((check) => check.name === name)?.claim ?? name;
  if (skipped !== undefined) {
    return [`skipped  ${name}: ${skipped}.`];
  }
  if (ok) {
    return [`ok       ${name}: ${claim}. Checked: ${count}.`];
  }
  const more = failures.length - FAILURES_SHOWN;
  return [
    `FAILED   ${name}: not so: ${claim}. Checked: ${count}, failures: ${failures.length}.`,
    ...failures.slice(0, FAILURES_SHOWN).map(failureLine),
    ...(more > 0 ? [`           and ${more} more; --json shows all.`] : []),
  ];
}

function failureLine({ path, leafIndex, code, what, expected, found }: Failure): string {
  const place = path === undefined ? `leaf ${leafIndex ?? '?'}` : printable(path);
  return `           ${place}: ${printable(what)}: expected ${printable(expected)}, found ${printable(found)} (${code}).`;
}

/** The bundle may hold text that a terminal would act on. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function verdict({ verified, checks, keys }: BundleReport): string[] {
  if (!verified) {
    const failed = checks.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
    return [`NOT VERIFIED. Failed: ${failed.join(', ')}.`];
  }
  const trusted = keys?.coordinator.pinned === true && keys.log.pinned;
  return trusted
    ? ['VERIFIED.']
    : [
        'VERIFIED against keys that the bundle itself names.',
        'Compare both keys with those you were given, or pass --coordinator-key and --log-key.',
      ];
}
