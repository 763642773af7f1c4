import { readdir } from 'node:fs/promises';
import { generateBoxKeyPair, generateSigningKeyPair, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { Advert } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { TestLog } from '../transport/testing/test-log.js';
import { AgentFixture, type RunningAgent } from './testing/agent-fixture.js';
import { given } from './testing/attempt-in-progress.js';
import { createFakeTrainer } from './testing/fake-trainer.js';
import { TestFederation } from './testing/test-federation.js';
import { BACKBONE, testStudy } from './testing/test-study.js';

describe('a site whose coordinator is dishonest', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let federation: TestFederation;
  let agent: RunningAgent;

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    federation = new TestFederation(coordinator, testStudy(), fixture.siteId);
  });

  afterEach(async () => {
    await agent.stop();
    await coordinator.close();
    await fixture.remove();
  });

  async function join(): Promise<void> {
    const trainer = createFakeTrainer({ backbone: BACKBONE });
    agent = await fixture.start(() => trainer.client);
    federation.offer();
    await agent.until(({ event }) => event === 'joined');
  }

  function kinds(): string[] {
    return coordinator.asked.map(({ request }) => request.kind);
  }

  async function expectDeclined(code: string): Promise<void> {
    const declined = await agent.until(({ event }) => event === 'declined-round');
    expect(declined.code).toBe(code);
    expect(kinds()).not.toContain('update.open');
  }

  /** An advert of the ghost's with another transport key, signed by somebody. */
  function forgedAdvert(body: Advert, key = generateSigningKeyPair()) {
    return signBody(
      'advert',
      { ...body, transportKey: toBase64(generateBoxKeyPair().publicKey) },
      key,
    );
  }

  it('sends no update when one advert was swapped (test 21)', async () => {
    await join();
    federation.alterPeers = (adverts) =>
      adverts.map((advert) =>
        advert.body.siteId === 'ghost' ? forgedAdvert(advert.body) : advert,
      );
    federation.openAttempt(1);
    await expectDeclined('bad-signature');
  });

  it('sends no update when its own advert was left out', async () => {
    await join();
    federation.alterPeers = ([ghost]) => {
      const body = { ...given(ghost).body, siteId: 'second' as SiteId };
      return [given(ghost), forgedAdvert(body, federation.ghostKey)];
    };
    federation.openAttempt(1);
    await expectDeclined('unknown-key');
  });

  it('sends no update when a site that is in no roster advertises (test 22)', async () => {
    await join();
    federation.alterPeers = (adverts) => [
      ...adverts,
      forgedAdvert({ ...given(adverts[0]).body, siteId: 'stranger' as SiteId }),
    ];
    federation.openAttempt(1);
    await expectDeclined('unknown-key');
  });

  it('declines a manifest whose cohort holds a site that is in no roster', async () => {
    await join();
    federation.alterManifest = (manifest) => ({
      ...manifest,
      cohort: [...manifest.cohort, 'stranger' as SiteId],
    });
    federation.openAttempt(1);
    await expectDeclined('unknown-key');
    expect(kinds()).not.toContain('round.advert');
  });

  it('declines a manifest that names another adapter checkpoint than it verified (test 23)', async () => {
    await join();
    federation.alterManifest = (manifest) => ({
      ...manifest,
      adapterCheckpointHash: manifest.backboneHash,
    });
    federation.openAttempt(1);
    await expectDeclined('bad-message');
  });

  it('declines a manifest that is not the one in the log', async () => {
    await join();
    const first = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'uploaded');
    const { manifest } = first;
    const body = { ...manifest.body, attemptId: 'ab'.repeat(16) as typeof manifest.body.attemptId };
    coordinator.owe(fixture.siteId, {
      kind: 'round.manifest',
      manifest: signBody('manifest', { ...body, roundNo: 3 }, coordinator.key),
      leafIndex: first.leafIndex,
    });
    const declined = await agent.until(({ event }) => event === 'declined-round');
    expect(declined.code).toBe('proof-invalid');
  });

  it('keeps to the first of two manifests for one attempt (test 24)', async () => {
    await join();
    federation.sendsPeers = false;
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'round-started');
    const second = signBody(
      'manifest',
      {
        ...attempt.manifest.body,
        aggregation: { kind: 'plain', key: toBase64(generateBoxKeyPair().publicKey) } as const,
      },
      coordinator.key,
    );
    coordinator.owe(fixture.siteId, {
      kind: 'round.manifest',
      manifest: second,
      leafIndex: attempt.leafIndex,
    });
    const refused = await agent.until(({ event }) => event === 'refused');
    expect(refused.code).toBe('conflict');
    federation.sendPeers(attempt);
    await agent.until(({ event }) => event === 'result');
    expect(federation.contradictions).toEqual([]);
  });

  it('stops, with evidence, when the log is a fork of the one it knows', async () => {
    await join();
    const fork = new TestLog(coordinator.log.key);
    for (let i = 0; i < coordinator.log.size; i += 1) {
      fork.append({
        v: 1,
        atMs: i,
        type: 'software.version',
        version: 'x',
        node: 'x',
        protocol: 1,
      });
    }
    coordinator.log = fork;
    federation.openAttempt(1);
    await expect(agent.done).rejects.toMatchObject({ code: 'log-inconsistent' });
    expect(await readdir(fixture.home.evidenceFolder)).toHaveLength(1);
    expect(kinds()).not.toContain('round.advert');
  });

  it('stops when the log became shorter', async () => {
    await join();
    const { log } = coordinator;
    coordinator.respond = ({ request }) =>
      request.kind === 'log.prove' ? { reply: log.prove(0, request.knownSize, 1) } : undefined;
    federation.openAttempt(1);
    await expect(agent.done).rejects.toMatchObject({ code: 'log-rollback' });
  });

  it('halts the study when the record names an adapter checkpoint that the ring sum does not give', async () => {
    await join();
    federation.alterRecord = (record) => ({
      ...record,
      adapterCheckpointHash: record.ringSumHash,
    });
    federation.openAttempt(1);
    const halted = await agent.until(({ event }) => event === 'study-halted');
    expect(halted.code).toBe('proof-invalid');
  });

  it('halts the study when the record counts another update than the one it sent', async () => {
    await join();
    federation.alterRecord = (record) => ({
      ...record,
      participants: record.participants.map((participant) => ({
        ...participant,
        headerHash: record.ringSumHash,
      })),
    });
    federation.openAttempt(1);
    const halted = await agent.until(({ event }) => event === 'study-halted');
    expect(halted.code).toBe('proof-invalid');
  });

  it('sends nothing to a coordinator that does not hold the pinned key', async () => {
    coordinator.helloKey = generateSigningKeyPair();
    federation.offer();
    const trainer = createFakeTrainer({ backbone: BACKBONE });
    agent = await fixture.start(() => trainer.client);
    while (coordinator.handshakes < 3) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(coordinator.asked).toEqual([]);
    expect(agent.reports).toEqual([]);
    expect(fixture.logLines.join('')).toContain('handshake-failed');
  });

  it('goes on with a fresh connection after frames that no channel sealed', async () => {
    await join();
    const before = coordinator.handshakes;
    coordinator.sendRaw(
      fixture.siteId,
      Uint8Array.from({ length: 64 }, (_, i) => i),
    );
    await agent.until(({ event }) => event === 'disconnected');
    federation.openAttempt(1);
    await agent.until(({ event }) => event === 'study-completed');
    expect(coordinator.handshakes).toBeGreaterThan(before);
  });
});
