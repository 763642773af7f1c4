/**
 * A study opened at a site: its data set, the backbone and the adapter, ready for one job after another. This is the trainer
 * without its process; specs and the demo's comparisons call it directly.
 */
import { readFile } from 'node:fs/promises';
import { contentHashOf } from '@consilium/shared/crypto';
import { decodeFloat } from '@consilium/shared/encoding';
import { adapterSchema, type Metrics } from '@consilium/shared/protocol';
import { readSafetensors, schemaHash, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { loadTensors, saveTensors } from '../adapters/variables.js';
import { openBackbone } from '../backbones/open-backbone.js';
import { openDataset, requireEnough, type Dataset } from '../data/dataset.js';
import { preprocessingHash } from '../data/transforms/preprocess.js';
import type { Engine } from '../engine/engine.js';
import { namingMemory } from '../engine/out-of-memory.js';
import { PROCESSOR } from '../engine/starter.js';
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
import { deltaOf, writeTensors } from './delta.js';
import { evaluate, EVALUATED_TOGETHER } from './evaluate.js';
import { FeatureCache } from './feature-cache.js';
import { FrozenFeatures } from './frozen-features.js';
import { trainLocally } from './local-training.js';
import { planMemory, type MemoryPlan } from './memory-plan.js';
import { createModel, disposeModel, trainedVariables, type Model } from './model.js';
import { MeasuredAdapters, type MeasuredAdapter } from './measured-adapters.js';
import { loadPrivate, savePrivate } from './private-adapter.js';

export type OpenOptions = Omit<OpenRequest, 'kind' | 'studyId'>;
export type ReportProgress = (progress: Progress) => void;

interface Parts {
  readonly study: TrainerStudy;
  readonly engine: Engine;
  readonly dataset: Dataset;
  readonly model: Model;
  readonly features: FrozenFeatures;
  readonly plan: MemoryPlan;
  /** Not told yet. */
  readonly warnings: string[];
}

export class TrainingSession {
  readonly #parts: Parts;
  readonly #measured = new MeasuredAdapters();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @throws ConsiliumError 'bad-tensor-schema', 'bad-backbone' or 'bad-dataset'. A data set that is too small opens all the same:
   * its report says why, and `requireEnough` judges it.
   * @param shortages how often memory has run out before
   */
  static async open(
    options: OpenOptions,
    engine: Engine,
    memoryBytes?: number,
    shortages = 0,
  ): Promise<TrainingSession> {
    const { study, dataFolder, sites, backboneFolder, cache: trunkCache } = options;
    requireOwnSchema(study);
    const dataset = await openDataset({
      folder: dataFolder,
      sites,
      classes: study.task.classes,
      preprocessing: study.preprocessing,
    });
    const { backboneHash: hash, geometry, preprocessing } = study;
    const backbone = await openBackbone(backboneFolder, { hash, geometry, preprocessing });
    const model = createModel(backbone, study);
    const { level } = model;
    const [rows, columns] = backbone.shapeAt(level);
    const key = {
      backbone: hash,
      geometry: contentHashOf({ ...geometry }),
      level,
      preprocessing: preprocessingHash(preprocessing),
      engine: [engine.backend, engine.version, engine.device, engine.threads].join(' '),
    };
    const warnings: string[] = [];
    const cache = new FeatureCache({
      cache: trunkCache,
      key,
      values: rows * columns,
      warn: (sentence) => warnings.push(sentence),
    });
    const features = new FrozenFeatures(backbone, level, dataset, cache, { shortages });
    const plan = planMemory({
      description: backbone.description,
      level,
      values: rows * columns,
      trained: trainedVariables(model).reduce((sum, { size }) => sum + size, 0),
      batch: Math.max(1, Math.min(study.training.batchSize, dataset.samples('train').length)),
      evaluated: EVALUATED_TOGETHER,
      memoryBytes,
      threads: engine.device === PROCESSOR ? engine.threads : undefined,
      shortages,
    });
    return new TrainingSession({ study, engine, dataset, model, features, plan, warnings });
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
   * Trains from the adapter in `adapterFile` and writes what changed to `deltaFile`, a private adapter to `privateOutFile`.
   * @throws ConsiliumError 'non-finite' when training diverges, 'bad-request'; then no file is written
   */
  async train(job: TrainRequest, report: ReportProgress): Promise<Trained> {
    const started = performance.now();
    const { study, dataset, model, features, engine, plan } = this.#parts;
    const samples = dataset.samples('train');
    requirePrivateOut(job, model);
    await this.#load(job, job.seed);
    await this.#prepare(['train', 'val'], job.jobId, report);
    const start = await saveTensors(model.shared.variables);
    const before = await this.#measured.of(this.#adapterOf({ ...job, split: 'val' }), () =>
      this.#validate(job.jobId, report),
    );
    const training = {
      config: study.training,
      samples,
      classCounts: dataset.report.classCounts.train,
      roundNo: job.roundNo,
      seed: job.seed,
      plan,
    };
    await namingMemory(engine.backend, plan.together, () =>
      trainLocally(model, features, training, (step) => {
        report({ kind: 'progress', jobId: job.jobId, phase: 'training', ...step });
      }),
    );
    const after = await this.#validate(job.jobId, report);
    await this.#write(job, start);
    return {
      kind: 'trained',
      jobId: job.jobId,
      ...(before === undefined || after === undefined ? {} : { before, after }),
      samples: samples.length,
      wallMs: Math.round(performance.now() - started),
      engine,
      ...this.#newWarnings(),
    };
  }

  /** @throws ConsiliumError 'bad-dataset' when the split is empty */
  async evaluate(job: EvaluateRequest, report: ReportProgress): Promise<Evaluated> {
    const seed = 'never trained';
    const metrics = await this.#measured.of(this.#adapterOf({ ...job, seed }), async () => {
      await this.#load(job, seed);
      await this.#prepare([job.split], job.jobId, report);
      return this.#measure(job.split, job.jobId, report);
    });
    return { kind: 'evaluated', jobId: job.jobId, metrics, ...this.#newWarnings() };
  }

  /** Without a private adapter nothing depends on the seed that it would start from. */
  #adapterOf({ adapterFile, privateFile, seed, split }: MeasuredAdapter): MeasuredAdapter {
    const { own } = this.#parts.model;
    return { adapterFile, privateFile, split, seed: own === undefined ? '' : seed };
  }

  /** Frees every tensor. */
  close(): void {
    const { model } = this.#parts;
    disposeModel(model);
    model.backbone.dispose();
  }

  /** @param seed of the private adapter's start values, where it was never trained */
  async #load(
    { adapterFile, privateFile }: Pick<TrainRequest, 'adapterFile' | 'privateFile'>,
    seed: string,
  ): Promise<void> {
    const { shared, own } = this.#parts.model;
    loadTensors(shared.variables, shared.schema, await readAdapter(adapterFile));
    if (own !== undefined) {
      await loadPrivate(own, privateFile, seed);
    }
  }

  #newWarnings(): Pick<Trained, 'warnings'> {
    const warnings = this.#parts.warnings.splice(0);
    return warnings.length === 0 ? {} : { warnings };
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
    const { model, features, dataset, study, engine, plan } = this.#parts;
    const samples = dataset.samples(split);
    const classes = study.task.classes.length;
    const together = plan.evaluatedTogether;
    return namingMemory(engine.backend, together, () =>
      evaluate({ model, features, samples, classes, together }, (step, steps) => {
        report({ kind: 'progress', jobId, phase: 'evaluating', step, steps, epoch: 0 });
      }),
    );
  }

  /** The delta of the shared tensors; beside it the private ones, first, so that a delta never stands there without them. */
  async #write({ deltaFile, privateOutFile }: TrainRequest, start: TensorSet): Promise<void> {
    const { study, model } = this.#parts;
    const { schema, variables } = model.shared;
    const { clipNorm } = study.training;
    const { delta } = clipDelta(
      deltaOf(start, await saveTensors(variables)),
      clipNorm === undefined ? undefined : decodeFloat(clipNorm),
    );
    if (model.own !== undefined && privateOutFile !== undefined) {
      await savePrivate(model.own, privateOutFile);
    }
    await writeTensors(deltaFile, schema, delta);
  }
}

/** Otherwise what the site trained for itself would be lost without a word. */
function requirePrivateOut({ privateOutFile }: TrainRequest, { own }: Model): void {
  if ((own === undefined) !== (privateOutFile === undefined)) {
    throw new ConsiliumError(
      'bad-request',
      own === undefined
        ? 'privateOutFile: the study has no private adapter'
        : 'privateOutFile: expected a path, the study has a private adapter',
    );
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
