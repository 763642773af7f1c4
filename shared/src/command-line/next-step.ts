/** What to type next, said once a command is done: nobody has to know the order by heart. */
import type { CommandLike } from './command-like.js';
import { pathOf } from './command-tree.js';

/** A sentence by the words of the command, such as `study create`; `{0}` is its first argument. */
export type NextSteps = Readonly<Record<string, string>>;

/** A line for standard error. @returns an empty text where nothing follows */
export function nextStepLine(
  steps: NextSteps,
  command: CommandLike,
  given: readonly string[],
): string {
  const step = steps[pathOf(command).slice(1).join(' ')];
  if (step === undefined) {
    return '';
  }
  return `Next: ${step.replaceAll(/\{(\d)\}/g, (_, place: string) => given[Number(place)] ?? '')}\n`;
}
