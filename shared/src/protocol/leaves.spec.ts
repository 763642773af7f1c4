import { canonicalBytes, parseCanonicalJson } from '../encoding/index.js';
import { leafSchema, type Leaf } from './leaves.js';
import { LEAVES } from './testing/sample-leaves.js';

const leaves: readonly Leaf[] = Object.values(LEAVES);

describe('a leaf of the log', () => {
  it.each(leaves.map((leaf) => [leaf.type, leaf] as const))(
    '%s is read from its canonical bytes and has the same bytes again',
    (_, leaf) => {
      const bytes = canonicalBytes(leaf);
      const read = leafSchema.parse(parseCanonicalJson(bytes));
      expect(read).toEqual(leaf);
      expect(canonicalBytes(read)).toEqual(bytes);
    },
  );

  it('has one of the known types', () => {
    expect(leafSchema.safeParse({ v: 1, atMs: 0, type: 'round.opened' }).success).toBe(false);
    expect(leafSchema.options.map(({ shape }) => shape.type.value).sort()).toEqual(
      Object.keys(LEAVES).sort(),
    );
  });

  it('names its type, so that no leaf passes for one of another type', () => {
    const swapped = leaves.flatMap((leaf) =>
      leaves
        .filter(({ type }) => type !== leaf.type)
        .filter(({ type }) => leafSchema.safeParse({ ...leaf, type }).success)
        .map(({ type }) => `${leaf.type} as ${type}`),
    );
    expect(swapped).toEqual([]);
  });
});
