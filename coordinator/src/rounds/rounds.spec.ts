import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyUpdate, createRingSum } from '@consilium/shared/aggregation';
import {
  encodeVector,
  initialTensors,
  inSchemaOrder,
  writeSafetensors,
} from '@consilium/shared/tensors';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { StudiesService } from '../studies/studies.service.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { RoundHistoryService } from './round-history.service.js';
import { RoundBench, STUDY } from './testing/round-bench.js';
import { deliverAll, servicePort, startFederation } from './testing/service-port.js';
import { SimulatedSite } from './testing/simulated-site.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

/** Of the clock that nobody moves. */
const STILL_MS = 1_764_000_000_000;

describe('a round', () => {
  let folder: string;
  let bench: RoundBench;
  let sites: SimulatedSite[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    bench = await RoundBench.start(folder);
    sites = [
      new SimulatedSite('northgate', 120),
      new SimulatedSite('southgate', 45),
      new SimulatedSite('westbank', 7),
    ];
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  /** The adapter after the rounds, by the formulas of the protocol and nothing of the coordinator. */
  async function expectedAdapter(rounds: number): Promise<Uint8Array> {
    const { schema, protocol } = await bench.get(StudiesService).get(STUDY);
    const weightTotal = 120 + 45 + 7;
    let adapter = initialTensors(schema, protocol.seed);
    for (let roundNo = 1; roundNo <= rounds; roundNo += 1) {
      const adverts = sites[0]?.latest('round.peers').adverts ?? [];
      const sum = createRingSum(schema);
      sites.forEach((site) => {
        sum.add(encodeVector(site.vector(roundNo, adverts)), 0);
      });
      adapter = applyUpdate({
        previous: adapter,
        ringSum: sum.vector,
        schema,
        weightTotal,
        weightSurvivors: weightTotal,
        sites: 3,
      });
    }
    return writeSafetensors(inSchemaOrder(schema, adapter));
  }

  it('turns the updates of all sites into the adapter that the protocol prescribes, to the bit', async () => {
    await bench.createStudy({ rounds: 2 });
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
    const { hash, roundNo } = await bench.get(AdapterCheckpointsService).latest(STUDY);
    expect(roundNo).toBe(2);
    expect(await bench.get(BlobStore).readAll(hash)).toEqual(await expectedAdapter(2));
    expect((await bench.get(StudiesService).get(STUDY)).phase).toBe('completed');
  });

  it('leaves its history in the log, in order', async () => {
    await bench.createStudy();
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
    const types = await bench.leafTypes();
    expect(types.slice(types.indexOf('study.started'))).toEqual([
      'study.started',
      'round.manifest',
      'round.adverts',
      'round.survivors',
      'round.result',
      'key.destroyed',
      'study.completed',
    ]);
  });

  it('tells every site the result, and who took part with which weight', async () => {
    await bench.createStudy();
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
    const records = sites.map((site) => site.latest('round.result').record);
    expect(records[1]).toEqual(records[0]);
    expect(records[0]).toMatchObject({
      survivors: ['northgate', 'southgate', 'westbank'],
      advertised: 3,
      weightTotal: 172,
      weightSurvivors: 172,
      participants: [
        { siteId: 'northgate', state: 'survivor', weight: 120 },
        { siteId: 'southgate', state: 'survivor', weight: 45 },
        { siteId: 'westbank', state: 'survivor', weight: 7 },
      ],
    });
    expect(sites.map((site) => site.latest('study.completed').roundNo)).toEqual([1, 1, 1]);
  });

  it('destroys its key and deletes its updates when it is committed', async () => {
    await bench.createStudy();
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
    const [attempt] = await bench
      .get(Database)
      .read((reader) => bench.get(AttemptRepository).ofStudy(reader, STUDY));
    expect(attempt?.phase).toBe('committed');
    expect(attempt?.sealedKey).toBeUndefined();
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('shows operators what each site contributed', async () => {
    await bench.createStudy();
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
    const [round] = await bench.get(RoundHistoryService).rounds(STUDY);
    expect(round).toMatchObject({
      roundNo: 1,
      adapterCheckpointHash: sites[0]?.latest('round.result').record.adapterCheckpointHash,
      attempts: [{ attemptNo: 1, phase: 'committed' }],
    });
    expect(round?.attempts[0]?.participants[2]).toEqual({
      siteId: 'westbank',
      state: 'survivor',
      weight: 7,
      bytes: 27 * 4 + 16,
      trainMs: 5,
      vectorHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      cut: 0,
      times: { advertised: STILL_MS, sending: STILL_MS, updated: STILL_MS },
    });
  });

  it('shows some rounds of many', async () => {
    await bench.createStudy({ rounds: 3 });
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
    const history = bench.get(RoundHistoryService);
    const all = await history.rounds(STUDY);
    expect(all.map(({ roundNo }) => roundNo)).toEqual([1, 2, 3]);
    expect(await history.rounds(STUDY, { from: 2 })).toEqual(all.slice(1));
    expect(await history.rounds(STUDY, { from: 1, count: 2 })).toEqual(all.slice(0, 2));
    expect(await history.rounds(STUDY, { from: 4, count: 2 })).toEqual([]);
  });

  it('survives a restart of the coordinator between any two messages', async () => {
    await bench.createStudy({ rounds: 2 });
    await startFederation(bench, sites);
    for (let turn = 0; sites.some((site) => !site.hasSeen('study.completed')); turn += 1) {
      const site = sites[turn % 3];
      const owed = site === undefined ? undefined : await bench.take(site.siteId);
      if (site !== undefined && owed !== undefined) {
        await bench.restart();
        await site.receive(owed, servicePort(bench, site));
      } else {
        await bench.settle();
      }
    }
    const { hash } = await bench.get(AdapterCheckpointsService).latest(STUDY);
    expect(await bench.get(BlobStore).readAll(hash)).toEqual(await expectedAdapter(2));
  });
});
