import { generateSigningKeyPair } from '@consilium/shared/crypto';
import { toBase64, toHex, utf8 } from '@consilium/shared/encoding';
import { createMerkleTree, formatCheckpoint, leafHash, signNote } from '@consilium/shared/log';
import { compareNotes, proveEntry } from './proofs.js';

const ORIGIN = 'consilium.local/log';

describe('proofs computed in the browser', () => {
  const keys = generateSigningKeyPair();
  const logKey = toBase64(keys.publicKey);
  const leaves = ['a', 'b', 'c', 'd', 'e'].map((text) => JSON.stringify({ text }));
  const tree = createMerkleTree();
  leaves.forEach((leaf) => {
    tree.append(leafHash(utf8(leaf)));
  });
  const note = (size: number, root = tree.root(size)): string =>
    signNote(formatCheckpoint({ origin: ORIGIN, size, root }), ORIGIN, keys);
  const entry = (leaf = leaves[3] ?? ''): Parameters<typeof proveEntry>[0] => ({
    ...{ index: 3, leaf, checkpoint: note(5) },
    inclusion: tree.inclusionProof(3, 5).map(toBase64),
  });

  it('lead from an entry to the root that the log signed, hash by hash', () => {
    const proof = proveEntry(entry(), logKey);
    expect(proof.verdict).toEqual({ holds: true });
    expect(proof.checkpoint?.size).toBe(5);
    expect(proof.steps).toHaveLength(3);
    expect(proof.steps[0]).toMatchObject({ given: 'left', right: proof.leafHash });
    expect(proof.steps.at(-1)?.result).toBe(toHex(tree.root(5)));
  });

  it('refuse an entry that was changed, and a checkpoint of another key', () => {
    expect(proveEntry(entry('{"text":"x"}'), logKey).verdict).toMatchObject({
      code: 'proof-invalid',
    });
    const other = toBase64(generateSigningKeyPair().publicKey);
    expect(proveEntry(entry(), other)).toMatchObject({
      verdict: { holds: false, code: 'bad-signature' },
      steps: [],
    });
  });

  it('show that the log only grew', () => {
    const proof = tree.consistencyProof(3, 5).map(toBase64);
    const growth = compareNotes(note(3), note(5), proof, logKey);
    expect(growth).toMatchObject({
      verdict: { holds: true },
      before: { size: 3 },
      after: { size: 5 },
    });
    expect(growth.steps.length).toBeGreaterThan(0);
  });

  it('refuse a log that was rewritten, one that became shorter, and what is no checkpoint', () => {
    const proof = tree.consistencyProof(3, 5).map(toBase64);
    const forged = note(3, leafHash(utf8('forged')));
    expect(compareNotes(forged, note(5), proof, logKey).verdict).toMatchObject({
      code: 'proof-invalid',
    });
    expect(compareNotes(note(5), note(3), [], logKey).verdict).toMatchObject({ holds: false });
    expect(compareNotes('nonsense', note(3), [], logKey).verdict).toMatchObject({
      code: 'checkpoint-invalid',
    });
  });
});
