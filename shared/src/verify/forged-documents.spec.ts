/** Threats: a thief of the bundle who signs with keys of his own, and a coordinator that exchanges what it holds. */
import { generateSigningKeyPair, signBody } from '../crypto/index.js';
import { BUNDLE_PATHS, type Evaluation } from '../protocol/index.js';
import { assembleBundle } from './assemble-bundle.js';
import type { BundleFile } from './bundle-source.js';
import {
  committed,
  failedChecks,
  failuresOf,
  first,
  withAttempt,
  withDocuments,
} from './testing/forged-bundle.js';
import type { Forgery } from './testing/sample-context.js';
import { playSampleStudy } from './testing/sample-study.js';

const study = playSampleStudy();
const attacker = generateSigningKeyPair();

/** The bundle of a study whose coordinator lied from the start, so that hashes, proofs and signatures all hold. */
function filesOf(forgery: Forgery): readonly BundleFile[] {
  return playSampleStudy(forgery).files;
}

describe('a document exchanged after the fact and signed anew by the coordinator', () => {
  it('fails as manifest', () => {
    const files = withAttempt(study, ({ manifest }) => ({
      manifest: signBody('manifest', { ...manifest.body, issuedAtMs: 1 }, study.coordinatorKey),
    }));

    expect(failuresOf(files)).toEqual([
      expect.objectContaining({
        check: 'manifests',
        path: BUNDLE_PATHS.manifest(committed(study, 1).attemptId),
        what: expect.stringContaining('hash in leaf') as string,
      }),
    ]);
  });

  it('fails as study protocol', () => {
    const { body } = study.documents.studyProtocol;
    const studyProtocol = signBody('study', { ...body, title: 'Another' }, study.coordinatorKey);

    expect(failedChecks(withDocuments(study, { studyProtocol }))).toContain('study');
  });

  it('fails as study protocol whose adapter has no permitted size', () => {
    const { body } = study.documents.studyProtocol;
    const geometry = { ...body.backbone.geometry, hiddenSize: Number.MAX_SAFE_INTEGER };
    const hostile = { ...body, backbone: { ...body.backbone, geometry } };
    const studyProtocol = signBody('study', hostile, study.coordinatorKey);

    expect(failedChecks(withDocuments(study, { studyProtocol }))).toEqual(
      expect.arrayContaining(['study', 'adapters']),
    );
  });

  it('fails as roster', () => {
    const [roster, ...others] = study.documents.rosters;
    const sites = [...(roster?.body.sites ?? []), ...(others.at(-1)?.body.sites ?? [])].slice(0, 2);
    const forged = signBody(
      'roster',
      { v: 1 as const, studyId: study.signing.studyId, epoch: 1, sites },
      study.coordinatorKey,
    );

    expect(failedChecks(withDocuments(study, { rosters: [forged, ...others] }))).toEqual([
      'rosters',
    ]);
  });

  it('fails as record', () => {
    const files = withAttempt(study, ({ record }) =>
      record === undefined ? {} : { record: { ...record, softwareVersion: '9.9.9' } },
    );

    expect(failedChecks(files)).toEqual(['records']);
  });

  it('fails as record and headers of another round', () => {
    const { record, headers } = committed(study, 2);
    const files = withAttempt(study, () => (record === undefined ? {} : { record, headers }));

    expect(failedChecks(files)).toEqual(['headers', 'records']);
  });
});

describe("a site's document", () => {
  it('fails as advert with another weight, signed by a key of the thief', () => {
    const files = withAttempt(study, ({ adverts }) => {
      const { body } = first(adverts);
      return {
        adverts: [signBody('advert', { ...body, weight: 1 }, attacker), ...adverts.slice(1)],
      };
    });

    expect(failuresOf(files).filter(({ check }) => check === 'adverts')).toEqual([
      expect.objectContaining({ code: 'bad-signature', what: 'signature of eastfield' }),
      expect.objectContaining({ what: expect.stringContaining('peersHash') as string }),
    ]);
  });

  it('fails as advert with another weight, signed by the site itself', () => {
    const { key } = first(study.sites);
    const files = withAttempt(study, ({ adverts }) => {
      const { body } = first(adverts);
      return { adverts: [signBody('advert', { ...body, weight: 1 }, key), ...adverts.slice(1)] };
    });

    expect(failedChecks(files)).toEqual(['adverts', 'records']);
  });

  it('fails as second advert of one site', () => {
    const files = withAttempt(study, ({ adverts }) => ({ adverts: [...adverts, first(adverts)] }));

    expect(failedChecks(files)).toContain('adverts');
  });

  it('fails as header of another site', () => {
    const files = withAttempt(study, ({ headers }) => {
      const { body } = first(headers);
      return { headers: [signBody('update-header', body, attacker), ...headers.slice(1)] };
    });

    expect(failedChecks(files)).toEqual(['headers', 'records']);
  });

  it('fails as join of somebody else', () => {
    const [, ...others] = study.documents.joins;
    const joins = [signBody('join', first(study.documents.joins).body, attacker), ...others];

    expect(failedChecks(withDocuments(study, { joins }))).toEqual(['joins']);
  });

  it('fails as evaluation that the site changed later', () => {
    const { key } = first(study.sites);
    const [, ...others] = study.documents.evaluations;
    const body: Evaluation = { ...first(study.documents.evaluations).body, split: 'val' };
    const evaluations = [signBody('evaluation', body, key), ...others];

    expect(failedChecks(withDocuments(study, { evaluations }))).toEqual(['evaluations']);
  });
});

