import { readdir } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import { readFileSync } from 'node:fs';
import { studyFolder } from '../config/home.js';
import { OPEN_POLICY } from './testing/agent-fixture.js';
import { given } from './testing/attempt-in-progress.js';
import { SecureSite } from './testing/secure-site.js';

describe('a site in a study whose sums are secure', () => {
  let site: SecureSite;

  afterEach(async () => {
    await site.end();
  });

  it('shares, masks, endorses and answers in every round, and recomputes what came of it', async () => {
    site = await SecureSite.joined();
    const { agent, federation, fixture } = site;
    const attempt = federation.openAttempt(1);
    const expected = site.expectedUpdate(attempt, { sites: 3 });
    await agent.until(({ event }) => event === 'study-completed');
    await agent.stop();

    expect(site.summed(attempt).parameters).toEqual(expected);
    const rounds = site
      .asked()
      .filter((kind) => kind.startsWith('round.') || kind === 'update.open');
    const each = ['round.advert', 'round.shares', 'update.open', 'round.endorse', 'round.unmask'];
    expect(rounds).toEqual([...each, ...each]);
    const folder = studyFolder(fixture.home, federation.protocol.studyId);
    expect(contentHash(readFileSync(folder.adapterFile(2)))).toBe(federation.checkpointHash);
    expect(await readdir(folder.attemptsFolder)).toEqual([]);
    expect(site.trainer.trainings()).toBe(2);
    expect(federation.contradictions).toEqual([]);
  });

  it('lets its figures leave inside the sum alone', async () => {
    site = await SecureSite.joined();
    const attempt = site.federation.openAttempt(1);
    await site.agent.until(({ event }) => event === 'result');

    expect(given(site.headers()[0]).body.evaluation).toBeUndefined();
    // Two moments of a confusion matrix [[2, 0], [1, 1]] and a loss of 0.5 over 4 pictures in steps of 2^-10.
    const moment = [2, 0, 1, 1, 2048];
    expect([...site.summed(attempt).metricWords]).toEqual([...moment, ...moment]);
  });

  it('adds nothing to the summed figures where its policy keeps them', async () => {
    site = await SecureSite.joined();
    await site.fixture.allow({ ...OPEN_POLICY, data: { minCell: 5 } });
    const attempt = site.federation.openAttempt(1);
    await site.agent.until(({ event }) => event === 'result');
    expect([...site.summed(attempt).metricWords]).toEqual(Array(10).fill(0));
  });
});
