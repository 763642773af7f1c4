/** The draft and what is wrong with it, for the fields of all steps. A fault is shown once its field was left or its step was. */
import type { Json } from '@consilium/shared/encoding';
import type { StudyFileFault } from '@consilium/shared/protocol';
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { draftFaults, isWithin, withValue, type Draft } from './draft.js';
import { dropDraft, keepDraft, keptDraft } from './kept-draft.js';
import { stepOf, STEPS, type Step } from './steps.js';

interface DraftState {
  readonly draft: Draft;
  readonly faults: readonly StudyFileFault[];
  /** Those that the person has had the chance to mend. */
  readonly shownFaults: readonly StudyFileFault[];
  /** Takes the field away if no value is given. */
  readonly set: (path: string, value: Json | undefined) => void;
  readonly update: (change: (draft: Draft) => Draft) => void;
  /** Another file altogether, whose faults are shown at once. */
  readonly replace: (draft: Draft) => void;
  /** The field was left. */
  readonly leave: (path: string) => void;
  readonly leaveStep: (step: Step) => void;
  /** Nothing is kept any more. */
  readonly startOver: () => void;
}

const DraftContext = createContext<DraftState | undefined>(undefined);

export function DraftProvider({ children }: { readonly children: ReactNode }) {
  const [draft, setDraft] = useState(() => keptDraft(localStorage));
  const [left, setLeft] = useState<readonly string[]>([]);
  const [leftSteps, setLeftSteps] = useState<readonly Step[]>([]);
  const faults = useMemo(() => draftFaults(draft), [draft]);
  const state = useMemo<DraftState>(() => {
    const take = (next: Draft): void => {
      keepDraft(localStorage, next);
      setDraft(next);
    };
    const isShown = ({ path }: StudyFileFault): boolean =>
      leftSteps.includes(stepOf(path)) || left.some((field) => isWithin(path.join('.'), field));
    return {
      draft,
      faults,
      shownFaults: faults.filter(isShown),
      set: (path, value) => {
        take(withValue(draft, path, value));
      },
      update: (change) => {
        take(change(draft));
      },
      replace: (next) => {
        take(next);
        setLeftSteps(STEPS);
      },
      leave: (path) => {
        setLeft((before) => (before.includes(path) ? before : [...before, path]));
      },
      leaveStep: (step) => {
        setLeftSteps((before) => (before.includes(step) ? before : [...before, step]));
      },
      startOver: () => {
        dropDraft(localStorage);
        setDraft(keptDraft(localStorage));
        setLeft([]);
        setLeftSteps([]);
      },
    };
  }, [draft, faults, left, leftSteps]);
  return <DraftContext value={state}>{children}</DraftContext>;
}

/** @throws Error outside of DraftProvider */
export function useDraft(): DraftState {
  const state = useContext(DraftContext);
  if (state === undefined) {
    throw new Error('useDraft is used outside of DraftProvider');
  }
  return state;
}
