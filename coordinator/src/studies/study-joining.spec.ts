import { verifyBody, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes, fromBase64 } from '@consilium/shared/encoding';
import { signedHash, type Roster, type StudyProtocol } from '@consilium/shared/protocol';
import { LIMITS, parseStudyId, type ContentHash, type StudyId } from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { APPROVER } from '../sites/testing/sites-bench.js';
import { testSite } from '../sites/testing/test-site.js';
import { StudiesRepository } from './studies.repository.js';
import {
  joinOf,
  STUDY,
  studyBench,
  TABLES_OF_STUDIES,
  type StudyBench,
} from './testing/study-bench.js';

describe.each(testDatabases)('joining a study on $name', (kind) => {
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  const northgate = testSite('northgate');
  const southside = testSite('southside');
  const westend = testSite('westend');
  let bench: StudyBench;

  beforeEach(async () => {
    bench = await studyBench(await databases.open(TABLES_OF_STUDIES), databases.folder());
  });

  let protocol: StudyProtocol;

  beforeEach(async () => {
    await bench.enrolAll(northgate, southside);
    protocol = await bench.create();
  });

  /** The newest roster is read as if it had so many members. */
  async function fill(studyId: StudyId, members: number): Promise<void> {
    const [roster] = await bench.studies.rosters(studyId);
    const sites = Array.from({ length: members }, () => roster?.body.sites[0]);
    jest.spyOn(StudiesRepository.prototype, 'latestRoster').mockResolvedValueOnce({
      roster: { ...roster, body: { ...roster?.body, sites } } as Signed<Roster>,
      hash: `sha256:${'0'.repeat(64)}` as ContentHash,
      leafIndex: 0,
    });
  }

  it('is over when the roster is full, and changes nothing then', async () => {
    await bench.join(northgate, protocol);
    await fill(STUDY, LIMITS.sitesPerStudy);
    await expect(bench.join(southside, protocol)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await bench.studies.joins(STUDY)).toHaveLength(1);
    expect(await bench.studies.rosters(STUDY)).toHaveLength(1);
  });

  it('has room in a secure study for as many as one sum takes', async () => {
    const studyId = parseStudyId('scans');
    const secure = await bench.create({
      study: studyId,
      privacy: { secureAggregation: 'on', colluders: 1 },
      participation: { minSites: 3 },
    });
    await bench.join(northgate, secure);
    await fill(studyId, LIMITS.secureSites);
    await expect(bench.join(southside, secure)).rejects.toMatchObject({ code: 'wrong-state' });
    await bench.join(southside, secure);
    expect(await bench.studies.joins(studyId)).toHaveLength(2);
  });

  it('grows a signed roster by one site and one epoch each time', async () => {
    await bench.join(southside, protocol);
    await bench.join(northgate, protocol);
    const rosters = await bench.studies.rosters(STUDY);
    expect(rosters.map(({ body }) => [body.epoch, ...body.sites.map((s) => s.siteId)])).toEqual([
      [1, 'southside'],
      [2, 'northgate', 'southside'],
    ]);
    for (const roster of rosters) {
      expect(verifyBody('roster', roster, bench.keys.identity.publicKey)).toBe(roster.body);
    }
    const { roster, rosterHash } = await bench.studies.get(STUDY);
    expect([roster, rosterHash]).toEqual([rosters[1], signedHash(roster)]);
    expect(await bench.blobs.readAll(rosterHash)).toEqual(canonicalBytes(roster));
    const keys = roster.body.sites.map(({ identityKey }) => fromBase64(identityKey));
    expect(keys).toEqual([northgate.keys.publicKey, southside.keys.publicKey]);
  });

  it('is logged with what the site signed', async () => {
    const before = (await bench.leaves()).length;
    const signed = joinOf(northgate, protocol);
    await bench.studies.join(northgate.siteId, signed);
    const { rosterHash } = await bench.studies.get(STUDY);
    expect(await bench.leaves(before)).toEqual([
      expect.objectContaining({ type: 'study.approved', joinHash: signedHash(signed) }),
      expect.objectContaining({ type: 'roster.add', epoch: 1, rosterHash }),
    ]);
    const [kept] = await bench.studies.joins(STUDY);
    expect(kept?.join).toEqual(signed);
  });

  it('may be declined, which is logged and leaves the roster as it is', async () => {
    const before = (await bench.leaves()).length;
    const decision = { kind: 'decline', code: 'no-data' } as const;
    const signed = joinOf(northgate, protocol, { decision });
    await bench.studies.join(northgate.siteId, signed);
    expect(await bench.leaves(before)).toEqual([
      expect.objectContaining({ type: 'study.declined', reason: 'no-data' }),
    ]);
    expect((await bench.studies.get(STUDY)).roster.body).toMatchObject({ epoch: 0, sites: [] });
  });

  it('may follow a decline, of which log and bundle keep both, and is not taken back by another', async () => {
    const before = (await bench.leaves()).length;
    const declined = joinOf(northgate, protocol, {
      decision: { kind: 'decline', code: 'no-data' },
    });
    await bench.studies.join(northgate.siteId, declined);
    const joined = joinOf(northgate, protocol);
    await bench.studies.join(northgate.siteId, joined);
    const types = (await bench.leaves(before)).map(({ type }) => type);
    expect(types).toEqual(['study.declined', 'study.approved', 'roster.add']);
    const [kept] = await bench.studies.joins(STUDY);
    expect(kept).toMatchObject({ join: joined, earlier: [declined] });

    await bench.studies.join(northgate.siteId, declined);
    expect(await bench.leaves(before)).toHaveLength(types.length);
    const again = joinOf(northgate, protocol, { decision: { kind: 'decline', code: 'other' } });
    await expect(bench.studies.join(northgate.siteId, again)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('may be declined again and again, but not without end', async () => {
    const word = (no: number) =>
      joinOf(northgate, protocol, { decision: { kind: 'decline', code: `reason-${no}` } });
    for (let no = 0; no < 20; no += 1) {
      await bench.studies.join(northgate.siteId, word(no));
    }
    await expect(bench.studies.join(northgate.siteId, word(20))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await bench.studies.joins(STUDY))[0]?.earlier).toHaveLength(19);
  });

  it('is the same however often the same bytes arrive', async () => {
    const signed = joinOf(northgate, protocol);
    await bench.studies.join(northgate.siteId, signed);
    const before = (await bench.leaves()).length;
    await bench.studies.join(northgate.siteId, signed);
    await Promise.all([
      bench.studies.join(northgate.siteId, signed),
      bench.studies.join(northgate.siteId, signed),
    ]);
    expect(await bench.leaves()).toHaveLength(before);
    expect(await bench.studies.rosters(STUDY)).toHaveLength(1);
  });

  it('refuses a second word that differs from the first', async () => {
    await bench.join(northgate, protocol);
    const decision = { kind: 'join', images: 41, used: 41, skipped: 0 } as const;
    const other = joinOf(northgate, protocol, { decision });
    await expect(bench.studies.join(northgate.siteId, other)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('refuses foreign signatures, foreign channels, other protocols and unknown studies', async () => {
    const refusals = [
      ['bad-signature', joinOf({ ...northgate, keys: southside.keys }, protocol)],
      ['bad-signature', joinOf(southside, protocol)],
      ['not-permitted', joinOf({ ...northgate, siteId: southside.siteId }, protocol)],
      ['conflict', joinOf(northgate, protocol, { studyProtocolHash: BACKBONE.hash })],
      ['not-found', joinOf(northgate, protocol, { studyId: parseStudyId('none') })],
    ] as const;
    const before = (await bench.leaves()).length;
    for (const [code, signed] of refusals) {
      await expect(bench.studies.join(northgate.siteId, signed)).rejects.toMatchObject({ code });
    }
    expect(await bench.leaves()).toHaveLength(before);
    expect(await bench.studies.joins(STUDY)).toEqual([]);
  });

  it('does not exist for a site that it does not name', async () => {
    const sites = ['southside', 'westend'];
    const named = await bench.create({ study: 'named', participation: { minSites: 2, sites } });
    await expect(bench.join(northgate, named)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('goes on while the study runs: the roster grows by an epoch and a leaf', async () => {
    await bench.enrolAll(westend);
    await bench.join(northgate, protocol);
    await bench.join(southside, protocol);
    await bench.studies.start(STUDY);
    const before = (await bench.leaves()).length;
    await bench.join(westend, protocol);
    await expect(bench.join(northgate, protocol)).resolves.toBeUndefined();
    const added = (await bench.leaves(before)).map(({ type }) => type);
    expect(added).toEqual(['study.approved', 'roster.add']);
    const { roster } = await bench.studies.get(STUDY);
    expect(roster.body.epoch).toBe(3);
    expect(roster.body.sites.map(({ siteId }) => siteId)).toContain('westend');
  });

  it('is refused to a site whose key was revoked', async () => {
    await bench.decisions.revoke(northgate.siteId, APPROVER, 'key-lost');
    await expect(bench.join(northgate, protocol)).rejects.toMatchObject({ code: 'not-permitted' });
  });
});
