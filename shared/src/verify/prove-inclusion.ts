/** The proof that one leaf of a bundle is in the log, hash by hash. */
import { fromBase64, toHex, utf8 } from '../encoding/index.js';
import { leafHash, verifyInclusion } from '../log/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import type { BundleSource } from './bundle-source.js';
import { readLog } from './read-log.js';
import { nodeStep, outcomeOf, type NodeStep, type Outcome } from './steps.js';
import type { PinnedKeys } from './verify-index.js';

/** Hashes are 64 digits of hex. */
export type InclusionSteps = Outcome & {
  readonly leafIndex: number;
  /** Of the last checkpoint of the bundle, which the log signed. */
  readonly size: number;
  /** Canonical JSON, whose bytes are hashed. */
  readonly leaf: string;
  readonly leafHash: string;
  /** From the leaf upwards; the last result is the root where the proof holds. */
  readonly steps: readonly NodeStep[];
  /** What the checkpoint says. */
  readonly root: string;
};

/** @throws ConsiliumError 'not-found' for a leaf that the bundle does not show; as readLog */
export function proveInclusion(
  source: BundleSource,
  leafIndex: number,
  pinned: PinnedKeys = {},
): InclusionSteps {
  const { log, last } = readLog(source, pinned);
  const entry = log.leaves.find(({ index }) => index === leafIndex);
  if (entry === undefined) {
    throw new ConsiliumError('not-found', `the bundle does not show leaf ${leafIndex} of the log`);
  }
  const { size, root } = last;
  const leaf = utf8(entry.leaf);
  const steps: NodeStep[] = [];
  const outcome = outcomeOf(() => {
    const proof = entry.inclusion.map(fromBase64);
    verifyInclusion({ leaf, index: leafIndex, size, proof, root }, (step) => {
      steps.push(nodeStep(step));
    });
  });
  return {
    ...outcome,
    leafIndex,
    size,
    leaf: entry.leaf,
    leafHash: toHex(leafHash(leaf)),
    steps,
    root: toHex(root),
  };
}
