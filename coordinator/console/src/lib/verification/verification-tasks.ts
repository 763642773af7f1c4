/** What the verification worker does when it is asked. Nothing here needs a browser or a network. */
import { contentHashOf } from '@consilium/shared/crypto';
import { canonicalBytes } from '@consilium/shared/encoding';
import { signedBundleIndexSchema } from '@consilium/shared/protocol';
import {
  bundleFromFiles,
  lastCheckpoint,
  proveConsistency,
  proveInclusion,
  recomputeRound,
  reportText,
  selfVerifyingHtml,
  verifyBundle,
  type BundleSource,
  type Observer,
  type PinnedKeys,
} from '@consilium/shared/verify';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { AnswerOf, HeldBundle, IndexToFetch, Task, Verification } from './worker-messages.js';

/** @throws ConsiliumError of the verifier's codes */
export function doTask(
  task: Task,
  held: HeldBundle | undefined,
  observer?: Observer,
): AnswerOf[keyof AnswerOf] {
  switch (task.name) {
    case 'readIndex':
      return readIndex(task.index);
    case 'verify':
      return verify(requireHeld(held), task, observer);
    case 'proveInclusion':
      return proveInclusion(sourceOf(held), task.leafIndex);
    case 'proveConsistency': {
      const { proofs } = requireHeld(held);
      return proveConsistency(sourceOf(held), task.saved, { proofs });
    }
    case 'recomputeRound':
      return recomputeRound(sourceOf(held), task.roundNo, {}, observer);
    case 'selfVerifyingPage':
      return selfVerifyingHtml(task.template, requireHeld(held).files);
  }
}

function readIndex(index: unknown): IndexToFetch {
  const read = signedBundleIndexSchema.safeParse(index);
  if (!read.success) {
    throw new ConsiliumError('bundle-invalid', 'the coordinator sent no index of a bundle');
  }
  return {
    indexHash: contentHashOf(read.data),
    file: { path: 'bundle.json', bytes: canonicalBytes(read.data) },
    files: read.data.body.files.map(({ path, bytes }) => ({ path, bytes })),
  };
}

interface WholeBundle {
  readonly pinned: PinnedKeys;
  readonly savedCheckpoint: string | undefined;
}

function verify(
  held: HeldBundle,
  { pinned, savedCheckpoint }: WholeBundle,
  observer?: Observer,
): Verification {
  const begin = performance.now();
  const source = bundleFromFiles(held.files);
  const report = verifyBundle(source, pinned, observer);
  const { proofs } = held;
  const growth =
    savedCheckpoint === undefined
      ? {}
      : { growth: proveConsistency(source, savedCheckpoint, { ...pinned, proofs }) };
  return {
    report,
    text: reportText(report),
    ...growth,
    ...checkpointOf(source, pinned),
    durationMs: performance.now() - begin,
  };
}

/** Nothing to keep where the index or the last checkpoint does not hold: the report says why. */
function checkpointOf(source: BundleSource, pinned: PinnedKeys): { readonly checkpoint?: string } {
  try {
    return { checkpoint: lastCheckpoint(source, pinned) };
  } catch (error) {
    if (error instanceof ConsiliumError) {
      return {};
    }
    throw error;
  }
}

function sourceOf(held: HeldBundle | undefined): BundleSource {
  return bundleFromFiles(requireHeld(held).files);
}

function requireHeld(held: HeldBundle | undefined): HeldBundle {
  if (held === undefined) {
    throw new ConsiliumError('internal', 'the worker was not given the bundle of its task');
  }
  return held;
}
