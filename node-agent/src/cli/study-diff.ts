/** `consilium-agent study diff`: what a study protocol changes against the one that this hospital approved last. */
import { answerLine } from '@consilium/shared/command-line';
import { changesSinceApproval } from '../participation/protocol-changes.js';
import { readStudy } from '../participation/study-view.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface DiffArguments {
  readonly home?: string;
  readonly json?: boolean;
}

export async function studyDiffCommand(
  study: string,
  given: DiffArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const found = await changesSinceApproval(home, await readStudy(home, study));
  if (given.json === true) {
    const against = found === undefined ? {} : { against: found.against };
    tools.stdout.write(answerLine({ study, ...against, changes: found?.changes ?? [] }));
    return;
  }
  if (found === undefined) {
    tools.stdout.write(`This hospital has approved no protocol before ${study}: read all of it.\n`);
    return;
  }
  const { against, changes } = found;
  tools.stdout.write(`${changes.length} changes against ${against}, approved last:\n`);
  for (const { path, before, after } of changes) {
    tools.stdout.write(`  ${path}: ${before ?? 'absent'} -> ${after ?? 'absent'}\n`);
  }
}
