/** The sample study of the verifier with a log as long as wanted: exports of the bundle, one leaf each, after everything else. */
import { canonicalJson, utf8 } from '@consilium/shared/encoding';
import { createMerkleTree, formatCheckpoint, leafHash, signNote } from '@consilium/shared/log';
import type { Leaf } from '@consilium/shared/protocol';
import { assembleBundle, assembleBundleLog, type BundleFile } from '@consilium/shared/verify';
import { playSampleStudy } from '@consilium/shared/verify/testing';
import { parseStudyId } from '@consilium/shared/vocabulary';

/** @param leaves of the study in the bundle, at least as many as the sample has */
export function longBundle(leaves: number): readonly BundleFile[] {
  const { documents, blobs, signing, logKey } = playSampleStudy();
  const shown = new Map(documents.log.leaves.map(({ index, leaf }) => [index, leaf]));
  const first = Math.max(...shown.keys()) + 1;
  for (let index = first; shown.size < leaves; index += 1) {
    shown.set(index, exported(signing.studyId));
  }
  const tree = createMerkleTree();
  const size = Math.max(...shown.keys()) + 1;
  for (let index = 0; index < size; index += 1) {
    // What the sample's bundle leaves out belongs to another study; nothing refers to it.
    tree.append(leafHash(utf8(shown.get(index) ?? exported('other-study'))));
  }
  const body = formatCheckpoint({ origin: signing.origin, size, root: tree.root() });
  const log = assembleBundleLog({
    tree,
    leaves: [...shown].map(([index, leaf]) => ({ index, leaf })),
    checkpoints: [{ note: signNote(body, signing.origin, logKey), size }],
  });
  return assembleBundle({ ...documents, log }, blobs, signing);
}

function exported(study: string): string {
  const leaf: Leaf = {
    v: 1,
    atMs: 0,
    type: 'access.export',
    studyId: parseStudyId(study),
    what: 'bundle',
  };
  return canonicalJson(leaf);
}
