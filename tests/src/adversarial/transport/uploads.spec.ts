/** What a site may do to a round, against a running coordinator: security.md 7.1, cases 2 to 8 and 17. */
import { randomBytes, signBody, type UpdateContext } from '@consilium/shared/crypto';
import { SOCKET, type SiteRequest } from '@consilium/shared/protocol';
import { LIMITS, parseAttemptId, parseRoundNo, parseStudyId } from '@consilium/shared/vocabulary';
import { startAttacked, type AttackedCoordinator } from './attacked-coordinator.js';
import { AttackedStudy } from './attacked-study.js';
import { joinOf, type Attempt } from './documents.js';
import { openWire } from './raw-wire.js';
import { RawSite } from './raw-site.js';

const NAMES = ['northgate', 'westbank', 'southfield'];
const TAG = 16;

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const place = at < 0 ? copy.length + at : at;
  copy[place] = (copy[place] ?? 0) ^ 1;
  return copy;
}

describe('what a site may do to a round', () => {
  let coordinator: AttackedCoordinator;
  const sites: RawSite[] = [];

  beforeAll(async () => {
    coordinator = await startAttacked(NAMES, { limits: { requestsPerMinute: 1_000_000 } });
    for (const who of coordinator.sites) {
      sites.push(await RawSite.connect(coordinator.url, who));
    }
  }, 180_000);

  afterAll(async () => {
    sites.forEach((site) => site.close());
    await coordinator.stop();
  });

  /** A fresh connection for a site whose last one a test has ended. */
  async function reconnect(index: number): Promise<RawSite> {
    const who = coordinator.sites[index];
    if (who === undefined) {
      throw new Error('no such site');
    }
    const site = await RawSite.connect(coordinator.url, who);
    sites[index] = site;
    return site;
  }

  it('2. a flipped bit in a frame of the channel ends the connection and changes nothing', async () => {
    const study = await AttackedStudy.collecting(coordinator, sites);
    const { site, attempt } = study.first;
    const { header } = attempt.update(study.adverts);
    const before = await study.leaves();
    const sealed = site.channel.seal(
      Buffer.concat([
        Buffer.alloc(4),
        Buffer.from(JSON.stringify({ kind: 'update.open', header })),
      ]),
    );
    site.socket.emit(SOCKET.frame, flipped(sealed, -1), () => undefined);
    await site.closed;
    expect(await study.leaves()).toEqual(before);
    const again = await reconnect(0);
    const reply = await again.ask({ kind: 'update.open', header });
    expect(reply).toEqual({ kind: 'upload', missing: [0, 1, 2], complete: false });
  });

  it.each([
    ['in the cipher text', 0, 5],
    ['in the tag', 0, -TAG],
    ['in the last chunk', 2, 0],
  ])(
    '2. a flipped bit of an update %s is refused, and nothing of it counts',
    async (_, index, at) => {
      const study = await AttackedStudy.collecting(coordinator, sites);
      const { header, chunks } = study.first.attempt.update(study.adverts);
      const bent = chunks.map((chunk, i) => (i === index ? flipped(chunk, at) : chunk));
      const reply = await study.send(study.first, { header, chunks: bent });
      expect(reply).toMatchObject({ kind: 'problem', code: 'bad-update' });
      expect(await study.refusals()).toMatchObject([{ siteId: 'northgate', code: 'bad-update' }]);
      const { attemptId } = header.body;
      const late = await study.chunk(
        study.first.site,
        attemptId,
        index,
        chunks[index] ?? new Uint8Array(),
      );
      expect(late).not.toMatchObject({ complete: true });
    },
  );

  it('2. a flipped bit of a signed header is refused', async () => {
    const study = await AttackedStudy.collecting(coordinator, sites);
    const { header } = study.first.attempt.update(study.adverts);
    const signature = Buffer.from(header.signature, 'base64');
    const bent = { ...header, signature: Buffer.from(flipped(signature, 3)).toString('base64') };
    const reply = await study.first.site.ask({ kind: 'update.open', header: bent });
    expect(reply).toMatchObject({ kind: 'problem', code: 'bad-signature' });
  });

  it('3. the same message again on the same socket gets the same answer and has no second effect', async () => {
    const study = await AttackedStudy.advertising(coordinator, sites);
    const { site, attempt } = study.first;
    const advert = attempt.advert();
    expect(await site.ask({ kind: 'round.advert', advert })).toEqual({ kind: 'accepted' });
    expect(await site.ask({ kind: 'round.advert', advert })).toEqual({ kind: 'accepted' });
    for (const { site: other, attempt: theirs } of study.players.slice(1)) {
      await other.ask({ kind: 'round.advert', advert: theirs.advert() });
    }
    const { adverts } = await site.message('round.peers', study.studyId);
    expect(adverts).toHaveLength(3);
    const { header, chunks } = attempt.update(adverts);
    const before = await study.leaves();
    const open = { kind: 'update.open', header } as const;
    expect(await site.ask(open)).toEqual(await site.ask(open));
    const [chunk = new Uint8Array()] = chunks;
    const first = await study.chunk(site, header.body.attemptId, 0, chunk);
    expect(await study.chunk(site, header.body.attemptId, 0, chunk)).toEqual(first);
    expect(first).toEqual({ kind: 'upload', missing: [1, 2], complete: false });
    expect(await study.leaves()).toEqual(before);
    const other = await study.chunk(site, header.body.attemptId, 0, flipped(chunk, 9));
    expect(other).toMatchObject({ kind: 'problem', code: 'conflict' });
  });

  it('3. the same sealed frame again ends the connection', async () => {
    const site = await reconnect(0);
    await site.ask({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    site.socket.emit(SOCKET.frame, site.sent[0], () => undefined);
    await site.closed;
    expect(site.socket.connected).toBe(false);
    await reconnect(0);
  });

  it('4. a frame of an old socket opens nothing on a new one', async () => {
    const old = sites[0] ?? (await reconnect(0));
    await old.ask({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    const fresh = await reconnect(0);
    fresh.socket.emit(SOCKET.frame, old.sent.at(-1), () => undefined);
    await fresh.closed;
    expect(fresh.socket.connected).toBe(false);
    await reconnect(0);
  });

  it('4. a document of an attempt that is over counts in no later one', async () => {
    const study = await AttackedStudy.advertising(coordinator, sites);
    const { site, attempt } = study.first;
    const advert = attempt.advert();
    await site.ask({ kind: 'round.advert', advert });
    for (const player of study.players.slice(1)) {
      await player.site.ask({ kind: 'round.decline', decline: player.attempt.decline() });
    }
    const { attemptId } = attempt.manifest.body;
    const second = await site.message(
      'round.manifest',
      study.studyId,
      ({ manifest }) => manifest.body.attemptId !== attemptId,
    );
    expect(await site.ask({ kind: 'round.advert', advert })).toEqual({ kind: 'late' });
    const { header } = attempt.update([advert]);
    expect(await site.ask({ kind: 'update.open', header })).toMatchObject({ kind: 'late' });
    const moved = {
      ...advert,
      body: { ...advert.body, attemptId: second.manifest.body.attemptId },
    };
    expect(await site.ask({ kind: 'round.advert', advert: moved })).toMatchObject({
      ...{ kind: 'problem', code: 'bad-signature' },
    });
    const resigned = signBody('advert', moved.body, site.who.identity);
    expect(await site.ask({ kind: 'round.advert', advert: resigned })).toMatchObject({
      ...{ kind: 'problem', code: 'bad-message' },
    });
  });

  it("5. chunks in another order, twice or not all wait for the rest; in each other's places they fail", async () => {
    const study = await AttackedStudy.collecting(coordinator, sites, 2);
    const { header, chunks } = study.first.attempt.update(study.adverts);
    const [first, second, last] = chunks;
    const { site } = study.first;
    if (first === undefined || second === undefined || last === undefined) {
      throw new Error('the update should have three chunks');
    }
    await site.ask({ kind: 'update.open', header });
    const { attemptId } = header.body;
    const send = (index: number, bytes: Uint8Array) => study.chunk(site, attemptId, index, bytes);
    expect(await send(2, last)).toEqual({ kind: 'upload', missing: [0, 1], complete: false });
    expect(await send(2, last)).toEqual({ kind: 'upload', missing: [0, 1], complete: false });
    expect(await send(0, second)).toEqual({ kind: 'upload', missing: [1], complete: false });
    expect(await send(1, first)).toMatchObject({ kind: 'problem', code: 'bad-update' });
    const other = study.player(1);
    const missing = other.attempt.update(study.adverts);
    await other.site.ask({ kind: 'update.open', header: missing.header });
    for (const index of [0, 1]) {
      const bytes = missing.chunks[index] ?? new Uint8Array();
      await study.chunk(other.site, attemptId, index, bytes);
    }
    expect(await other.site.ask({ kind: 'update.open', header: missing.header })).toEqual({
      ...{ kind: 'upload', missing: [2], complete: false },
    });
    expect((await study.leaves()).map(({ type }) => type)).not.toContain('round.survivors');
  });

  it('6. another round, study or attempt is refused by name, and the log says so', async () => {
    const study = await AttackedStudy.advertising(coordinator, sites);
    const { site, attempt } = study.first;
    const ask = (changes: Parameters<typeof attempt.advert>[0]) =>
      site.ask({ kind: 'round.advert', advert: attempt.advert(changes) });
    expect(await ask({ roundNo: parseRoundNo(2) })).toMatchObject({ code: 'bad-message' });
    expect(await study.refusals()).toMatchObject([
      { siteId: 'northgate', code: 'bad-message', message: 'round.advert' },
    ]);
    const foreign = await AttackedStudy.advertising(coordinator, sites);
    expect(await ask({ studyId: foreign.studyId })).toMatchObject({ code: 'bad-message' });
    expect(await foreign.refusals()).toMatchObject([{ siteId: 'northgate', code: 'bad-message' }]);
    expect(await ask({ attemptId: parseAttemptId('0'.repeat(32)) })).toMatchObject({
      code: 'not-found',
    });
    expect(await study.refusals()).toMatchObject([
      { code: 'bad-message' },
      { siteId: 'northgate', code: 'not-found', message: 'round.advert' },
    ]);
    expect(await ask({ studyId: parseStudyId('no-such-study') })).toMatchObject({
      code: 'bad-message',
    });
    const { attemptId } = foreign.first.attempt.manifest.body;
    expect(await ask({ attemptId })).toMatchObject({ code: 'bad-message' });
  });

  it('7. a chunk that is longer or shorter than the header says is refused, and so is one too many', async () => {
    const study = await AttackedStudy.collecting(coordinator, sites);
    const { header, chunks } = study.first.attempt.update(study.adverts);
    const { site } = study.first;
    await site.ask({ kind: 'update.open', header });
    const last = chunks[2] ?? new Uint8Array();
    const send = (index: number, bytes: Uint8Array) =>
      study.chunk(site, header.body.attemptId, index, bytes);
    const refused = { kind: 'problem', code: 'bad-chunk' };
    expect(await send(2, Buffer.concat([last, Buffer.of(0)]))).toMatchObject(refused);
    expect(await send(2, last.subarray(1))).toMatchObject(refused);
    expect(await send(3, last)).toMatchObject(refused);
    expect(await send(0, randomBytes(LIMITS.chunkBytes + 1))).toMatchObject(refused);
    expect(await site.ask({ kind: 'update.open', header })).toMatchObject({ missing: [0, 1, 2] });
    const larger = study.player(1).attempt.update(study.adverts, {
      plaintextBytes: header.body.plaintextBytes + 4,
    });
    expect(
      await study.player(1).site.ask({ kind: 'update.open', header: larger.header }),
    ).toMatchObject({ kind: 'problem', code: 'bad-update' });
  });

  it('7. a body without end is cut at the first byte beyond its limit', async () => {
    const wire = openWire(coordinator.url);
    const head = 'POST /v1/enrolments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    wire.socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    wire.socket.write(`2001\r\n${' '.repeat(8193)}\r\n`);
    expect(await wire.closed).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("8. a chunk of another site's update in one's own fails by its tag, and that update is left out", async () => {
    const study = await AttackedStudy.collecting(coordinator, sites, 2);
    const [honest, thief, third] = [study.player(0), study.player(1), study.player(2)];
    const stolen = honest.attempt.update(study.adverts);
    const spliced = thief.attempt.update(study.adverts, {}, (chunks) =>
      chunks.map((chunk, i) => (i === 1 ? (stolen.chunks[1] ?? chunk) : chunk)),
    );
    await study.send(honest, stolen);
    expect(await study.send(thief, spliced)).toMatchObject({ complete: true });
    await study.send(third, third.attempt.update(study.adverts));
    const { record } = await honest.site.message('round.result', study.studyId);
    expect(JSON.stringify(record)).toContain('southfield');
    const leaves = await study.leaves();
    expect(leaves).toContainEqual(
      expect.objectContaining({ type: 'security.refused', siteId: 'westbank' }),
    );
    const survivors = leaves.find(({ type }) => type === 'round.survivors');
    expect(survivors).toMatchObject({ sites: ['northgate', 'southfield'] });
  });

  it.each<[string, (forger: Attempt, honest: Attempt) => Partial<UpdateContext>]>([
    ['site', (_, { who: { siteId } }) => ({ siteId })],
    ['attempt', () => ({ attemptId: parseAttemptId('0'.repeat(32)) })],
    ['manifest', ({ manifest }) => ({ manifestHash: manifest.body.schemaHash })],
  ])(
    '8. an update sealed under its own key for another %s is left out in the same way',
    async (_, elsewhere) => {
      const study = await AttackedStudy.collecting(coordinator, sites, 2);
      const [honest, forger, third] = [study.player(0), study.player(1), study.player(2)];
      const context = elsewhere(forger.attempt, honest.attempt);
      const whole = (chunks: Uint8Array[]) => chunks;
      await study.send(forger, forger.attempt.update(study.adverts, {}, whole, context));
      await study.send(honest, honest.attempt.update(study.adverts));
      await study.send(third, third.attempt.update(study.adverts));
      await honest.site.message('round.result', study.studyId);
      const survivors = (await study.leaves()).find(({ type }) => type === 'round.survivors');
      expect(survivors).toMatchObject({ sites: ['northgate', 'southfield'] });
    },
  );

  it('17. what a site says in the name of another through its own socket is refused, and the log says so', async () => {
    const study = await AttackedStudy.advertising(coordinator, sites);
    const [mallory, victim] = [study.player(0), study.player(1)];
    const { siteId } = victim.site.who;
    const { studyId } = study;
    const { protocol } = victim.attempt;
    const advert = victim.attempt.advert();
    const withdrawal = { v: 1, studyId, siteId, afterRound: 0 } as const;
    // Signed by the victim and overheard, or by the site that sends it.
    const forger = { ...mallory.site.who, siteId };
    const forged: readonly SiteRequest[] = [
      { kind: 'round.advert', advert },
      { kind: 'round.advert', advert: mallory.attempt.advert({ siteId }) },
      { kind: 'round.decline', decline: victim.attempt.decline() },
      { kind: 'study.withdraw', withdrawal: signBody('withdrawal', withdrawal, forger.identity) },
      { kind: 'study.join', join: joinOf(forger, protocol) },
      { kind: 'study.join', join: joinOf(victim.site.who, protocol) },
    ];
    const codes: unknown[] = [];
    for (const request of forged) {
      const reply = await mallory.site.ask(request);
      codes.push(reply.kind === 'problem' ? [request.kind, reply.code] : reply);
    }
    expect(codes).toEqual([
      ['round.advert', 'not-permitted'],
      ['round.advert', 'not-permitted'],
      ['round.decline', 'not-permitted'],
      ['study.withdraw', 'not-permitted'],
      ['study.join', 'not-permitted'],
      ['study.join', 'bad-signature'],
    ]);
    // The same refusal of the same request is one leaf.
    expect(await study.refusals()).toMatchObject([
      { siteId: 'northgate', code: 'not-permitted', message: 'round.advert' },
      { siteId: 'northgate', code: 'not-permitted', message: 'round.decline' },
      { siteId: 'northgate', code: 'not-permitted', message: 'study.withdraw' },
      { siteId: 'northgate', code: 'not-permitted', message: 'study.join' },
      { siteId: 'northgate', code: 'bad-signature', message: 'study.join' },
    ]);
    expect(await victim.site.ask({ kind: 'round.advert', advert })).toEqual({ kind: 'accepted' });
  });
});
