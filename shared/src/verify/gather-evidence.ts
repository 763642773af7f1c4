/** From the signed index to the evidence: the log is proven, then the documents are read that it calls for. */
import { toBase64 } from '../encoding/index.js';
import type { Checkpoint } from '../log/index.js';
import { BUNDLE_PATHS, bundleLogSchema } from '../protocol/index.js';
import type { BundleSource } from './bundle-source.js';
import type { Evidence } from './evidence.js';
import type { Findings } from './findings.js';
import { toHistory, type IndexedLeaf } from './history.js';
import { readDocument } from './read-document.js';
import { verifyCheckpoints, verifyGrowth } from './verify-checkpoint.js';
import { verifyDocuments } from './verify-documents.js';
import type { PinnedKeys, ReadIndex } from './verify-index.js';
import { verifyLeaves, verifyLeavesIncluded } from './verify-leaf.js';

export interface Gathered {
  readonly evidence: Evidence;
  /** Leaves in the bundle. */
  readonly shown: number;
  /** What every inclusion proof leads to; undefined where its signature does not hold. */
  readonly last: Checkpoint | undefined;
}

/** Runs the checks from `checkpoints` to `documents`. @returns undefined where the log cannot be read */
export function gatherEvidence(
  findings: Findings,
  source: BundleSource,
  read: ReadIndex,
  { personKeys = [] }: PinnedKeys,
): Gathered | undefined {
  const proven = verifyLog(findings, source, read);
  if (proven === undefined) {
    return undefined;
  }
  const { index, keys } = read;
  const { leaves, shown, checkpoints } = proven;
  const history = toHistory(leaves);
  const documents = findings.run('documents', (check) =>
    verifyDocuments(check, source, index, history),
  );
  const signed = checkpoints.flatMap((checkpoint) =>
    checkpoint === undefined ? [] : [{ size: checkpoint.size, root: toBase64(checkpoint.root) }],
  );
  const { studyId } = index;
  const evidence = { source, studyId, keys, personKeys, checkpoints: signed, history, documents };
  return { evidence, shown, last: checkpoints.at(-1) };
}

interface ProvenLog {
  readonly leaves: readonly IndexedLeaf[];
  readonly shown: number;
  /** In the order of the bundle; undefined where the signature does not hold. Inclusion was proven to the last one. */
  readonly checkpoints: readonly (Checkpoint | undefined)[];
}

function verifyLog(
  findings: Findings,
  source: BundleSource,
  { index, keys }: ReadIndex,
): ProvenLog | undefined {
  const identity = { origin: index.origin, publicKey: keys.log };
  const read = findings.run('checkpoints', (check) => {
    const log = check.attempt({ path: BUNDLE_PATHS.log }, 'form', () =>
      readDocument(source, BUNDLE_PATHS.log, bundleLogSchema),
    );
    return log && { log, checkpoints: verifyCheckpoints(check, log, identity) };
  });
  if (read === undefined) {
    return undefined;
  }
  const { log, checkpoints } = read;
  const last = checkpoints.at(-1);
  findings.run('consistency', (check) => {
    verifyGrowth(check, log, checkpoints);
  });
  findings.runOn('inclusion', last, (check, checkpoint) => {
    verifyLeavesIncluded(check, log, checkpoint);
  });
  const leaves = findings.run('leaves', (check) => verifyLeaves(check, log, index, keys));
  return { leaves, shown: log.leaves.length, checkpoints };
}
