import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash, contentHashOf } from '@consilium/shared/crypto';
import { metricWordCount } from '@consilium/shared/secagg';
import { decodeVector, encodeVector, ringAdd, schemaSize } from '@consilium/shared/tensors';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { RoundSecretsEntity } from './round-secrets.entity.js';
import { STUDY, type RoundBench } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import { deliverAll, startFederation } from './testing/service-port.js';
import { required, SimulatedSite } from './testing/simulated-site.js';

describe('a secure round', () => {
  let round: SecureBench;

  beforeEach(async () => {
    round = await SecureBench.start(3);
  });
  afterEach(() => round.close());

  const attemptRows = () =>
    round.bench
      .get(Database)
      .read((reader) => round.bench.get(AttemptRepository).ofStudy(reader, STUDY));

  const onlyAttempt = async () => required((await attemptRows())[0]);

  const adapterHash = async (bench: RoundBench): Promise<string> =>
    (await bench.get(AdapterCheckpointsService).latest(STUDY)).hash;

  it('ends with the adapter of a plain one, to the bit (case 40)', async () => {
    await round.run({ rounds: 2 });
    const { protocol } = await round.bench.get(StudiesService).get(STUDY);
    expect(protocol.privacy).toEqual({ secureAggregation: 'on', colluders: 1 });
    const secure = await adapterHash(round.bench);
    await round.close();
    round = await SecureBench.start(3);
    const sites = round.sites.map(({ siteId, weight }) => new SimulatedSite(siteId, weight));
    await round.bench.createStudy({ rounds: 2, minSites: 3 });
    await startFederation(round.bench, sites);
    await deliverAll(round.bench, sites);
    expect(secure).toBe(await adapterHash(round.bench));
  });

  it('leaves its history in the log, in order', async () => {
    await round.run();
    const types = await round.bench.leafTypes();
    expect(types.slice(types.indexOf('round.manifest'))).toEqual([
      'round.manifest',
      'round.adverts',
      'round.survivors',
      'round.result',
      'key.destroyed',
      'study.completed',
    ]);
    const [destroyed] = await round.leaves('key.destroyed');
    expect(destroyed).not.toHaveProperty('aggregationKey');
  });

  it('says in its record who shared and what was opened, and keeps that for the bundle', async () => {
    await round.run();
    const attempt = await onlyAttempt();
    const [leaf] = await round.leaves('round.survivors');
    const sharers = round.sites.map(({ siteId }) => siteId);
    expect(attempt.record?.aggregation).toEqual({
      kind: 'secure',
      colluders: 1,
      threshold: 3,
      sharersHash: leaf?.sharersHash,
      sharers,
      revealedHash: contentHashOf(required(attempt.revealed)),
    });
    expect(attempt.revealed?.secrets.map(({ kind }) => kind)).toEqual(
      sharers.map(() => 'self-seed'),
    );
    for (const { header } of attempt.participants) {
      const { vectorHash } = required(header).body;
      expect(contentHash(await round.bench.get(BlobStore).readAll(vectorHash))).toBe(vectorHash);
    }
  });

  it('keeps the metric words behind the parameters of the ring sum, and shows what they say', async () => {
    await round.run();
    const attempt = await onlyAttempt();
    const { schema } = await round.bench.get(StudiesService).get(STUDY);
    const words = schemaSize(schema) + metricWordCount(3);
    const { ringSumHash } = required(attempt.record);
    const bytes = await round.bench.get(BlobStore).readAll(ringSumHash);
    const sum = decodeVector(bytes, words);
    const first = sum.slice(schemaSize(schema), schemaSize(schema) + 2);
    expect([...first]).toEqual([120 + 45 + 7, 3]);
    expect([...sum.slice(-1)]).toEqual([3 * 1024]);
    expect((await round.latest())?.figures).toEqual({
      before: {
        confusion: [
          [172, 3, 3],
          [3, 172, 3],
          [3, 3, 172],
        ],
        lossSum: 6,
      },
      after: {
        confusion: [
          [172, 3, 3],
          [3, 172, 3],
          [3, 3, 172],
        ],
        lossSum: 3,
      },
    });
  });

  it('does not show the sum while a mask is on it', async () => {
    await round.begin();
    await round.advertise();
    await round.deal();
    await round.update();
    const masked = round.sites.map((site) => site.masked(site.latest('round.relay')).chunks[0]);
    const sum = new Uint32Array(required(masked[0]).length / 4);
    masked.forEach((vector) => {
      ringAdd(sum, required(vector));
    });
    await round.endorse();
    await round.unmask();
    const { ringSumHash } = required((await onlyAttempt()).record);
    const ringSum = await round.bench.get(BlobStore).readAll(ringSumHash);
    expect(encodeVector(sum)).not.toEqual(ringSum);
  });

  it('destroys boxes, shares and answers when it ends', async () => {
    await round.run();
    const left = await round.bench
      .get(Database)
      .read(({ rows }) => rows.countBy(RoundSecretsEntity, {}));
    expect(left).toBe(0);
    expect(await readdir(join(round.folder, 'uploads'))).toEqual([]);
  });

  it('survives a restart of the coordinator in every phase', async () => {
    await round.begin();
    const steps = [
      () => round.advertise(),
      () => round.deal(),
      () => round.update(),
      () => round.endorse(),
      () => round.unmask(),
    ];
    const phases: (string | undefined)[] = [];
    for (const step of steps) {
      await round.bench.restart();
      await step();
      phases.push((await round.latest())?.phase);
    }
    expect(phases).toEqual(['sharing', 'collecting', 'sealing', 'unmasking', 'committed']);
  });
});
