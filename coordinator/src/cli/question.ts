/** Commands that ask one thing of the coordinator and show the answer. */
import { answerLineOf } from '@consilium/shared/command-line';
import type { Command } from 'commander';
import type { Answer, Api } from './api.js';
import { openApi, type SharedOptions } from './operator-access.js';
import { confirm } from './secret-input.js';
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
  options: { readonly hidden?: boolean } = {},
): void {
  const command = parent
    .command(usage, options)
    .description(description)
    .action(async (argument: unknown) => {
      const text = typeof argument === 'string' ? argument : '';
      show(command, terminal, await ask(await openApi(command, terminal), text));
    });
}

interface Destruction {
  /** What will happen, as a sentence. */
  readonly what: (argument: string) => string;
  readonly does: Asking;
}

/** A command that cannot be undone: it asks first, or takes --yes. */
export function addDestruction(
  parent: Command,
  terminal: Terminal,
  usage: string,
  description: string,
  { what, does }: Destruction,
): void {
  const command = parent
    .command(usage)
    .description(description)
    .option('--yes', 'do it without a question')
    .action(async (argument: string, { yes }: { readonly yes?: true }) => {
      const api = await openApi(command, terminal);
      await confirm(what(argument), yes, terminal);
      show(command, terminal, await does(api, argument));
    });
}

/** What a command found out by itself, in the form of an answer. */
export function answerOf(value: object): Answer {
  return { text: JSON.stringify(value), value };
}

export function show(
  command: Command,
  terminal: Terminal,
  answer: Answer,
  words: Words = ({ value }) => toWords(value),
): void {
  const { json } = command.optsWithGlobals<SharedOptions>();
  terminal.print(json === true ? answerLineOf(answer.text) : words(answer));
}
