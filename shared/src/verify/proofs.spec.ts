/** Proofs from a bundle, hash by hash, as an auditor looks at them one at a time. */
import { sha256 } from '../crypto/index.js';
import { utf8 } from '../encoding/index.js';
import { formatCheckpoint, parseCheckpoint, signNote, verifyNote } from '../log/index.js';
import type { BundleLog } from '../protocol/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { bundleFromFiles, type BundleSource } from './bundle-source.js';
import { proveConsistency } from './prove-consistency.js';
import { proveInclusion } from './prove-inclusion.js';
import { playSampleStudy } from './testing/sample-study.js';

const { files, logKey, signing } = playSampleStudy();
const source = bundleFromFiles(files);
const { origin } = signing;
const log = JSON.parse(
  new TextDecoder().decode(files.find(({ path }) => path === 'log.json')?.bytes),
) as BundleLog;
const notes = log.checkpoints;
const [first = '', last = ''] = [notes[0], notes.at(-1)];

const checkpointOf = (note: string) =>
  parseCheckpoint(verifyNote(note, { name: origin, publicKey: logKey.publicKey }).body);

/** Signed by the log itself. */
function noteOf(size: number, root: Uint8Array): string {
  return signNote(formatCheckpoint({ origin, size, root }), origin, logKey);
}

function withLog(change: Partial<BundleLog>): BundleSource {
  const bytes = utf8(JSON.stringify({ ...log, ...change }));
  return bundleFromFiles(
    files.map((file) => (file.path === 'log.json' ? { ...file, bytes } : file)),
  );
}

describe('the proof that a leaf is in the log', () => {
  it('leads from the leaf to the root that the log signed', () => {
    const proof = proveInclusion(source, 0);
    expect(proof).toMatchObject({ holds: true, leafIndex: 0, size: checkpointOf(last).size });
    expect(proof.steps.at(-1)?.result).toBe(proof.root);
    expect([proof.steps[0]?.left, proof.steps[0]?.right]).toContain(proof.leafHash);
  });

  it('does not hold for another leaf, and says why', () => {
    const leaves = log.leaves.map((entry, i) => (i === 0 ? { ...entry, leaf: '{}' } : entry));
    expect(proveInclusion(withLog({ leaves }), 0)).toMatchObject({
      holds: false,
      reason: 'proof: it does not lead from the leaf to the root',
    });
  });

  it('is refused for a leaf that the bundle does not show, and by another key of the log', () => {
    expect(() => proveInclusion(source, 10 ** 6)).toThrow(refusal('not-found'));
    const pinned = { logKey: new Uint8Array(32).fill(9) };
    expect(() => proveInclusion(source, 0, pinned)).toThrow(refusal('bad-signature'));
  });
});

describe('the proof that the log only grew', () => {
  it.each(notes)('leads from each checkpoint of the bundle to its last one', (note) => {
    const proof = proveConsistency(source, note);
    expect(proof).toMatchObject({ holds: true, oldSize: checkpointOf(note).size });
    expect(proof.newSize).toBe(checkpointOf(last).size);
  });

  it('takes one proof for the whole way where there is one', () => {
    const [before, after] = [checkpointOf(first), checkpointOf(last)];
    const proofs = [{ oldSize: before.size, newSize: after.size, proof: [] }];
    expect(proveConsistency(source, first, { proofs })).toMatchObject({
      holds: false,
      reason: 'proof: it has the wrong number of hashes',
    });
  });

  it('shows both trees, each up to its root', () => {
    const { steps, newRoot } = proveConsistency(source, first);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter(({ tree }) => tree === 'new').at(-1)?.result).toBe(newRoot);
  });

  it.each([
    ['of the size of one of its checkpoints', checkpointOf(first).size],
    ['of the size of its last one', checkpointOf(last).size],
  ])('does not hold from another past %s', (_, size) => {
    const saved = noteOf(size, sha256(utf8('another past')));
    expect(proveConsistency(source, saved)).toMatchObject({
      holds: false,
      reason: 'proof: the new tree does not begin with the old one',
    });
  });

  it('does not hold where the log became shorter', () => {
    const saved = noteOf(checkpointOf(last).size + 1, sha256());
    expect(proveConsistency(source, saved)).toMatchObject({
      holds: false,
      reason: 'proof: the log became shorter',
    });
  });

  it('does not hold where a proof between two checkpoints was left out', () => {
    expect(proveConsistency(withLog({ consistency: [] }), first).holds).toBe(false);
  });

  it('is refused where nothing leads from one to the other, and for a note that the log did not sign', () => {
    const sizes = new Set(notes.map((note) => checkpointOf(note).size));
    const between = Array.from({ length: checkpointOf(last).size }, (_, i) => i + 1).find(
      (size) => !sizes.has(size),
    );
    const saved = noteOf(between ?? 1, sha256());
    expect(() => proveConsistency(source, saved)).toThrow(refusal('not-found'));
    const forged = last.replace(/\n(\d+)\n/, '\n1\n');
    expect(() => proveConsistency(source, forged)).toThrow(refusal('bad-signature'));
  });
});
