/** The checks `checkpoints` and `consistency`: what the log signed, and that it only grew. */
import { toBase64, fromBase64 } from '../encoding/index.js';
import { parseCheckpoint, verifyConsistency, verifyNote, type Checkpoint } from '../log/index.js';
import { BUNDLE_PATHS, type BundleLog } from '../protocol/index.js';
import type { Check } from './findings.js';
import { nodeStep } from './steps.js';

const PLACE = { path: BUNDLE_PATHS.log };

export interface LogIdentity {
  /** The name in every checkpoint and the name of the key. */
  readonly origin: string;
  readonly publicKey: Uint8Array;
}

/** @returns a checkpoint for each note whose signature holds, in the order of the notes; undefined in place of the others */
export function verifyCheckpoints(
  check: Check,
  { checkpoints }: BundleLog,
  { origin, publicKey }: LogIdentity,
): (Checkpoint | undefined)[] {
  return checkpoints.map((note, i) => {
    check.covers();
    const checkpoint = check.signature(PLACE, `checkpoint ${i}`, () =>
      parseCheckpoint(verifyNote(note, { name: origin, publicKey }).body),
    );
    if (checkpoint !== undefined) {
      check.same(PLACE, `origin of checkpoint ${i}`, origin, checkpoint.origin);
    }
    return checkpoint;
  });
}

/** Two signed checkpoints that fail here are evidence against the log: it showed different pasts. */
export function verifyGrowth(
  check: Check,
  { consistency }: BundleLog,
  checkpoints: readonly (Checkpoint | undefined)[],
): void {
  check.same(PLACE, 'consistency proofs', checkpoints.length - 1, consistency.length);
  for (const [i, { oldSize, newSize, proof }] of consistency.entries()) {
    const before = checkpoints[i];
    const after = checkpoints[i + 1];
    if (before !== undefined && after !== undefined) {
      check.covers();
      const what = `from checkpoint of size ${before.size} to that of size ${after.size}`;
      check.same(PLACE, `old size ${what}`, before.size, oldSize);
      check.same(PLACE, `new size ${what}`, after.size, newSize);
      check.attempt(PLACE, what, () => {
        const sizes = { oldSize: before.size, newSize: after.size };
        const roots = { oldRoot: before.root, newRoot: after.root };
        const claim = { ...sizes, ...roots, proof: proof.map(fromBase64) };
        verifyConsistency(
          claim,
          check.see &&
            ((tree, step) => {
              check.see?.({ kind: 'consistency', ...sizes, tree, ...nodeStep(step) });
            }),
        );
      });
      refuseFork(check, before, after);
    }
  }
}

/** Said apart from the failed proof: it needs no proof, the two signatures are enough. */
function refuseFork(check: Check, before: Checkpoint, after: Checkpoint): void {
  if (before.size === after.size) {
    const what = `root of the checkpoints of size ${before.size}`;
    check.same(PLACE, what, toBase64(before.root), toBase64(after.root));
  }
}
