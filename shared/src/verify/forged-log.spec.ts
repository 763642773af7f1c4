/** Threat: a coordinator that lies with its true keys, in the log itself. */
import { generateSigningKeyPair } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import { formatCheckpoint, signNote } from '../log/index.js';
import { BUNDLE_PATHS, type Leaf } from '../protocol/index.js';
import type { AttemptId } from '../vocabulary/index.js';
import { assembleBundle, bundleFileEntry, bundleIndexFile } from './assemble-bundle.js';
import { bundleFromFiles, type BundleFile } from './bundle-source.js';
import {
  committed,
  failedChecks,
  failuresOf,
  first,
  withDocuments,
} from './testing/forged-bundle.js';
import type { Forgery } from './testing/sample-context.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';

const study = playSampleStudy();
const attacker = generateSigningKeyPair();

/** Hashes, proofs and signatures of such a bundle all hold. */
function filesOf(forgery: Forgery): readonly BundleFile[] {
  return playSampleStudy(forgery).files;
}

describe('a log that lies', () => {
  it.each([
    ['log.opened', 'leaves'],
    ['site.enrolled', 'joins'],
    ['study.created', 'history'],
    ['study.approved', 'rosters'],
    ['study.declined', 'joins'],
    ['roster.add', 'rosters'],
    ['study.started', 'history'],
    ['round.manifest', 'history'],
    ['round.adverts', 'history'],
    ['round.survivors', 'history'],
    ['round.result', 'history'],
    ['round.aborted', 'history'],
    ['key.destroyed', 'key-destruction'],
    ['study.completed', 'history'],
    ['evaluation.reported', 'evaluations'],
  ] as const)('without a %s leaf fails %s', (type, check) => {
    expect(
      failedChecks(filesOf({ leaf: (leaf) => (leaf.type === type ? undefined : leaf) })),
    ).toContain(check);
  });

  it.each([
    ['a join', 'joins', 'study.approved', 'study.declined'],
    ['an evaluation', 'evaluations', 'evaluation.reported', 'evaluation.reported'],
  ] as const)(
    'fails where %s is in no leaf because another one is in two',
    (_, check, type, last) => {
      let named: Leaf | undefined;
      const twice = (leaf: Leaf): Leaf => {
        named = leaf.type === type ? (named ?? leaf) : named;
        return leaf.type === last ? (named ?? leaf) : leaf;
      };

      expect(failedChecks(filesOf({ leaf: twice }))).toEqual([check]);
    },
  );

  it('fails where another key was destroyed, or one key served two attempts', () => {
    const aggregationKey = toBase64(generateSigningKeyPair().publicKey);
    const other = (leaf: Leaf): Leaf =>
      leaf.type === 'key.destroyed' ? { ...leaf, aggregationKey } : leaf;

    expect(failedChecks(filesOf({ leaf: other }))).toEqual(['key-destruction']);
    expect(
      failedChecks(
        filesOf({
          manifest: (manifest) => ({
            ...manifest,
            aggregation: { kind: 'plain', key: aggregationKey },
          }),
        }),
      ),
    ).toEqual(['key-destruction']);
  });

  it('fails where a round is left out', () => {
    const files = filesOf({
      manifest: (manifest) => ({ ...manifest, roundNo: manifest.roundNo === 2 ? 3 : 1 }),
    });

    expect(failedChecks(files)).toContain('history');
  });

  it('fails where an attempt id comes again in the next round', () => {
    let replayed: AttemptId | undefined;
    const files = filesOf({
      manifest: (manifest) => {
        const attemptId =
          manifest.roundNo === 2 ? (replayed ?? manifest.attemptId) : manifest.attemptId;
        replayed = manifest.attemptId;
        return { ...manifest, attemptId };
      },
    });

    expect(failedChecks(files)).toEqual(expect.arrayContaining(['files', 'history']));
  });

  it('fails where the study ended with another checkpoint or too early', () => {
    const ended =
      (change: object) =>
      (leaf: Leaf): Leaf =>
        leaf.type === 'study.completed' ? { ...leaf, ...change } : leaf;
    const { adapterCheckpointHash } = committed(study, 1).manifest.body;

    expect(failedChecks(filesOf({ leaf: ended({ adapterCheckpointHash }) }))).toEqual(['history']);
    expect(failedChecks(filesOf({ leaf: ended({ rounds: 1 }) }))).toEqual(['history']);
  });

  it('fails where the coordinator put a key of its own into a roster', () => {
    const files = filesOf({
      roster: (roster) => ({
        ...roster,
        sites: roster.sites.map((site) => ({
          ...site,
          identityKey: toBase64(attacker.publicKey),
        })),
      }),
    });

    expect(failedChecks(files)).toEqual(expect.arrayContaining(['rosters', 'adverts', 'headers']));
  });

  it('fails where a manifest departs from the protocol', () => {
    expect(
      failuresOf(filesOf({ manifest: (manifest) => ({ ...manifest, minSites: 1 }) })),
    ).toContainEqual(
      expect.objectContaining({ check: 'manifests', what: 'minSites', expected: '2' }),
    );
  });

  it('fails where a cohort holds a stranger or one site twice', () => {
    const twice = filesOf({
      manifest: (manifest) => ({ ...manifest, cohort: [...manifest.cohort, ...manifest.cohort] }),
    });

    expect(failedChecks(twice)).toContain('manifests');
  });
});

