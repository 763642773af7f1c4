/** Runs one study from the first invite to the bundle and measures it from outside: clock, /proc, and a proxy that counts bytes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEvidence } from '@consilium/demo/bundle-reading';
import { toRoundLines } from '@consilium/demo/demo-result';
import { DEMO_STUDY_ID } from '@consilium/demo/demo-study';
import { EventBoard, type EventTest } from '@consilium/demo/event-board';
import { type Federation, startFederation } from '@consilium/demo/federation';
import { CELL_KINDS } from '@consilium/demo/phantom/cell-plan';
import { runCommand, runJson } from '@consilium/demo/program';
import { readSafetensorsHeader } from '@consilium/shared/tensors';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.js';
import { startRecordingProxy, type RecordingProxy } from '../../support/recording-proxy.js';
import { watchMemory } from '../measure/peak-memory.js';
import { drawStudyPictures, type PicturePlan } from './study-pictures.js';

export interface TimedStudy {
  /** Everything of the study lies below it. */
  readonly folder: string;
  readonly backboneFolder: string;
  readonly pictures: PicturePlan;
  /** As a study file has it. */
  readonly adapter: Readonly<Record<string, unknown>>;
  readonly rounds: number;
}

export interface StudyMeasurement {
  readonly rounds: readonly {
    /** From the manifest in the log to the result in the log. */
    readonly wallMs: number;
    /** The slowest site's training. */
    readonly trainMs: number;
    readonly overheadMs: number;
  }[];
  /** All bytes between agents and coordinator, both ways. */
  readonly wireBytes: number;
  /** Bytes of the tensors that had to travel: down and up, each site and round. */
  readonly tensorBytes: number;
  readonly coordinatorRssMiB: number;
  /** Supervisor and trainer of each site. */
  readonly agentRssMiB: readonly number[];
  /** That trained, as a site signed it. */
  readonly engine: string;
}

const MEASURED: EventTest = ({ event, split }) => event === 'evaluated' && split === 'test';

/** @throws Error with a sentence when a process ends or the study fails; nothing stays running then */
export async function runTimedStudy(study: TimedStudy): Promise<StudyMeasurement> {
  const { folder, backboneFolder } = study;
  const dataFolder = join(folder, 'pictures');
  const sites = await drawStudyPictures(dataFolder, study.pictures);
  const board = new EventBoard(() => undefined);
  const port = await freePort();
  let proxy: RecordingProxy | undefined;
  const federation = await startFederation({
    ...{ folder, sites, dataFolder, backboneFolder, board },
    studyFile: await studyFile(study),
    coordinator: { publicUrl: `http://127.0.0.1:${port}` },
    route: async (coordinatorUrl) => {
      proxy = await startRecordingProxy(coordinatorUrl, port);
      return proxy.url;
    },
  });
  const names = ['coordinator', ...sites];
  const watch = watchMemory(
    Object.fromEntries(names.map((name) => [name, federation.fleet.pid(name)])),
  );
  try {
    await Promise.all([board.everyOne(sites, MEASURED), federation.finished()]);
    watch.stop();
    const { coordinator = 0, ...agents } = watch.peaks();
    const { tensorBytes, evidence } = await collect(federation, folder);
    return {
      rounds: toRoundLines(evidence, board).map(({ wallMs, trainMs, overheadMs }) => ({
        ...{ wallMs, trainMs, overheadMs },
      })),
      wireBytes: proxy?.bytes() ?? 0,
      tensorBytes: tensorBytes * sites.length * study.rounds * 2,
      coordinatorRssMiB: coordinator,
      agentRssMiB: sites.map((site) => agents[site] ?? 0),
      engine: evidence.attempts[0]?.headers[0]?.engine ?? 'unknown',
    };
  } finally {
    watch.stop();
    await federation.stop();
    await proxy?.close();
  }
}

async function studyFile({ backboneFolder, adapter, rounds, pictures }: TimedStudy) {
  const description = await runJson('agent', ['model', 'inspect', backboneFolder]);
  return stringify({
    study: DEMO_STUDY_ID,
    title: 'A study that is timed',
    task: { kind: 'classification', classes: [...CELL_KINDS] },
    backbone: (description as { hash: string }).hash,
    adapter,
    training: {
      rounds,
      localEpochs: 1,
      batchSize: 8,
      optimizer: { kind: 'adamw', learningRate: 1e-3 },
    },
    privacy: { secureAggregation: 'off' },
    participation: {
      minSites: pictures.sites,
      minSamples: 5,
      advertDeadline: '10m',
      roundDeadline: '1h',
    },
    seed: 7,
  });
}

async function collect({ operator }: Federation, folder: string) {
  const bundle = join(folder, 'bundle');
  const adapter = join(folder, 'adapter.safetensors');
  const study = DEMO_STUDY_ID;
  await runCommand('operator', ['adapter', 'export', study, '--out', adapter, ...operator]);
  await runCommand('operator', ['bundle', 'export', study, '--out', bundle, ...operator]);
  const { tensors } = readSafetensorsHeader(await readFile(adapter));
  const tensorBytes = tensors.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return { tensorBytes, evidence: await readEvidence(bundle) };
}