describe('numbers that do not follow', () => {
  it('fail as ring sum exchanged in the bundle', () => {
    const path = BUNDLE_PATHS.ringSum(committed(study, 1).attemptId);
    const blobs = study.blobs.map((blob) =>
      blob.path === path ? { path, bytes: blob.bytes.map((byte) => byte ^ 1) } : blob,
    );
    const files = assembleBundle(study.documents, blobs, study.signing);

    expect(failuresOf(files).map(({ check, path: where }) => [check, where])).toEqual([
      ['adapters', path],
      ['adapters', BUNDLE_PATHS.adapter(1)],
    ]);
  });

  it('fail as ring sum that record and log agree on', () => {
    const files = filesOf({
      ringSum: (sum) => sum.map((word, i) => (i === 0 ? word ^ 4096 : word)),
    });

    expect(failedChecks(files)).toEqual(['adapters']);
  });

  it('fail as adapter checkpoint that is off by one bit', () => {
    const files = filesOf({
      adapter: (adapter) =>
        new Map(
          [...adapter].map(([name, { shape, data }]) => {
            const bits = new Uint32Array(data.slice().buffer);
            bits[0] = (bits[0] ?? 0) ^ (name === 'head.bias' ? 1 : 0);
            return [name, { shape, data: new Float32Array(bits.buffer) }];
          }),
        ),
    });

    expect(failedChecks(files)).toEqual(['adapters']);
  });

  it('fail as adapter checkpoint 0 that the seed does not give', () => {
    const path = BUNDLE_PATHS.adapter(0);
    const zero = study.blobs.find((blob) => blob.path === path);
    const other = { path, bytes: (zero?.bytes ?? new Uint8Array()).slice() };
    other.bytes[other.bytes.length - 1] = 1;
    const blobs = study.blobs.map((blob) => (blob.path === path ? other : blob));

    expect(failuresOf(assembleBundle(study.documents, blobs, study.signing))).toEqual([
      expect.objectContaining({ check: 'adapters', path, what: 'hash in the log' }),
      expect.objectContaining({
        check: 'adapters',
        path,
        what: expect.stringContaining('recomputed') as string,
      }),
    ]);
  });

  it.each([
    ['weightTotal', 1000],
    ['weightSurvivors', 2],
    ['advertised', 4],
  ] as const)('fail as %s of a record that the log holds', (member, value) => {
    const files = filesOf({ record: (record) => ({ ...record, [member]: value }) });

    expect(failuresOf(files)).toEqual([
      expect.objectContaining({
        check: 'records',
        what: member,
        expected: expect.any(String) as string,
      }),
      expect.objectContaining({ check: 'records', what: member, found: String(value) }),
    ]);
  });

  it.each([
    ['weight', 1],
    ['byteLength', 1],
    ['vectorHash', `sha256:${'0'.repeat(64)}`],
    ['state', 'dropped'],
    ['keyId', '0'.repeat(16)],
  ] as const)("fail as %s of a participant's entry", (member, value) => {
    const files = filesOf({
      record: (record) => ({
        ...record,
        participants: record.participants.map((entry, i) =>
          i === 0 ? { ...entry, [member]: value } : entry,
        ),
      }),
    });

    expect(failedChecks(files)).toEqual(['records']);
  });

  it('fail as survivor that sent nothing', () => {
    const files = filesOf({
      record: (record) => ({
        ...record,
        survivors: record.participants.map(({ siteId }) => siteId),
      }),
    });

    expect(failedChecks(files)).toEqual(['records']);
  });
});
