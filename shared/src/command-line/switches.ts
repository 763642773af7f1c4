/** The options that every program has, read off the words before anything else is: they hold for a line that cannot be parsed too. */

export interface Switches {
  /** One envelope in place of words. */
  readonly json: boolean;
  /** One envelope a line, of a stream. */
  readonly jsonl: boolean;
  /** Print the command as JSON and do nothing. */
  readonly schema: boolean;
  readonly noColor: boolean;
  /** Ask nothing, even on a terminal. */
  readonly noInput: boolean;
}

/** @param words without program and script; what follows `--` is no option */
export function readSwitches(words: readonly string[]): Switches {
  const end = words.indexOf('--');
  const options = new Set(end === -1 ? words : words.slice(0, end));
  return {
    json: options.has('--json'),
    jsonl: options.has('--jsonl'),
    schema: options.has('--schema'),
    noColor: options.has('--no-color'),
    noInput: options.has('--no-input'),
  };
}

/** Colours are for people who look at a terminal and did not decline them (no-color.org: set and not empty). */
export function showsColours(given: {
  readonly isTerminal: boolean;
  readonly noColorVariable: string | undefined;
  readonly noColor: boolean;
}): boolean {
  const { isTerminal, noColorVariable = '', noColor } = given;
  return isTerminal && noColorVariable === '' && !noColor;
}

/** Lines are drawn over on a terminal that moves its cursor: the one that terminfo(5) calls `dumb` does not. */
export function drawsInPlace(given: {
  readonly isTerminal: boolean;
  readonly termVariable: string | undefined;
}): boolean {
  return given.isTerminal && given.termVariable !== 'dumb';
}
