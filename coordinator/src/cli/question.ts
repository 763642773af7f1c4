/** Commands that ask one thing of the coordinator and show the answer. */
import type { Command } from 'commander';
import type { Answer, Api } from './api.js';
import { openApi, type SharedOptions } from './operator-access.js';
import type { Terminal } from './terminal.js';
import { toWords } from './words.js';

type Words = (answer: Answer) => string;
/** What a command does with its one argument. */
type Asking = (api: Api, argument: string) => Promise<Answer>;

/** A command whose answer is shown as it is. @param usage name, and the argument if it has one */
export function addQuestion(
  parent: Command,
  terminal: Terminal,
  usage: string,
  description: string,
  ask: Asking,
): void {
  const command = parent
    .command(usage)
    .description(description)
    .action(async (argument: unknown) => {
      const text = typeof argument === 'string' ? argument : '';
      show(command, terminal, await ask(await openApi(command), text));
    });
}

export function show(
  command: Command,
  terminal: Terminal,
  answer: Answer,
  words: Words = ({ value }) => toWords(value),
): void {
  const { json } = command.optsWithGlobals<SharedOptions>();
  terminal.print(json === true ? `${answer.text}\n` : words(answer));
}
