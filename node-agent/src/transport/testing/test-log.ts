/** A log in memory, as a coordinator keeps it: leaves, signed checkpoints, proofs. */
import { generateSigningKeyPair, type SigningKeyPair } from '@consilium/shared/crypto';
import { canonicalJson, toBase64, utf8 } from '@consilium/shared/encoding';
import {
  createMerkleTree,
  formatCheckpoint,
  leafHash,
  signNote,
  type MerkleTree,
} from '@consilium/shared/log';
import type { Leaf, SiteReply } from '@consilium/shared/protocol';

type Proof = Extract<SiteReply, { kind: 'proof' }>;

export class TestLog {
  readonly origin = 'coordinator.test/log';
  readonly key: SigningKeyPair;
  private readonly leaves: string[] = [];
  private readonly tree: MerkleTree = createMerkleTree();

  constructor(key: SigningKeyPair = generateSigningKeyPair()) {
    this.key = key;
  }

  get size(): number {
    return this.leaves.length;
  }

  /** @returns the index of the leaf. */
  append(leaf: Leaf): number {
    const text = canonicalJson(leaf);
    this.leaves.push(text);
    this.tree.append(leafHash(utf8(text)));
    return this.leaves.length - 1;
  }

  checkpoint(size = this.size): string {
    const body = formatCheckpoint({ origin: this.origin, size, root: this.tree.root(size) });
    return signNote(body, this.origin, this.key);
  }

  prove(index: number, knownSize: number, size = this.size): Proof {
    return {
      kind: 'proof',
      checkpoint: this.checkpoint(size),
      leaf: this.leaves[index] ?? '',
      inclusion: this.tree.inclusionProof(index, size).map(toBase64),
      consistency:
        knownSize > size ? [] : this.tree.consistencyProof(knownSize, size).map(toBase64),
    };
  }
}
