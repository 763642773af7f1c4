/**
 * What the trunk cache saves: the rounds of one site with LoRA on the last four blocks of a random vision transformer, once from
 * encrypted records on disk (none are kept in memory), once with the trunk computed whenever an image is needed.
 *
 *   node --conditions=@consilium/source --require ./src/training/testing/from-sources.cjs \
 *     -e "require('./src/training/testing/trunk-cache-speed.ts').print({ layers: 12, rounds: 20, images: 64, pixels: 112 })"
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contentHash, seededRandom } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { adapterSchema, type AdapterConfig, type VitGeometry } from '@consilium/shared/protocol';
import { initialTensors, type TensorSet } from '@consilium/shared/tensors';
import { loadTensors, saveTensors } from '../../adapters/variables.js';
import type { Backbone } from '../../backbones/backbone.js';
import type { Dataset } from '../../data/dataset.js';
import type { Sample } from '../../data/sample.js';
import { openEngine } from '../../engine/engine.js';
import type { CachePrecision } from '../../config/cache-precision.js';
import { evaluate } from '../evaluate.js';
import { FeatureCache } from '../feature-cache.js';
import { FrozenFeatures } from '../frozen-features.js';
import { trainLocally } from '../local-training.js';
import { createModel, disposeModel } from '../model.js';
import { randomBackbone, VIT_SMALL } from '../step-measurement.js';
import { TINY_TRAINING } from './tiny-study.js';
import { trunkCacheAt } from './trunk-cache.js';

const ADAPTED = 4;
const CLASSES = ['a', 'b'];
const TRAINING = { ...TINY_TRAINING, localEpochs: 1, batchSize: 16 };

export interface SpeedPlan {
  readonly geometry: VitGeometry;
  readonly rounds: number;
  /**
   * A quarter of them for validation, which is measured before and after each training. The trunk takes 16 together, so with
   * multiples of 64 nothing is computed in vain.
   */
  readonly images: number;
  readonly precision: CachePrecision;
}

/** Of one run. The processor's time is the steadier one where a machine does other things too. */
export interface Cost {
  readonly wallMs: number;
  readonly processorMs: number;
}

export interface Speed {
  readonly cached: Cost;
  readonly computed: Cost;
  /** Largest difference between a value of one adapter and of the other. */
  readonly largestDifference: number;
  readonly warnings: readonly string[];
}

/** The engine must run. */
export async function measureTrunkCache(plan: SpeedPlan): Promise<Speed> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk-cache-'));
  const backbone = randomBackbone(plan.geometry, 'speed');
  try {
    const warnings: string[] = [];
    const run = (name: string, quotaBytes: number): Promise<Run> => {
      const cache = trunkCacheAt(join(folder, name), { quotaBytes, precision: plan.precision });
      return runRounds(plan, backbone, cache, (sentence) => warnings.push(sentence));
    };
    const computed = await run('computed', 0);
    const cached = await run('cached', 1e12);
    return {
      cached: cached.cost,
      computed: computed.cost,
      largestDifference: largestDifference(cached.adapter, computed.adapter),
      warnings,
    };
  } finally {
    backbone.dispose();
    await rm(folder, { recursive: true });
  }
}