describe('a log that was signed twice', () => {
  const { log } = study.documents;
  const origin = study.signing.origin;
  const noteOf = (size: number, key = study.logKey): string => {
    const root = new Uint8Array(32).fill(7);
    return signNote(formatCheckpoint({ origin, size, root }), origin, key);
  };
  const sizeOf = (note: string | undefined): number => Number(note?.split('\n')[1]);

  it('fails as fork where two checkpoints contradict each other', () => {
    const checkpoints = log.checkpoints.map((note, i) => (i === 1 ? noteOf(sizeOf(note)) : note));

    expect(failedChecks(withDocuments(study, { log: { ...log, checkpoints } }))).toEqual([
      'consistency',
    ]);
  });

  it('names a fork of one size as evidence that needs no proof', () => {
    const size = sizeOf(log.checkpoints[0]);
    const [note = '', ...later] = log.checkpoints;
    const forked = {
      ...log,
      checkpoints: [noteOf(size), note, ...later],
      consistency: [{ oldSize: size, newSize: size, proof: [] }, ...log.consistency],
    };

    expect(failuresOf(withDocuments(study, { log: forked }))).toContainEqual(
      expect.objectContaining({
        check: 'consistency',
        what: `root of the checkpoints of size ${size}`,
      }),
    );
  });

  it('fails where somebody else signed a checkpoint', () => {
    const checkpoints = log.checkpoints.map((note, i) =>
      i === 0 ? noteOf(sizeOf(note), attacker) : note,
    );

    expect(failedChecks(withDocuments(study, { log: { ...log, checkpoints } }))).toEqual([
      'checkpoints',
    ]);
  });

  it('fails where the log became shorter or a proof between checkpoints is left out', () => {
    const checkpoints = [...log.checkpoints].reverse();
    const shorter = withDocuments(study, { log: { ...log, checkpoints } });
    const unproven = withDocuments(study, {
      log: { ...log, consistency: log.consistency.slice(1) },
    });

    expect(failedChecks(shorter)).toEqual(expect.arrayContaining(['consistency', 'inclusion']));
    expect(failedChecks(unproven)).toContain('consistency');
  });

  it('fails where leaves are altered, swapped or repeated', () => {
    const [zero, one] = [first(log.leaves), first(log.leaves.slice(1))];
    const later = log.leaves.slice(2);
    const altered = { ...one, leaf: one.leaf.replace('0.1.0', '0.1.1') };
    const withLeaves = (...leaves: typeof log.leaves): string[] =>
      failedChecks(withDocuments(study, { log: { ...log, leaves } }));

    expect(withLeaves(zero, altered, ...later)).toEqual(['inclusion']);
    expect(withLeaves(one, zero, ...later)).toEqual(['leaves']);
    expect(withLeaves(zero, zero, one, ...later)).toEqual(['leaves']);
    expect(withLeaves({ ...one, index: 0 }, { ...zero, index: 1 }, ...later)).toEqual([
      'inclusion',
      'leaves',
    ]);
  });
});

describe('a signed index', () => {
  const entries = study.files.slice(1).map(bundleFileEntry);

  it('does not make a surplus file welcome', () => {
    const path = BUNDLE_PATHS.adapter(3);
    const bytes = Uint8Array.of(1);
    const files = assembleBundle(study.documents, [...study.blobs, { path, bytes }], study.signing);

    expect(failuresOf(files)).toEqual([expect.objectContaining({ check: 'documents', path })]);
  });

  it('does not excuse a missing file', () => {
    const blobs = study.blobs.filter(({ path }) => path !== BUNDLE_PATHS.adapter(2));
    const files = assembleBundle(study.documents, blobs, study.signing);

    expect(failedChecks(files)).toEqual(['documents', 'adapters']);
  });

  it('leads to no file outside the bundle', () => {
    const path = 'adapters/../../secret';
    const asked: string[] = [];
    const index = bundleIndexFile(
      [...entries, { path, hash: first(entries).hash, bytes: 1 }],
      study.signing,
    );
    const source = bundleFromFiles([index, ...study.files.slice(1)]);
    const { checks } = verifyBundle({
      paths: () => [...source.paths(), path],
      read: (asking, maxBytes) => {
        asked.push(asking);
        return source.read(asking, maxBytes);
      },
    });

    expect(asked).not.toContain(path);
    expect(checks.find(({ name }) => name === 'files')?.failures).toEqual([
      expect.objectContaining({ path, what: 'path' }),
    ]);
  });

  it('may lie about sizes without harm', () => {
    const index = bundleIndexFile(
      entries.map((entry) => ({ ...entry, bytes: Number.MAX_SAFE_INTEGER })),
      study.signing,
    );

    expect(failedChecks([index, ...study.files.slice(1)])).toEqual(['files']);
  });

  it('is refused when a thief signed it', () => {
    const signing = { ...study.signing, coordinatorKey: attacker };
    const files = assembleBundle(study.documents, study.blobs, signing);

    expect(failedChecks(files)).toEqual(
      expect.arrayContaining(['leaves', 'study', 'rosters', 'manifests']),
    );
  });
});
