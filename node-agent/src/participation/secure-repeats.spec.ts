import { readdir } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { studyFolder } from '../config/home.js';
import { given, type AttemptInProgress } from './testing/attempt-in-progress.js';
import { SecureSite } from './testing/secure-site.js';

describe('a site whose secure attempt came to nothing', () => {
  let site: SecureSite;

  afterEach(async () => {
    await site.end();
  });

  /** Until so many attempts have been reported as aborted. */
  async function abort(attempt: AttemptInProgress, count = 1): Promise<void> {
    site.federation.abort(attempt, 'for the spec');
    const aborted = (): number =>
      site.agent.reports.filter(({ event }) => event === 'aborted').length;
    await site.agent.until(() => aborted() >= count);
  }

  async function reported(event: string, attempt: AttemptInProgress): Promise<void> {
    const { attemptId } = attempt.manifest.body;
    await site.agent.until((report) => report.event === event && report.attempt === attemptId);
  }

  it('sends the same delta again, masked anew, if it had not endorsed its sum (case 26)', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    federation.sendsSurvivors = false;
    const first = federation.openAttempt(1);
    await reported('uploaded', first);
    await abort(first);
    federation.sendsSurvivors = true;
    const second = federation.openAttempt(1, 2);
    const expected = site.expectedUpdate(second, { sites: 3 });
    await reported('unmasked', second);
    await reported('result', second);

    expect(site.summed(second).parameters).toEqual(expected);
    expect(site.trainer.trainings()).toBe(1);
    const [before, after] = site.headers().map(({ body }) => body.vectorHash);
    expect(before).not.toBe(after);
  });

  it('trains anew if it had endorsed its sum, each time (case 26)', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    federation.sendsQuorum = false;
    for (const no of [1, 2]) {
      const attempt = federation.openAttempt(1, no);
      await reported('endorsed', attempt);
      await abort(attempt, no);
    }
    federation.sendsQuorum = true;
    const last = federation.openAttempt(1, 3);
    const expected = site.expectedUpdate(last, { sites: 3, repeat: 2 });
    await reported('result', last);

    expect(site.trainer.trainings()).toBe(3);
    expect(site.summed(last).parameters).toEqual(expected);
  });

  it('endorses no second sum of the same round that tells one site apart (case 67)', async () => {
    site = await SecureSite.joined({ ghosts: 4 });
    const { federation } = site;
    federation.sendsQuorum = false;
    const first = federation.openAttempt(1);
    await reported('endorsed', first);
    await abort(first);
    federation.silent.add('ghost-1' as SiteId);
    const second = federation.openAttempt(1, 2);
    expect(await site.refusal('refused')).toBe('not-permitted');
    await abort(second, 2);
    expect(site.asked().filter((kind) => kind === 'round.endorse')).toHaveLength(1);
    expect(site.asked()).not.toContain('round.unmask');
  });

  it('endorses no sum that tells one site apart from sums that others were shown (case 67)', async () => {
    site = await SecureSite.joined({ ghosts: 6 });
    const { federation } = site;
    federation.sendsPeers = false;
    const attempt = federation.openAttempt(1);
    await reported('round-started', attempt);
    // Beside the sum of all seven sites one of six leaves one site alone.
    const names = federation.ghosts.map(({ siteId }) => siteId);
    const another = 'a1'.repeat(16) as AttemptId;
    federation.logSurvivors(attempt, [...names, federation.siteId], another);
    federation.silent.add(given(names[5]));
    federation.sendPeers(attempt);
    expect(await site.refusal('refused')).toBe('not-permitted');
    expect(site.asked()).not.toContain('round.endorse');
  });

  it('endorses no list that is silent on one that it endorsed itself (case 67)', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    federation.sendsQuorum = false;
    const first = federation.openAttempt(1);
    await reported('endorsed', first);
    await abort(first);
    federation.alterSurvivors = (leaf) => ({ ...leaf, earlier: [] });
    federation.openAttempt(1, 2);
    expect(await site.refusal('refused')).toBe('proof-invalid');
    expect(site.asked().filter((kind) => kind === 'round.endorse')).toHaveLength(1);
  });

  it('endorses no list with a delta that is in one that it endorsed, whoever believed that to be over (case 26)', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    federation.sendsQuorum = false;
    const first = federation.openAttempt(1);
    await reported('endorsed', first);
    await abort(first);
    given(federation.ghosts[0]).training = 0;
    federation.openAttempt(1, 2);
    expect(await site.refusal('refused')).toBe('not-permitted');
    expect(site.asked().filter((kind) => kind === 'round.endorse')).toHaveLength(1);
  });

  it('trains anew if the log names it among survivors that it was never shown', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    federation.sendsSurvivors = false;
    const first = federation.openAttempt(1);
    await reported('uploaded', first);
    const names = federation.ghosts.map(({ siteId }) => siteId);
    const { attemptId } = first.manifest.body;
    federation.logSurvivors(first, [...names, federation.siteId], attemptId);
    await abort(first);
    federation.sendsSurvivors = true;
    const second = federation.openAttempt(1, 2);
    const expected = site.expectedUpdate(second, { sites: 3, repeat: 1 });
    await reported('result', second);
    expect(site.summed(second).parameters).toEqual(expected);
    expect(site.trainer.trainings()).toBe(2);
  });

  it('endorses a second sum of the same round that tells c + 2 sites apart (case 67)', async () => {
    site = await SecureSite.joined({ ghosts: 7 });
    const { federation } = site;
    federation.sendsQuorum = false;
    const first = federation.openAttempt(1);
    await reported('endorsed', first);
    await abort(first);
    federation.sendsQuorum = true;
    for (const name of ['ghost-1', 'ghost-2', 'ghost-3']) {
      federation.absent.add(name as SiteId);
    }
    const second = federation.openAttempt(1, 2);
    const expected = site.expectedUpdate(second, { sites: 5, repeat: 1 });
    await reported('result', second);
    expect(site.summed(second).parameters).toEqual(expected);
  });

  it('helps to take the masks off when its own update came too late, and is not in the sum', async () => {
    const gate = { open: (): void => undefined };
    const opened = new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    site = await SecureSite.joined({ ghosts: 4, trainer: { gate: () => opened } });
    const { federation } = site;
    const attempt = federation.openAttempt(1);
    await reported('shared', attempt);
    federation.sendSurvivors(attempt);
    await reported('result', attempt);
    gate.open();

    expect(site.asked()).not.toContain('update.open');
    const [unmasking] = federation.unmaskings;
    const own = given(unmasking).body.shares.find(({ dealer }) => dealer === federation.siteId);
    expect(own?.kind).toBe('mask-key');
    expect([...site.summed(attempt).parameters]).toEqual(
      Array(site.summed(attempt).parameters.length).fill(0),
    );
  });

  it('keeps its secrets in one file of its own account, and nothing of them once the attempt is over', async () => {
    site = await SecureSite.joined();
    const { federation, fixture } = site;
    federation.sendsResult = false;
    const attempt = federation.openAttempt(1);
    await reported('unmasked', attempt);
    const folder = studyFolder(fixture.home, federation.protocol.studyId);
    const attemptFolder = folder.attemptFolder(attempt.manifest.body.attemptId);
    expect((await readdir(attemptFolder)).sort()).toEqual(['secrets.json', 'update.bin']);
    const secrets = JSON.parse(readFileSync(join(attemptFolder, 'secrets.json'), 'utf8')) as {
      transportKey: string;
      secure: { maskKey: string; selfSeed: string; own: Record<string, string> };
    };
    const [unmasking] = federation.unmaskings;
    const hidden = [
      secrets.transportKey,
      secrets.secure.maskKey,
      secrets.secure.selfSeed,
      ...Object.values(secrets.secure.own),
      ...given(unmasking).body.shares.map(({ share }) => share),
    ];
    await abort(attempt);
    await site.agent.stop();
    expect(existsSync(attemptFolder)).toBe(false);
    const { journalFolder } = fixture.home;
    const journal = (await readdir(journalFolder))
      .map((name) => readFileSync(join(journalFolder, name), 'utf8'))
      .join('');
    const logged = fixture.logLines.join('');
    expect(hidden.filter((text) => journal.includes(text) || logged.includes(text))).toEqual([]);
  });
});
