import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fromHex, toHex } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  appendToFrontier,
  consistencyProof,
  createMerkleTree,
  decodeFrontier,
  emptyFrontier,
  EMPTY_ROOT,
  encodeFrontier,
  frontierRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  type Frontier,
} from './index.js';

const vectors = JSON.parse(
  readFileSync(join(__dirname, 'vectors', 'rfc6962-roots.json'), 'utf8'),
) as { readonly leaves: string[]; readonly roots: Readonly<Record<string, string>> };

const hashes = vectors.leaves.map((leaf) => leafHash(fromHex(leaf)));

/** MTH, word for word after RFC 6962 section 2.1. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) {
    return EMPTY_ROOT;
  }
  if (leaves.length === 1) {
    return first;
  }
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

function manyHashes(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => leafHash(Uint8Array.of(i >> 8, i)));
}

describe('the tree of RFC 6962 section 2.1', () => {
  it.each(Object.entries(vectors.roots))('of %s leaves has the published root', (size, root) => {
    expect(toHex(rootOf(hashes.slice(0, Number(size))))).toBe(root);
  });

  it.each(Object.entries(vectors.roots))(
    'of %s leaves has the published root when grown leaf by leaf',
    (size, root) => {
      const frontier = hashes.slice(0, Number(size)).reduce(appendToFrontier, emptyFrontier());
      expect(toHex(frontierRoot(frontier))).toBe(root);
    },
  );

  it('has the same root by definition, from its levels and from its frontier, up to 300 leaves', () => {
    const leaves = manyHashes(300);
    const tree = createMerkleTree(leaves);
    let frontier = emptyFrontier();
    leaves.forEach((leaf, i) => {
      frontier = appendToFrontier(frontier, leaf);
      const expected = toHex(treeHash(leaves.slice(0, i + 1)));
      expect([tree.root(i + 1), frontierRoot(frontier)].map(toHex)).toEqual([expected, expected]);
    });
  });

  it('keeps a leaf from passing for a node', () => {
    const [left, right] = manyHashes(2) as [Uint8Array, Uint8Array];
    const joined = new Uint8Array([...left, ...right]);
    expect(leafHash(joined)).not.toEqual(nodeHash(left, right));
  });

  it('is empty at first', () => {
    const tree = createMerkleTree();
    expect(tree.size()).toBe(0);
    expect(tree.root()).toEqual(EMPTY_ROOT);
  });

  it('refuses hashes that are not 32 bytes long', () => {
    const short = new Uint8Array(31);
    const whole = new Uint8Array(32);
    expect(() => rootOf([short])).toThrow('leaf hash');
    expect(() => nodeHash(short, whole)).toThrow('left hash');
    expect(() => nodeHash(whole, short)).toThrow('right hash');
    expect(() => appendToFrontier(emptyFrontier(), short)).toThrow('leaf hash');
  });

  it.each([4, -1, 0.5, Number.NaN])('was never of size %p when it has three leaves', (size) => {
    const leaves = manyHashes(3);
    expect(() => createMerkleTree(leaves).root(size)).toThrow(RangeError);
    expect(() => inclusionProof(leaves, 0, size)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 1, size)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, size, 3)).toThrow(RangeError);
  });

  it.each([2, -1, 0.5, Number.NaN])(
    'of two leaves has no inclusion proof for index %p',
    (index) => {
      expect(() => inclusionProof(manyHashes(3), index, 2)).toThrow(RangeError);
    },
  );
});

describe('the frontier', () => {
  const frontier = manyHashes(5).reduce(appendToFrontier, emptyFrontier());

  it('keeps a hash for each binary one of its size', () => {
    expect(frontier.size).toBe(5);
    expect(frontier.hashes).toHaveLength(2);
  });

  it('stays as it was when a leaf is appended', () => {
    const before = JSON.stringify(encodeFrontier(frontier));
    appendToFrontier(frontier, EMPTY_ROOT);
    expect(JSON.stringify(encodeFrontier(frontier))).toBe(before);
  });

  it.each([0, 1, 2, 5, 7, 8, 255])('of %p leaves is the same after storing', (size) => {
    const grown = manyHashes(size).reduce(appendToFrontier, emptyFrontier());
    const stored: unknown = JSON.parse(JSON.stringify(encodeFrontier(grown)));
    expect(decodeFrontier(stored)).toEqual(grown);
  });

  it('counts beyond 32 bits', () => {
    const left = leafHash(Uint8Array.of(1));
    const leaf = leafHash(Uint8Array.of(2));
    const grown = appendToFrontier({ size: 2 ** 40, hashes: [left] }, leaf);
    expect(grown.size).toBe(2 ** 40 + 1);
    expect(frontierRoot(grown)).toEqual(nodeHash(left, leaf));
  });

  it('refuses to grow when it has fewer hashes than its size asks for', () => {
    const broken: Frontier = { size: 3, hashes: [] };
    expect(() => appendToFrontier(broken, EMPTY_ROOT)).toThrow(RangeError);
  });

  const hash = (encodeFrontier(frontier) as { readonly hashes: readonly string[] }).hashes[0];

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'frontier'],
    ['no size', { hashes: [] }],
    ['a negative size', { size: -1, hashes: [] }],
    ['a size between two', { size: 0.5, hashes: [] }],
    ['no hashes', { size: 0 }],
    ['too few hashes', { size: 3, hashes: [hash] }],
    ['too many hashes', { size: 2, hashes: [hash, hash] }],
    ['a hash that is a number', { size: 1, hashes: [7] }],
    ['a hash that is not base64', { size: 1, hashes: ['*'] }],
    ['a short hash', { size: 1, hashes: ['AAAA'] }],
  ])('is not read from %s', (_, stored) => {
    expect(() => decodeFrontier(stored)).toThrow(refusal('bad-encoding'));
  });
});
