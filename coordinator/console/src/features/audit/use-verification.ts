/** How far the fetching and the verifying are, and what came of them. */
import type { RecomputedRound, VerificationStep } from '@consilium/shared/verify';
import { fromBase64 } from '@consilium/shared/encoding';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { useEffect, useRef, useState } from 'react';
import { isApiProblem } from '../../lib/api/problem.js';
import {
  fetchBundle,
  type FetchedBundle,
  type FetchProgress,
} from '../../lib/verification/fetch-bundle.js';
import { recomputeRound, verify, type Verification } from '../../lib/verification/verification.js';
import { savedCheckpoint } from './saved-checkpoint.js';

export interface RoundOutcome {
  readonly roundNo: number;
  /** Undefined where the evidence has no result of the round. */
  readonly recomputed?: RecomputedRound;
}

export interface Done {
  readonly verification: Verification;
  /** When the checkpoint was kept that it was compared with. */
  readonly savedAtMs?: number;
  readonly round?: RoundOutcome;
}

export interface Fault {
  readonly code: string;
  readonly reason: string;
}

export interface VerificationState {
  readonly phase: 'idle' | 'fetching' | 'verifying';
  readonly fetched?: FetchProgress;
  readonly bundle?: FetchedBundle;
  /** The newest one while it runs. */
  readonly last?: VerificationStep;
  /** All of them, once it is done. */
  readonly steps: readonly VerificationStep[];
  readonly done?: Done;
  readonly fault?: Fault;
}

export interface VerificationWork {
  readonly state: VerificationState;
  readonly fetch: (studyId: string) => void;
  /** @param roundNo what to compute again beside the whole */
  readonly start: (roundNo: number | undefined) => void;
  readonly stop: () => void;
}

type Tell = (change: Partial<VerificationState>) => void;

const NOTHING: VerificationState = { phase: 'idle', steps: [] };

export function useVerification(): VerificationWork {
  const [state, setState] = useState(NOTHING);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  /** What was under way is given up; its words no longer count. */
  const run = (
    begin: VerificationState,
    work: (signal: AbortSignal, tell: Tell) => Promise<void>,
  ) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    const tell: Tell = (change) => {
      if (!signal.aborted) {
        setState((before) => ({ ...before, ...change }));
      }
    };
    setState(begin);
    void work(signal, tell)
      .catch((error: unknown) => {
        tell({ fault: faultOf(error) });
      })
      .finally(() => {
        tell({ phase: 'idle' });
      });
  };

  return {
    state,
    fetch: (studyId) => {
      run({ ...NOTHING, phase: 'fetching' }, (signal, tell) => fetchWith(studyId, signal, tell));
    },
    start: (roundNo) => {
      const { bundle } = state;
      if (bundle !== undefined) {
        run({ ...NOTHING, bundle, phase: 'verifying' }, (signal, tell) =>
          verifyWith(bundle, roundNo, signal, tell),
        );
      }
    },
    stop: () => {
      running.current?.abort();
      setState(({ bundle }) => (bundle === undefined ? NOTHING : { ...NOTHING, bundle }));
    },
  };
}

/** The checkpoint kept here goes along, so that the proof which leads from it comes with the evidence. */
async function fetchWith(studyId: string, signal: AbortSignal, tell: Tell): Promise<void> {
  const saved = savedCheckpoint(localStorage);
  const bundle = await fetchBundle(studyId, {
    signal,
    onProgress: (fetched) => {
      tell({ fetched });
    },
    savedCheckpoints: saved === undefined ? [] : [saved.note],
  });
  tell({ bundle });
}

async function verifyWith(
  bundle: FetchedBundle,
  roundNo: number | undefined,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const saved = savedCheckpoint(localStorage);
  const steps: VerificationStep[] = [];
  const onSteps = (more: readonly VerificationStep[]): void => {
    steps.push(...more);
    const last = steps.at(-1);
    tell(last === undefined ? {} : { last });
  };
  const verification = await verify(bundle, {
    signal,
    onSteps,
    ...(saved === undefined
      ? {}
      : { savedCheckpoint: saved.note, pinned: { logKey: fromBase64(saved.logKey) } }),
  });
  const round = roundNo === undefined ? undefined : await roundAgain(bundle, roundNo, signal);
  tell({
    steps,
    done: {
      verification,
      ...(saved === undefined ? {} : { savedAtMs: saved.savedAtMs }),
      ...(round === undefined ? {} : { round }),
    },
  });
}

async function roundAgain(
  bundle: FetchedBundle,
  roundNo: number,
  signal: AbortSignal,
): Promise<RoundOutcome> {
  try {
    return { roundNo, recomputed: await recomputeRound(bundle, roundNo, { signal }) };
  } catch (error) {
    if (isConsiliumError(error) && error.code === 'not-found') {
      return { roundNo };
    }
    throw error;
  }
}

function faultOf(error: unknown): Fault {
  if (isConsiliumError(error) || isApiProblem(error)) {
    return { code: error.code, reason: error.message };
  }
  return { code: 'internal', reason: error instanceof Error ? error.message : String(error) };
}
