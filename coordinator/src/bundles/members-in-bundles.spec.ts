/** A study whose members change while it runs, as the auditor sees it. */
import { generateSigningKeyPair, keyIdOf, signBody } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import { signedBundleIndexSchema, type KeyRotation } from '@consilium/shared/protocol';
import { bundleFromFiles, verifyBundle, type BundleReport } from '@consilium/shared/verify';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { BackbonesService } from '../models/backbones.service.js';
import { BACKBONE } from '../models/testing/backbone.js';
import type { SimulatedSite } from '../rounds/testing/simulated-site.js';
import { KeyRotations } from '../sites/key-rotations.js';
import { SiteDecisions } from '../sites/site-decisions.js';
import { APPROVER } from '../sites/testing/sites-bench.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyMembership } from '../studies/study-membership.js';
import { StudyOpening } from '../studies/study-opening.js';
import { Federation, studyFile } from './testing/federation.js';

const STUDY = parseStudyId('smears');

describe('a bundle of a study whose members changed', () => {
  let federation: Federation;

  beforeAll(async () => {
    federation = await Federation.start(['eastfield', 'northgate', 'southside', 'westend']);
    await federation.get(BackbonesService).register(BACKBONE);
    await federation.enrolAll();
    await federation.get(StudyOpening).open(studyFile(STUDY));
    await federation.deliver();
  });

  afterAll(() => federation.close());

  async function rotate(site: SimulatedSite): Promise<void> {
    const key = generateSigningKeyPair();
    const body: KeyRotation = {
      v: 1,
      siteId: site.siteId,
      coordinatorKeyId: keyIdOf(federation.application.keys.identity.publicKey),
      oldKey: toBase64(site.identity.publicKey),
      newKey: toBase64(key.publicKey),
    };
    await federation.get(KeyRotations).rotate({
      byOld: signBody('key-rotation', body, site.identity),
      byNew: signBody('key-rotation', body, key),
    });
    Object.assign(site, { identity: key });
  }

  async function withdraw({ siteId, identity }: SimulatedSite): Promise<void> {
    const withdrawal = { v: 1, studyId: STUDY, siteId, afterRound: 0 } as const;
    const signed = signBody('withdrawal', withdrawal, identity);
    await federation.get(StudyMembership).withdraw(siteId, signed);
  }

  async function verified(): Promise<BundleReport> {
    const made = await federation.application.fetch(`/v1/studies/${STUDY}/bundle`);
    const { index } = JSON.parse(await made.text()) as { index: unknown };
    const signed = signedBundleIndexSchema.parse(index);
    const files = [{ path: 'bundle.json', bytes: canonicalBytes(signed) }];
    for (const { path } of signed.body.files) {
      const query = new URLSearchParams({ path }).toString();
      const file = await federation.application.fetch(`/v1/studies/${STUDY}/bundle/file?${query}`);
      files.push({ path, bytes: new Uint8Array(await file.arrayBuffer()) });
    }
    return verifyBundle(bundleFromFiles(files));
  }

  it('verifies, and tells who changed when', async () => {
    const [eastfield, northgate, southside] = federation.sites;
    if (eastfield === undefined || northgate === undefined || southside === undefined) {
      throw new Error('a federation of four sites');
    }
    await rotate(eastfield);
    await federation.get(StudiesService).start(STUDY);
    await withdraw(northgate);
    await federation.get(SiteDecisions).revoke(southside.siteId, APPROVER, 'key-lost');
    await rotate(eastfield);
    await federation.runToEnd(STUDY);
    const report = await verified();

    expect(report.checks.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report.verified).toBe(true);
    expect(
      report.rosterChanges?.slice(4).map(({ change, siteId }) => `${siteId} ${change}`),
    ).toEqual([
      'eastfield new key',
      'northgate withdrawn',
      'southside revoked',
      'eastfield new key',
    ]);
  });
});
