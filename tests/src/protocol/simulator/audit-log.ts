/** A real Merkle tree of leaves, with proofs as `log.prove` gives them; a signed checkpoint is its size and root. */
import { canonicalBytes } from '@consilium/shared/encoding';
import { createMerkleTree, leafHash } from '@consilium/shared/log';
import type { Leaf } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export interface LogProof {
  readonly leaf: Leaf;
  readonly size: number;
  readonly root: Uint8Array;
  readonly inclusion: readonly Uint8Array[];
  readonly consistency: readonly Uint8Array[];
}

/** A log as one site is shown it. */
export interface LogView {
  /**
   * @param knownSize of the checkpoint that the asking site holds; 0 when it holds none
   * @throws ConsiliumError 'not-found' without such a leaf
   */
  readonly prove: (index: number, knownSize: number) => LogProof;
}

export class AuditLog implements LogView {
  private readonly kept: Leaf[] = [];
  private readonly tree = createMerkleTree();

  constructor(leaves: readonly Leaf[] = []) {
    leaves.forEach((leaf) => this.append(leaf));
  }

  get leaves(): readonly Leaf[] {
    return this.kept;
  }

  /** @returns its index */
  append(leaf: Leaf): number {
    this.kept.push(leaf);
    this.tree.append(leafHash(canonicalBytes(leaf)));
    return this.kept.length - 1;
  }

  rootAt(size: number): Uint8Array {
    return this.tree.root(size);
  }

  prove(index: number, knownSize: number): LogProof {
    const leaf = this.kept[index];
    const size = this.kept.length;
    if (leaf === undefined || knownSize > size) {
      throw new ConsiliumError('not-found', `there is no leaf ${index} in a log of ${size}`);
    }
    return {
      leaf,
      size,
      root: this.tree.root(),
      inclusion: this.tree.inclusionProof(index, size),
      consistency: knownSize === 0 ? [] : this.tree.consistencyProof(knownSize, size),
    };
  }
}
