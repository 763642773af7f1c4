import { parseContentHash, parseStudyId } from '@consilium/shared/vocabulary';
import type { Database } from '../database/database.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { FakeClock } from '../platform/testing/fake-clock.js';
import { AdapterCheckpointsService } from './adapter-checkpoints.service.js';
import { BackbonesService } from './backbones.service.js';
import { modelTables } from './model-tables.js';
import { ModelsRepository } from './models.repository.js';
import { BACKBONE as backbone } from './testing/backbone.js';

const hashOf = (digit: string) => parseContentHash(`sha256:${digit.repeat(64)}`);
const STUDY = parseStudyId('smears');
const OTHER = parseStudyId('other');

describe.each(testDatabases)('models on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let database: Database;
  let backbones: BackbonesService;
  let checkpoints: AdapterCheckpointsService;

  beforeEach(async () => {
    database = await databases.open([modelTables]);
    const repository = new ModelsRepository();
    backbones = new BackbonesService(database, repository, new FakeClock());
    checkpoints = new AdapterCheckpointsService(database, repository);
  });

  const record = (checkpoint: Parameters<AdapterCheckpointsService['record']>[1]): Promise<void> =>
    database.transaction((tx) => checkpoints.record(tx, checkpoint));

  it('gives a backbone back as it was described', async () => {
    await backbones.register(backbone);
    expect(await backbones.get(backbone.hash)).toEqual(backbone);
  });

  it('lists backbones once each, by hash, however often they are registered', async () => {
    const first = { ...backbone, hash: hashOf('a') };
    await backbones.register(backbone);
    await backbones.register(first);
    await backbones.register(backbone);
    expect(await backbones.list()).toEqual([first, backbone]);
  });

  it('refuses another description of the same tensors', async () => {
    await backbones.register(backbone);
    const altered = { ...backbone, geometry: { ...backbone.geometry, heads: 2 } };
    await expect(backbones.register(altered)).rejects.toMatchObject({ code: 'conflict' });
    expect(await backbones.get(backbone.hash)).toEqual(backbone);
  });

  it('says how to register a backbone that is not there', async () => {
    await expect(backbones.get(backbone.hash)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('consilium backbone register FILE') as string,
    });
  });

  it('knows the adapter checkpoint of each round, and the newest', async () => {
    const start = { studyId: STUDY, roundNo: 0, hash: hashOf('0') };
    const next = { studyId: STUDY, roundNo: 1, hash: hashOf('1'), ringSumHash: hashOf('e') };
    const tenth = { studyId: STUDY, roundNo: 10, hash: hashOf('2'), ringSumHash: hashOf('f') };
    for (const checkpoint of [start, tenth, next]) {
      await record(checkpoint);
    }
    expect(await checkpoints.ofRound(STUDY, 1)).toEqual(next);
    expect(await checkpoints.latest(STUDY)).toEqual(tenth);
    expect(await checkpoints.all(STUDY)).toEqual([start, next, tenth]);
  });

  it('has no adapter checkpoint of a round that was not committed', async () => {
    await expect(checkpoints.ofRound(STUDY, 0)).rejects.toMatchObject({ code: 'not-found' });
    await expect(checkpoints.latest(STUDY)).rejects.toMatchObject({ code: 'not-found' });
    expect(await checkpoints.all(STUDY)).toEqual([]);
  });

  it('refuses a second adapter checkpoint of a round', async () => {
    await record({ studyId: STUDY, roundNo: 1, hash: hashOf('1') });
    await expect(record({ studyId: STUDY, roundNo: 1, hash: hashOf('2') })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('finds the studies of a blob by adapter checkpoint and by ring sum', async () => {
    const shared = hashOf('0');
    await record({ studyId: STUDY, roundNo: 0, hash: shared });
    await record({ studyId: OTHER, roundNo: 0, hash: shared });
    await record({ studyId: STUDY, roundNo: 1, hash: hashOf('1'), ringSumHash: hashOf('e') });
    expect((await checkpoints.studiesOfBlob(shared)).sort()).toEqual([OTHER, STUDY]);
    expect(await checkpoints.studiesOfBlob(hashOf('e'))).toEqual([STUDY]);
    expect(await checkpoints.studiesOfBlob(hashOf('9'))).toEqual([]);
  });
});
