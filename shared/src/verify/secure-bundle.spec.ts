/** Threat: a coordinator that learns more of a secure sum than the sum, or makes another one, and signs and logs what it likes. */
import { generateBoxKeyPair, signBody, type Signed, type SigningDomain } from '../crypto/index.js';
import { toBase64, type JsonObject } from '../encoding/index.js';
import {
  BUNDLE_PATHS,
  type Manifest,
  type Revealed,
  type UpdateHeader,
} from '../protocol/index.js';
import { METRICS, UPDATE_HEADER } from '../protocol/testing/sample-round.js';
import { decodeVector } from '../tensors/index.js';
import type { SiteId } from '../vocabulary/index.js';
import { assembleBundle } from './assemble-bundle.js';
import { bundleFromFiles, type BundleFile } from './bundle-source.js';
import {
  committed,
  failedChecks,
  failuresOf,
  first,
  withAttempt,
} from './testing/forged-bundle.js';
import { playSecureStudy } from './testing/sample-secure-study.js';
import type { SampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';

type Secrets = Revealed['secrets'];

let study: SampleStudy;

beforeAll(async () => {
  study = await playSecureStudy();
});

function namesOf(files: readonly BundleFile[]): string[] {
  return failuresOf(files).map(({ check, what }) => `${check}: ${what}`);
}

/** The committed attempt of round 1 with other secrets opened. */
function withSecrets(change: (secrets: Secrets) => Secrets): readonly BundleFile[] {
  return withAttempt(study, ({ revealed }) =>
    revealed === undefined ? {} : { revealed: { ...revealed, secrets: change(revealed.secrets) } },
  );
}

/** With another document of one site, signed by it. */
function resigned<T extends { readonly siteId: SiteId }>(
  domain: SigningDomain,
  documents: readonly Signed<T>[] | undefined,
  siteId: string,
  change: (body: T) => T,
): Signed<T>[] {
  const site = study.sites.find((candidate) => candidate.siteId === siteId);
  return (documents ?? []).map((document) =>
    site === undefined || document.body.siteId !== site.siteId
      ? document
      : (signBody(domain, change(document.body) as T & JsonObject, site.key) as Signed<T>),
  );
}

describe('the bundle of a secure study', () => {
  it('is verified, and its sums are computed again from the masked updates', () => {
    const report = verifyBundle(bundleFromFiles(study.files));

    expect(report.checks.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report).toMatchObject({
      verified: true,
      rounds: 2,
      attempts: 3,
      sumRecomputable: true,
    });
    const looked = report.checks.filter(({ name }) =>
      ['shares', 'survivors', 'revealed', 'sums'].includes(name),
    );
    expect(looked.map(({ name, count }) => [name, count])).toEqual([
      ['shares', 14],
      ['survivors', 13],
      ['revealed', 2],
      ['sums', 2],
    ]);
  });

  it('holds of a round with a dropout the secret of its masks and the self seeds of the others', () => {
    const { revealed, record } = committed(study, 1);

    expect(revealed?.secrets.map(({ siteId, kind }) => [siteId, kind])).toEqual([
      ['eastfield', 'self-seed'],
      ['lakeside', 'self-seed'],
      ['northgate', 'self-seed'],
      ['ridgeway', 'self-seed'],
      ['southbank', 'mask-key'],
    ]);
    expect(record?.survivors).toEqual(['eastfield', 'lakeside', 'northgate', 'ridgeway']);
  });

  it('has no update that can be read: each masked one is unlike the sum and unlike the others', () => {
    const vectors = study.blobs.filter(({ path }) => path.includes('/masked/'));
    const halves = vectors.map(({ bytes }) => {
      const words = decodeVector(bytes);
      return words.filter((word) => word >= 2 ** 31).length / words.length;
    });

    expect(vectors).toHaveLength(8);
    expect(new Set(vectors.map(({ bytes }) => toBase64(bytes))).size).toBe(8);
    expect(halves.every((share) => share > 0.2 && share < 0.8)).toBe(true);
  });
});

describe('a coordinator that wants more than the sum', () => {
  it('is found with a second list of survivors, and the sites in which the two differ', async () => {
    const { files } = await playSecureStudy({
      secure: { secondList: (sites) => sites.slice(1) },
    });
    const failure = failuresOf(files).find(({ what }) => what.startsWith('survivors of attempt'));

    expect(failedChecks(files)).toEqual(['history', 'survivors']);
    expect(failure).toMatchObject({
      expected: expect.stringContaining(
        'eastfield, lakeside, northgate, ridgeway in leaf',
      ) as string,
      found: 'another list: lakeside, northgate, ridgeway',
    });
  });

  it('is found with a site that endorsed another list', () => {
    const files = withAttempt(study, ({ endorsements }) => ({
      endorsements: resigned('endorsement', endorsements, 'eastfield', (body) => ({
        ...body,
        leafHash: toBase64(new Uint8Array(32)),
      })),
    }));

    expect(namesOf(files)).toEqual(['survivors: list that eastfield endorsed']);
  });

  it('is found with both secrets of one site', () => {
    const files = withSecrets((secrets) => [
      { ...first(secrets), kind: 'mask-key' },
      ...secrets.slice(0, -1),
    ]);

    expect(failuresOf(files)).toContainEqual(
      expect.objectContaining({
        check: 'revealed',
        what: 'opened of eastfield',
        expected: 'self-seed',
        found: 'mask-key and self-seed: its update can be read',
      }),
    );
  });

  it.each<[string, (secrets: Secrets) => Secrets, string]>([
    [
      'the secret of another site',
      (secrets) => secrets.map((each) => ({ ...first(secrets), siteId: each.siteId })),
      'self-seed of lakeside',
    ],
    ['no secret of a site', (secrets) => secrets.slice(1), 'opened of eastfield'],
    ['a secret twice', (secrets) => [...secrets, first(secrets)], 'opened of eastfield'],
  ])('is found with %s', (_, change, what) => {
    const names = namesOf(withSecrets(change));

    expect(names).toContain(`revealed: ${what}`);
    expect(names).toContainEqual(expect.stringMatching(/^sums: /));
  });

  it('is found with endorsements of fewer sites than it takes', () => {
    const files = withAttempt(study, ({ endorsements = [] }) => ({
      endorsements: endorsements.slice(0, 3),
    }));

    expect(namesOf(files)).toEqual(['survivors: endorsing sites']);
  });

  it('is found with one endorsement counted twice', () => {
    const files = withAttempt(study, ({ endorsements = [] }) => ({
      endorsements: [...endorsements.slice(0, 3), first(endorsements)],
    }));

    expect(namesOf(files)).toEqual([
      'survivors: documents, one a site',
      'survivors: endorsing sites',
    ]);
  });

  it('is found with an endorsement that it signed for a site', () => {
    const files = withAttempt(study, ({ endorsements = [] }) => ({
      endorsements: endorsements.map(({ body }) =>
        signBody('endorsement', body, study.coordinatorKey),
      ),
    }));

    expect(failedChecks(files)).toEqual(['survivors']);
    expect(failuresOf(files)).toHaveLength(5);
  });
});

describe('a site that was shown something else', () => {
  it('says so with the hash of the adverts in its word on its shares', () => {
    const files = withAttempt(study, ({ shares }) => ({
      shares: resigned('shares', shares, 'northgate', (body) => ({
        ...body,
        peersHash: body.manifestHash,
      })),
    }));

    expect(namesOf(files)).toEqual([
      'shares: peersHash',
      expect.stringMatching(/^shares: sharersHash in leaf/),
    ]);
  });

  it('says so with the hash of the sharers in its header', () => {
    const files = withAttempt(study, ({ headers }) => ({
      headers: resigned('update-header', headers, 'northgate', (body) => ({
        ...body,
        payload: { kind: 'masked', sharersHash: body.manifestHash, training: 0 },
      })),
    }));

    expect(namesOf(files)).toContain('shares: sharersHash of northgate');
  });

  it('is found when its advert got another mask key on the way', () => {
    const stolen = toBase64(generateBoxKeyPair().publicKey);
    const files = withAttempt(study, ({ adverts }) => ({
      adverts: adverts.map(({ body, ...signed }) => ({
        ...signed,
        body:
          body.siteId === 'southbank' && body.secure !== undefined
            ? { ...body, secure: { ...body.secure, maskKey: stolen } }
            : body,
      })),
    }));

    expect(namesOf(files)).toEqual(
      expect.arrayContaining([
        'adverts: signature of southbank',
        'revealed: mask-key of southbank',
      ]),
    );
  });
});

describe('a document of the wrong kind', () => {
  it.each<[string, (header: UpdateHeader) => UpdateHeader, string]>([
    [
      'figures in a header',
      (header) => ({ ...header, evaluation: { before: METRICS, after: METRICS } }),
      'figures of eastfield',
    ],
    [
      'an update of another length',
      (header) => ({ ...header, plaintextBytes: header.plaintextBytes - 4 }),
      'plaintextBytes',
    ],
    ['a chunk too many', (header) => ({ ...header, chunkCount: 2 }), 'chunkCount of eastfield'],
    [
      'an update under a key of the coordinator',
      (header) => ({ ...header, payload: UPDATE_HEADER.payload }),
      'payload of eastfield',
    ],
  ])('is found: %s', (_, change, what) => {
    const files = withAttempt(study, ({ headers }) => ({
      headers: resigned('update-header', headers, 'eastfield', change),
    }));

    expect(namesOf(files)).toContain(`headers: ${what}`);
  });

  it('is found: shares for fewer sites than advertised', () => {
    const files = withAttempt(study, ({ shares }) => ({
      shares: resigned('shares', shares, 'eastfield', (body) => ({ ...body, entries: 3 })),
    }));

    expect(namesOf(files)).toContain('shares: entries');
  });

  it.each<[string, Manifest['aggregation'], readonly string[]]>([
    [
      'another number of colluders',
      { kind: 'secure', colluders: 2, threshold: 4 },
      ['manifests: aggregation', 'records: colluders'],
    ],
    [
      'a threshold with which two quorums may have no honest site in common',
      { kind: 'secure', colluders: 1, threshold: 2 },
      ['manifests: threshold'],
    ],
    [
      'a plain manifest of a secure study',
      { kind: 'plain', key: toBase64(new Uint8Array(32)) },
      ['manifests: aggregation', 'adverts: mask key of eastfield'],
    ],
  ])('is found: %s', (_, aggregation, names) => {
    const files = withAttempt(study, ({ manifest: { body } }) => ({
      manifest: signBody('manifest', { ...body, aggregation }, study.coordinatorKey),
    }));

    expect(namesOf(files)).toEqual(expect.arrayContaining([...names]));
  });

  it('is found: a record with another threshold', () => {
    const files = withAttempt(study, ({ record }) =>
      record?.aggregation.kind !== 'secure'
        ? {}
        : { record: { ...record, aggregation: { ...record.aggregation, threshold: 2 } } },
    );

    expect(namesOf(files)).toContain('records: threshold');
  });

  it('is found: one mask key in two attempts', () => {
    const [before] = study.documents.attempts;
    const used = first(before?.adverts ?? []).body.secure;
    const files = withAttempt(study, ({ adverts }) => ({
      adverts: resigned('advert', adverts, 'eastfield', (body) => ({
        ...body,
        ...(used === undefined ? {} : { secure: used }),
      })),
    }));

    expect(namesOf(files)).toContain('adverts: mask key of eastfield');
  });
});

describe('a sum that is not that of the masked updates', () => {
  it('is found though adapter, record and log follow from it, in a metric word', async () => {
    const { files } = await playSecureStudy({
      leaf: (leaf) =>
        leaf.type === 'key.destroyed'
          ? { ...leaf, aggregationKey: toBase64(new Uint8Array(32)) }
          : leaf,
      secure: { ringSum: (sum) => sum.with(-1, 7) },
    });

    expect(failedChecks(files)).toEqual(['sums', 'key-destruction']);
    expect(verifyBundle(bundleFromFiles(files)).sumRecomputable).toBe(false);
  });

  it('is found with an update that is not the one of its header', () => {
    const { attemptId } = committed(study, 1);
    const path = BUNDLE_PATHS.masked(attemptId, 'lakeside');
    const blobs = study.blobs.map((blob) =>
      blob.path === path ? { path, bytes: blob.bytes.map((byte) => byte ^ 1) } : blob,
    );
    const files = assembleBundle(study.documents, blobs, study.signing);

    expect(namesOf(files)).toEqual(['sums: vectorHash of lakeside']);
  });

  it('is found with a missing update', () => {
    const { attemptId } = committed(study, 1);
    const path = BUNDLE_PATHS.masked(attemptId, 'lakeside');
    const blobs = study.blobs.filter((blob) => blob.path !== path);
    const files = assembleBundle(study.documents, blobs, study.signing);

    expect(failedChecks(files)).toEqual(['documents', 'sums']);
  });
});

describe('a secure bundle of which somebody altered a byte', () => {
  it('names the altered file', () => {
    const { attemptId } = committed(study, 1);
    const paths = [
      BUNDLE_PATHS.shares(attemptId),
      BUNDLE_PATHS.endorsements(attemptId),
      BUNDLE_PATHS.revealed(attemptId),
      BUNDLE_PATHS.masked(attemptId, 'lakeside'),
    ];
    for (const path of paths) {
      const files = study.files.map((file) =>
        file.path === path ? { path, bytes: altered(file.bytes) } : file,
      );
      expect(failuresOf(files).map((failure) => failure.path)).toContain(path);
    }
  });
});

function altered(bytes: Uint8Array): Uint8Array {
  const at = Math.floor(0.71 * bytes.length);
  return bytes.map((byte, i) => (i === at ? byte ^ 4 : byte));
}
