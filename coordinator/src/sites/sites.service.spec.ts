import {
  fingerprintWords,
  keyIdOf,
  randomBytes,
  sha256,
  verifyBody,
} from '@consilium/shared/crypto';
import { toBase64, utf8 } from '@consilium/shared/encoding';
import { parseCheckpoint, verifyNote } from '@consilium/shared/log';
import { signedHash, type Enrolment } from '@consilium/shared/protocol';
import type { OperatorId } from '@consilium/shared/vocabulary';
import { auditTables } from '../audit/audit-tables.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import type { Confirmation } from './site-decisions.js';
import { siteTables } from './site-tables.js';
import { SitesRepository } from './sites.repository.js';
import { APPROVER, INVITER, sitesBench, type SitesBench } from './testing/sites-bench.js';
import { enrolmentOf, testSite } from './testing/test-site.js';

const HOUR_MS = 3_600_000;

const BAD_INVITE = {
  code: 'bad-invite',
  message: 'the invite is wrong, used or expired: ask the study coordinator for a new one',
};

describe.each(testDatabases)('enrolment on $name', (kind) => {
  let bench: SitesBench | undefined;
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench?.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  const northgate = testSite('northgate');

  const open = async (): Promise<SitesBench> => {
    const database = await databases.open([auditTables, siteTables]);
    bench = await sitesBench(database, databases.folder());
    return bench;
  };

  it('keeps a site pending until a second person approves it, and answers with what the site must pin', async () => {
    const { sites, decisions, keys, clock } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    const reply = await sites.enrol(enrolmentOf(northgate, invite));
    expect(reply).toMatchObject({
      siteId: 'northgate',
      coordinatorKey: toBase64(keys.identity.publicKey),
      logKey: toBase64(keys.log.publicKey),
      origin: 'consilium.local/log',
      status: 'pending',
    });
    const known = {
      siteId: 'northgate',
      keyId: keyIdOf(northgate.keys.publicKey),
      identityKey: northgate.keys.publicKey,
      enrolledAtMs: clock.nowMs(),
      invitedBy: INVITER,
    };
    expect(await sites.get(northgate.siteId)).toEqual({ ...known, status: 'pending' });
    expect(await sites.findActive(known.keyId)).toBeUndefined();
    await decisions.approve(northgate.siteId, APPROVER, { keyId: known.keyId });
    const active = { ...known, status: 'active', decidedBy: APPROVER, decidedAtMs: clock.nowMs() };
    expect(await sites.findActive(known.keyId)).toEqual(active);
    expect(await sites.list()).toEqual([active]);
  });

  it('becomes a leaf when it is approved, which names both people', async () => {
    const { sites, decisions, reader, sequencer, signer } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    const request = enrolmentOf(northgate, invite);
    const { checkpoint } = await sites.enrol(request);
    const { size } = parseCheckpoint(verifyNote(checkpoint, signer.noteKey).body);
    expect(await reader.leaves(size, 10)).toEqual([]);
    const words = fingerprintWords(northgate.keys.publicKey).join(' ');
    await decisions.approve(northgate.siteId, APPROVER, { words });
    await sequencer.signNow();
    const [leaf] = await reader.leaves(size, 1);
    expect(JSON.parse(leaf?.leaf ?? '')).toMatchObject({
      type: 'site.enrolled',
      siteId: 'northgate',
      enrolmentHash: signedHash(request.enrolment),
      invitedBy: INVITER,
      approvedBy: APPROVER,
    });
  });

  it('is not approved by the inviter, nor with what another key reads', async () => {
    const { sites, decisions } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    await sites.enrol(enrolmentOf(northgate, invite));
    const keyId = keyIdOf(northgate.keys.publicKey);
    const approve = (by: OperatorId, confirmation: Confirmation) =>
      decisions.approve(northgate.siteId, by, confirmation);
    await expect(approve(INVITER, { keyId })).rejects.toMatchObject({ code: 'not-permitted' });
    const other = testSite('other').keys.publicKey;
    for (const wrong of [{ keyId: keyIdOf(other) }, { words: fingerprintWords(other).join(' ') }]) {
      await expect(approve(APPROVER, wrong)).rejects.toMatchObject({ code: 'bad-request' });
    }
    expect(await sites.findActive(keyId)).toBeUndefined();
    await approve(APPROVER, { keyId });
    await expect(approve(APPROVER, { keyId })).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('is rejected with a reason, and the name may be invited again', async () => {
    const { sites, decisions } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    await sites.enrol(enrolmentOf(northgate, invite));
    await decisions.reject(northgate.siteId, APPROVER, 'nobody there knew of it');
    expect(await sites.get(northgate.siteId)).toMatchObject({
      status: 'rejected',
      reason: 'nobody there knew of it',
    });
    const again = await sites.createInvite(northgate.siteId, INVITER);
    await sites.enrol(enrolmentOf(testSite('northgate'), again.invite));
    expect(await sites.get(northgate.siteId)).toMatchObject({ status: 'pending' });
  });

  it('keeps the signed enrolment and never the invite', async () => {
    const { sites, database } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    await sites.enrol(enrolmentOf(northgate, invite));
    const rows = await database.read(async (reader) => ({
      invites: await reader.rows.query<object[]>('SELECT * FROM invites'),
      sites: await reader.rows.query<{ enrolment: string }[]>('SELECT * FROM sites'),
    }));
    expect(JSON.stringify(rows)).not.toContain(invite);
    const kept = JSON.parse(rows.sites[0]?.enrolment ?? '') as Parameters<typeof verifyBody>[1];
    expect(() => verifyBody('enrolment', kept, northgate.keys.publicKey)).not.toThrow();
  });

  it('takes an invite until 72 hours after it was made, and not later', async () => {
    const { sites, clock } = await open();
    const southside = testSite('southside');
    const inTime = await sites.createInvite(northgate.siteId, INVITER);
    const tooLate = await sites.createInvite(southside.siteId, INVITER);
    expect(inTime.expiresAtMs).toBe(clock.nowMs() + 72 * HOUR_MS);
    clock.advance(72 * HOUR_MS);
    await sites.enrol(enrolmentOf(northgate, inTime.invite));
    clock.advance(1);
    await expect(sites.enrol(enrolmentOf(southside, tooLate.invite))).rejects.toMatchObject(
      BAD_INVITE,
    );
  });

  it('uses an invite once, also when two claim it at the same time', async () => {
    const { sites } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    const rival = testSite('northgate');
    const outcomes = await Promise.allSettled([
      sites.enrol(enrolmentOf(northgate, invite)),
      sites.enrol(enrolmentOf(rival, invite)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining(BAD_INVITE) as unknown }),
    );
    expect(await sites.list()).toHaveLength(1);
  });

  it('takes the newest invite of a site alone: another one voids those before it', async () => {
    const { sites } = await open();
    const southside = testSite('southside');
    const lost = await sites.createInvite(northgate.siteId, INVITER);
    const ofAnother = await sites.createInvite(southside.siteId, INVITER);
    const again = await sites.createInvite(northgate.siteId, APPROVER);
    await expect(sites.enrol(enrolmentOf(northgate, lost.invite))).rejects.toMatchObject(
      BAD_INVITE,
    );
    await sites.enrol(enrolmentOf(northgate, again.invite));
    expect(await sites.get(northgate.siteId)).toMatchObject({ invitedBy: APPROVER });
    await sites.enrol(enrolmentOf(southside, ofAnother.invite));
  });

  it('gives the same enrolment the same answer again, since the first one may have been lost', async () => {
    const { sites, reader, sequencer } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    const first = await sites.enrol(enrolmentOf(northgate, invite));
    const { size } = await sequencer.signNow();
    const again = await sites.enrol(enrolmentOf(northgate, invite));
    expect(again).toEqual({ ...first, checkpoint: again.checkpoint });
    expect(await reader.leaves(size, 10)).toEqual([]);
    await expect(
      sites.enrol(enrolmentOf(northgate, invite, { agentVersion: '9.9.9' })),
    ).rejects.toMatchObject(BAD_INVITE);
  });

  it('refuses every unfit request with one and the same answer, and keeps the invite usable', async () => {
    const { sites, reader, sequencer } = await open();
    const { invite } = await sites.createInvite(northgate.siteId, INVITER);
    const southside = testSite('southside');
    const signedByAnother = (): ReturnType<typeof enrolmentOf> => {
      const request = enrolmentOf(northgate, invite);
      const { signature } = enrolmentOf(southside, invite).enrolment;
      return { ...request, enrolment: { ...request.enrolment, signature } };
    };
    const bent = (changes: Partial<Enrolment>): ReturnType<typeof enrolmentOf> =>
      enrolmentOf(northgate, invite, changes);
    const changedAfterwards = (): ReturnType<typeof enrolmentOf> => {
      const request = enrolmentOf(northgate, invite);
      const body = { ...request.enrolment.body, agentVersion: '9.9.9' };
      return { ...request, enrolment: { ...request.enrolment, body } };
    };
    const unfit = {
      unknown: enrolmentOf(northgate, toBase64(randomBytes(32))),
      ofAnotherSite: enrolmentOf(southside, invite),
      signedByAnother: signedByAnother(),
      changedAfterwards: changedAfterwards(),
      anothersKey: bent({ identityKey: toBase64(southside.keys.publicKey) }),
      weakKey: bent({ identityKey: toBase64(new Uint8Array(32)) }),
      anotherInviteHash: bent({ inviteHash: toBase64(sha256(utf8('another'))) }),
      noncanonicalInvite: { ...enrolmentOf(northgate, invite), invite: `${'A'.repeat(42)}B=` },
    };
    const before = await sequencer.signNow();
    for (const [name, request] of Object.entries(unfit)) {
      const refusal: unknown = await sites.enrol(request).catch((error: unknown) => error);
      expect([name, refusal]).toEqual([name, expect.objectContaining(BAD_INVITE)]);
    }
    expect(await reader.leaves(before.size, 10)).toEqual([]);
    await expect(sites.enrol(enrolmentOf(northgate, invite))).resolves.toBeDefined();
  });

  it('happens once for each site, whoever holds an invite that an older version kept', async () => {
    const { sites, enrol, database } = await open();
    await enrol(northgate);
    const { siteId } = northgate;
    const invite = randomBytes(32);
    await database.transaction(async (tx) => {
      const inviteHash = toBase64(sha256(invite));
      const expiresAtMs = Number.MAX_SAFE_INTEGER;
      const kept = { inviteHash, siteId, invitedBy: INVITER, expiresAtMs };
      await new SitesRepository().insertInvite(tx, kept);
    });
    const rival = enrolmentOf(testSite('northgate'), toBase64(invite));
    await expect(sites.enrol(rival)).rejects.toMatchObject({ code: 'conflict' });
    await expect(sites.createInvite(northgate.siteId, INVITER)).rejects.toMatchObject({
      code: 'conflict',
      message: 'the site northgate has enrolled already',
    });
  });

  it('refuses a key that another site has enrolled with', async () => {
    const { sites, enrol } = await open();
    await enrol(northgate);
    const southside = { ...testSite('southside'), keys: northgate.keys };
    const { invite } = await sites.createInvite(southside.siteId, INVITER);
    await expect(sites.enrol(enrolmentOf(southside, invite))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await sites.list()).toHaveLength(1);
  });

  it('undoes everything when a listener refuses', async () => {
    const { sites, enrol, changes, reader, sequencer } = await open();
    const before = await sequencer.signNow();
    changes.listen({ approved: () => Promise.reject(new Error('no room')) });
    await expect(enrol(northgate)).rejects.toThrow('no room');
    expect(await sites.listActive()).toEqual([]);
    expect(await reader.leaves(before.size, 10)).toEqual([]);
  });

  it('knows no site that has not enrolled', async () => {
    const { sites } = await open();
    await expect(sites.get(northgate.siteId)).rejects.toMatchObject({ code: 'not-found' });
    expect(await sites.findActive(keyIdOf(northgate.keys.publicKey))).toBeUndefined();
  });
});