/** Runs the engine that an agent takes, and prints the figures. */
export async function print(given: {
  readonly layers: number;
  readonly rounds: number;
  readonly images: number;
  readonly pixels?: number;
  readonly precision?: CachePrecision;
}): Promise<void> {
  const { layers, rounds, images, pixels = 224, precision = 'f32' } = given;
  const { engine } = await openEngine({
    wasmFolder: dirname(require.resolve('@tensorflow/tfjs-backend-wasm')),
    warn: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const geometry = { ...VIT_SMALL, layers, imageSize: pixels };
  const speed = await measureTrunkCache({ geometry, rounds, images, precision });
  const ratio = speed.computed.wallMs / speed.cached.wallMs;
  process.stdout.write(`${JSON.stringify({ engine, ...given, ...speed, ratio })}\n`);
}

interface Run {
  readonly cost: Cost;
  readonly adapter: TensorSet;
}

async function runRounds(
  { geometry, rounds, images }: SpeedPlan,
  backbone: Backbone,
  cache: ReturnType<typeof trunkCacheAt>,
  warn: (sentence: string) => void,
): Promise<Run> {
  const adapter: AdapterConfig = {
    kind: 'lora',
    rank: 8,
    alpha: 16,
    targets: ['query', 'value'],
    blocks: Array.from({ length: ADAPTED }, (_, i) => geometry.layers - ADAPTED + i),
  };
  const task = { kind: 'classification' as const, classes: CLASSES };
  const schema = adapterSchema({ geometry, adapter, task, updateRange: 1 });
  const model = createModel(backbone, { geometry, adapter, schema });
  loadTensors(model.shared.variables, schema, initialTensors(schema, 'speed'));
  const dataset = drawnPictures(geometry.imageSize, images);
  const features = featuresOf(backbone, model.level, dataset, cache, warn);
  const [train, val] = [dataset.samples('train'), dataset.samples('val')];
  const measure = () =>
    evaluate({ model, features, samples: val, classes: CLASSES.length }, () => undefined);
  const started = performance.now();
  const before = process.cpuUsage();
  for (let roundNo = 1; roundNo <= rounds; roundNo += 1) {
    if (cache.quotaBytes > 0) {
      await features.prepare([...train, ...val], () => undefined);
    }
    await measure();
    const training = { config: TRAINING, samples: train, classCounts: [1, 1] };
    await trainLocally(
      model,
      features,
      { ...training, roundNo, seed: `${roundNo}` },
      () => undefined,
    );
    await measure();
  }
  const wallMs = Math.round(performance.now() - started);
  const { user, system } = process.cpuUsage(before);
  const cost = { wallMs, processorMs: Math.round((user + system) / 1000) };
  const trained = await saveTensors(model.shared.variables);
  disposeModel(model);
  return { cost, adapter: trained };
}

function featuresOf(
  backbone: Backbone,
  level: number,
  dataset: Pick<Dataset, 'samples' | 'picture'>,
  cache: ReturnType<typeof trunkCacheAt>,
  warn: (sentence: string) => void,
): FrozenFeatures {
  const [rows, columns] = backbone.shapeAt(level);
  const hash = contentHash(utf8('speed'));
  const key = { backbone: hash, geometry: hash, level, preprocessing: hash, engine: 'speed' };
  const store = new FeatureCache({ cache, key, values: rows * columns, warn });
  return new FrozenFeatures(backbone, level, dataset, store, { memoryBytes: 0 });
}

/** Noise, prepared already: decoding counts for neither side. */
function drawnPictures(side: number, count: number): Pick<Dataset, 'samples' | 'picture'> {
  const samples = Array.from({ length: count }, (_, i): Sample => {
    const split = i % 4 === 3 ? 'val' : 'train';
    const hash = contentHash(utf8(`picture ${i}`));
    return { row: i, path: '', label: (i >> 2) % 2, split, patient: '', subgroups: {}, hash };
  });
  const pictures = samples.map(({ row }) => {
    const random = seededRandom(`picture ${row}`);
    return Uint8Array.from({ length: side * side * 3 }, () => random.integer(256));
  });
  return {
    samples: (split) => samples.filter((sample) => sample.split === split),
    picture: ({ row }) => {
      const data = pictures[row] ?? new Uint8Array();
      return Promise.resolve({ kind: 'bytes', width: side, height: side, data });
    },
  };
}

function largestDifference(a: TensorSet, b: TensorSet): number {
  const each = [...a].flatMap(([name, { data }]) =>
    [...data].map((value, i) => Math.abs(value - (b.get(name)?.data[i] ?? Number.NaN))),
  );
  return each.reduce((most, value) => Math.max(most, value), 0);
}
