/** What cannot be undone is asked first: on a terminal by a question, elsewhere by `--yes`. */
import { ConsiliumError } from '../vocabulary/index.js';

export interface Consent {
  /** What will happen, as a sentence. */
  readonly what: string;
  readonly yes: boolean;
  /** Absent where nobody can be asked: no terminal, or `--no-input`. @returns what was typed */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** @throws ConsiliumError 'bad-request' where nobody can be asked, or the answer is not yes */
export async function requireConsent({ what, yes, ask }: Consent): Promise<void> {
  if (yes) {
    return;
  }
  if (ask === undefined) {
    throw new ConsiliumError('bad-request', `${what} Add --yes to do it without a question`);
  }
  const answer = await ask(`${what} Go on? [y/N] `);
  if (!/^y(?:es)?$/i.test(answer.trim())) {
    throw new ConsiliumError('bad-request', 'nothing was done, for the answer was not yes');
  }
}
