/** The draft of this browser, kept until the study is created or the person starts over. Nothing of it is secret. */
import { isObject, newDraft, withSeed, type Draft } from './draft.js';

const KEPT = 'consilium-new-study';

export interface Keeper {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A new one where none is kept, or what is kept is none. */
export function keptDraft(keeper: Keeper): Draft {
  return draftOf(keeper.getItem(KEPT)) ?? newDraft();
}

export function keepDraft(keeper: Keeper, draft: Draft): void {
  keeper.setItem(KEPT, JSON.stringify(draft));
}

export function dropDraft(keeper: Keeper): void {
  keeper.removeItem(KEPT);
}

function draftOf(text: string | null): Draft | undefined {
  if (text === null) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? withSeed(value) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
