/**
 * A study opened at a site: its data set, the backbone and the adapter, ready for one job after another. This is the trainer
 * without its process; specs and the demo's comparisons call it directly.
 */
import { readFile } from 'node:fs/promises';
import { decodeFloat } from '@consilium/shared/encoding';
import { adapterSchema, type Metrics } from '@consilium/shared/protocol';
import { readSafetensors, schemaHash, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { createAdapter } from '../adapters/registry.js';
import { loadTensors, saveTensors } from '../adapters/variables.js';
import { openBackbone } from '../backbones/open-backbone.js';
import { openDataset, requireEnough, type Dataset } from '../data/dataset.js';
import { preprocessingHash } from '../data/transforms/preprocess.js';
import type { Engine } from '../engine/engine.js';
import { clipDelta } from '../privacy/clip.js';
import type {
  Evaluated,
  EvaluateRequest,
  Opened,
  OpenRequest,
  Progress,
  Split,
  Trained,
  TrainerStudy,
  TrainRequest,
} from '../trainer-link/messages.js';
import { deltaOf, writeDelta } from './delta.js';
import { evaluate } from './evaluate.js';
import { FeatureCache } from './feature-cache.js';
import { FrozenFeatures } from './frozen-features.js';
import { trainLocally } from './local-training.js';
import type { Model } from './model.js';

export type OpenOptions = Omit<OpenRequest, 'kind' | 'studyId'>;
export type ReportProgress = (progress: Progress) => void;

interface Parts {
  readonly study: TrainerStudy;
  readonly engine: Engine;
  readonly dataset: Dataset;
  readonly model: Model;
  readonly features: FrozenFeatures;
}

export class TrainingSession {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @throws ConsiliumError 'bad-tensor-schema', 'bad-backbone' or 'bad-dataset'. A data set that is too small opens all the same:
   * its report says why, and `requireEnough` judges it.
   */
  static async open(options: OpenOptions, engine: Engine): Promise<TrainingSession> {
    const { study, dataFolder, sites, backboneFolder, cacheFolder } = options;
    requireOwnSchema(study);
    const dataset = await openDataset({
      folder: dataFolder,
      sites,
      classes: study.task.classes,
      preprocessing: study.preprocessing,
    });
    const { backboneHash: hash, geometry, preprocessing } = study;
    const backbone = await openBackbone(backboneFolder, { hash, geometry, preprocessing });
    const adapter = createAdapter(study.adapter, geometry, study.schema);
    const [rows, columns] = backbone.shapeAt(adapter.level);
    const key = {
      backbone: hash,
      level: adapter.level,
      preprocessing: preprocessingHash(preprocessing),
      engine: `${engine.backend}-${engine.version}`,
    };
    const cache = new FeatureCache(cacheFolder, key, rows * columns);
    const features = new FrozenFeatures(backbone, adapter.level, dataset, cache);
    return new TrainingSession({ study, engine, dataset, model: { backbone, adapter }, features });
  }

  /** What was found, for the answer to 'open'. */
  get opened(): Omit<Opened, 'kind' | 'warnings'> {
    const { dataset, model, engine } = this.#parts;
    return { dataset: dataset.report, backbone: model.backbone.description, engine };
  }

  /** @throws ConsiliumError 'dataset-too-small' */
  requireEnough(): void {
    requireEnough(this.#parts.dataset.report, this.#parts.study.minSamples);
  }

  /**
   * Trains from the adapter in `adapterFile` and writes what changed to `deltaFile`.
   * @throws ConsiliumError 'non-finite' when training diverges; then no file is written
   */
  async train(job: TrainRequest, report: ReportProgress): Promise<Trained> {
    const started = performance.now();
    const { study, dataset, model, features, engine } = this.#parts;
    const samples = dataset.samples('train');
    await this.#load(job.adapterFile);
    await this.#prepare(['train', 'val'], job.jobId, report);
    const start = saveTensors(model.adapter);
    const before = await this.#validate(job.jobId, report);
    const training = {
      config: study.training,
      samples,
      classCounts: dataset.report.classCounts.train,
      roundNo: job.roundNo,
      seed: job.seed,
    };
    await trainLocally(model, features, training, (step) => {
      report({ kind: 'progress', jobId: job.jobId, phase: 'training', ...step });
    });
    const after = await this.#validate(job.jobId, report);
    await this.#writeDelta(job.deltaFile, deltaOf(start, saveTensors(model.adapter)));
    return {
      kind: 'trained',
      jobId: job.jobId,
      ...(before === undefined || after === undefined ? {} : { before, after }),
      samples: samples.length,
      wallMs: Math.round(performance.now() - started),
      engine,
    };
  }

  /** @throws ConsiliumError 'bad-dataset' when the split is empty */
  async evaluate(job: EvaluateRequest, report: ReportProgress): Promise<Evaluated> {
    await this.#load(job.adapterFile);
    await this.#prepare([job.split], job.jobId, report);
    const metrics = await this.#measure(job.split, job.jobId, report);
    return { kind: 'evaluated', jobId: job.jobId, metrics };
  }

  /** Frees every tensor. */
  close(): void {
    this.#parts.model.adapter.dispose();
    this.#parts.model.backbone.dispose();
  }

  async #load(adapterFile: string): Promise<void> {
    const { model, study } = this.#parts;
    loadTensors(model.adapter, study.schema, await readAdapter(adapterFile));
  }

  async #prepare(splits: readonly Split[], jobId: string, report: ReportProgress): Promise<void> {
    const samples = splits.flatMap((split) => this.#parts.dataset.samples(split));
    await this.#parts.features.prepare(samples, (step, steps) => {
      report({ kind: 'progress', jobId, phase: 'features', step, steps, epoch: 0 });
    });
  }

  /** A site without validation images trains all the same. */
  async #validate(jobId: string, report: ReportProgress): Promise<Metrics | undefined> {
    const isEmpty = this.#parts.dataset.samples('val').length === 0;
    return isEmpty ? undefined : this.#measure('val', jobId, report);
  }

  #measure(split: Split, jobId: string, report: ReportProgress): Promise<Metrics> {
    const { model, features, dataset, study } = this.#parts;
    const samples = dataset.samples(split);
    return evaluate(model, features, samples, study.task.classes.length, (step, steps) => {
      report({ kind: 'progress', jobId, phase: 'evaluating', step, steps, epoch: 0 });
    });
  }

  async #writeDelta(path: string, delta: TensorSet): Promise<void> {
    const { schema, training } = this.#parts.study;
    const { clipNorm } = training;
    const clipped = clipDelta(delta, clipNorm === undefined ? undefined : decodeFloat(clipNorm));
    await writeDelta(path, schema, clipped.delta);
  }
}

/** The schema fixes the layout of what is sent, so it must be the one that follows from the study. */
function requireOwnSchema({ geometry, adapter, task, training, schema }: TrainerStudy): void {
  const updateRange = decodeFloat(training.updateRange);
  const own = adapterSchema({ geometry, adapter, task, updateRange });
  if (schemaHash(own) !== schemaHash(schema)) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      'the tensor schema is not the one that follows from backbone, adapter and task',
    );
  }
}

async function readAdapter(path: string): Promise<TensorSet> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ConsiliumError('not-found', 'the adapter file cannot be read', { cause: error });
  });
  return readSafetensors(bytes);
}
