/** A real log in memory: leaves, tree, signed checkpoints. */
import type { SigningKeyPair } from '../../crypto/index.js';
import { canonicalJson, toBase64, utf8 } from '../../encoding/index.js';
import { createMerkleTree, formatCheckpoint, leafHash, signNote } from '../../log/index.js';
import type { BundleLog, Leaf } from '../../protocol/index.js';
import { assembleBundleLog } from '../assemble-bundle.js';

export interface SampleLog {
  /** @returns the index of the leaf. */
  append(leaf: Leaf): number;
  /** The indices of the survivor leaves of a round. */
  survivorsOf(roundNo: number): number[];
  /** Signs the present size. @returns it and the root, in base64 */
  checkpoint(): { readonly size: number; readonly root: string };
  /** The leaves of the study and of none. */
  excerpt(studyId: string): BundleLog;
}

/** @param alter what a dishonest log makes of a leaf before it appends it; undefined leaves it out */
export function createSampleLog(
  origin: string,
  key: SigningKeyPair,
  alter: (leaf: Leaf) => Leaf | undefined,
): SampleLog {
  const tree = createMerkleTree();
  const leaves: Leaf[] = [];
  const checkpoints: { note: string; size: number }[] = [];
  return {
    append: (given) => {
      const leaf = alter(given);
      if (leaf !== undefined) {
        leaves.push(leaf);
        tree.append(leafHash(utf8(canonicalJson(leaf))));
      }
      return leaves.length - 1;
    },
    survivorsOf: (roundNo) =>
      leaves.flatMap((leaf, index) =>
        leaf.type === 'round.survivors' && leaf.roundNo === roundNo ? [index] : [],
      ),
    checkpoint: () => {
      const size = tree.size();
      const body = formatCheckpoint({ origin, size, root: tree.root() });
      checkpoints.push({ note: signNote(body, origin, key), size });
      return { size, root: toBase64(tree.root()) };
    },
    excerpt: (studyId) => {
      const shown = leaves.flatMap((leaf, index) =>
        !('studyId' in leaf) || leaf.studyId === studyId
          ? [{ index, leaf: canonicalJson(leaf) }]
          : [],
      );
      return assembleBundleLog({ tree, leaves: shown, checkpoints });
    },
  };
}
