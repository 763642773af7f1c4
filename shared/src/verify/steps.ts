/** What a verification does, step by step, for whoever watches it: a page that shows each hash, a bar that fills. */
import { toHex } from '../encoding/index.js';
import type { HashStep } from '../log/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import type { CheckResult, Place } from './check-result.js';
import type { CheckName } from './checks.js';

/** A hash of the log's tree (RFC 9162 section 2.1.1): SHA-256 of 0x01, `left` and `right`, each 64 digits of hex. */
export interface NodeStep {
  readonly left: string;
  readonly right: string;
  readonly result: string;
  /** Which of the two the proof gave; the other one was computed before. */
  readonly given: 'left' | 'right';
}

/** What happens in a check. */
export type StepEvent =
  | { readonly kind: 'began' }
  | { readonly kind: 'ended'; readonly result: CheckResult }
  /** SHA-256 of a file. */
  | {
      readonly kind: 'file-hash';
      readonly path: string;
      readonly bytes: number;
      readonly result: string;
    }
  /** SHA-256 of 0x00 and the leaf's bytes. */
  | { readonly kind: 'leaf-hash'; readonly leafIndex: number; readonly result: string }
  | ({ readonly kind: 'inclusion'; readonly leafIndex: number; readonly size: number } & NodeStep)
  | ({
      readonly kind: 'consistency';
      readonly oldSize: number;
      readonly newSize: number;
      /** Of which of the two trees the node is. */
      readonly tree: 'old' | 'new';
    } & NodeStep)
  | {
      readonly kind: 'signature';
      readonly place: Place;
      readonly what: string;
      readonly holds: boolean;
    }
  /** Words of a ring sum, or parameters of an adapter, that are computed again so far. */
  | {
      readonly kind: 'recompute';
      readonly path: string;
      readonly roundNo: number;
      readonly done: number;
      readonly total: number;
    };

export type VerificationStep = StepEvent & {
  readonly check: CheckName;
  /** Of the whole verification, from 0 to 1; never less than in the step before. */
  readonly progress: number;
};

/** Called while the verification runs, in its order. What it throws ends the verification. */
export type Observer = (step: VerificationStep) => void;

export type Outcome =
  | { readonly holds: true }
  /** `reason` in the verifier's words. */
  | { readonly holds: false; readonly reason: string };

export function nodeStep({ left, right, result, given }: HashStep): NodeStep {
  return { left: toHex(left), right: toHex(right), result: toHex(result), given };
}

/** Whether the action went through; anything but a coded error goes on. */
export function outcomeOf(action: () => void): Outcome {
  try {
    action();
    return { holds: true };
  } catch (error) {
    if (error instanceof ConsiliumError) {
      return { holds: false, reason: error.message };
    }
    throw error;
  }
}
