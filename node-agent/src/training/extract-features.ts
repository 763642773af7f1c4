/**
 * The features of a frozen backbone for every picture of a data set, in the order of labels.csv. Labels and splits play no part:
 * a row is left out only when its picture cannot be read.
 */
import { realpath, rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { contentHashOf } from '@consilium/shared/crypto';
import { featureSize, inputSize } from '@consilium/shared/protocol';
import { float32Bytes } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Backbone } from '../backbones/backbone.js';
import { openBackbone } from '../backbones/open-backbone.js';
import { readBackbone } from '../backbones/read-backbone.js';
import { readLabelsFile, type LabelsRow } from '../data/labels-file.js';
import { openImage } from '../data/open-image.js';
import { Problems } from '../data/problems.js';
import { locate } from '../data/row-checks.js';
import { normalise, prepare, preprocessingHash } from '../data/transforms/preprocess.js';
import type { Engine } from '../engine/engine.js';
import { isOutOfMemory } from '../engine/out-of-memory.js';
import type { DatasetRule, Extracted, ExtractRequest, Progress } from '../trainer-link/messages.js';
import { writeFeatureFile } from './feature-file.js';
import { FeatureRows, fileState, isSameState, type FeatureRow } from './feature-rows.js';
import { withInputPixels, withPool } from './feature-settings.js';
import { picturesTogether } from './frozen-features.js';
import { afterShortages } from './memory-plan.js';

type ReportProgress = (progress: Progress) => void;

interface Extraction {
  readonly request: ExtractRequest;
  readonly backbone: Backbone;
  /** The data folder, its own links resolved. */
  readonly root: string;
  readonly rows: readonly LabelsRow[];
  readonly features: FeatureRows;
  /** Always so many go through the backbone, blank ones filling up, so that a run that goes on gives the same bits. */
  readonly batchSize: number;
  readonly report: ReportProgress;
}

/**
 * Writes the file of the request. Until it is whole, what has been computed lies in `<file>.partial`, and the next run goes on
 * from there as long as backbone, settings, engine and pictures are the same; a run that computed no feature leaves nothing.
 * @param shortages how often memory has run out before: fewer pictures go through at once, unless the request says how many
 * @throws ConsiliumError 'bad-backbone', 'bad-dataset', 'bad-request', 'non-finite', 'disk-full', 'trainer-crashed'
 */
export async function extractFeatures(
  request: ExtractRequest,
  engine: Engine,
  report: ReportProgress,
  shortages = 0,
): Promise<Omit<Extracted, 'warnings'>> {
  const started = performance.now();
  const rows = await readLabelsFile(request.dataFolder, request.sites);
  const backbone = await openAsAsked(request);
  const partial = `${request.outFile}.partial`;
  const { geometry, preprocessing, hash } = backbone.description;
  const planned = afterShortages(picturesTogether(inputSize(preprocessing)), shortages);
  const batchSize = request.batchSize ?? planned;
  const key = {
    backbone: hash,
    geometry: contentHashOf({ ...geometry }),
    preprocessing: preprocessingHash(preprocessing),
    engine: `${engine.backend}-${engine.version}`,
    batchSize,
    rows: contentHashOf(rows.map(({ row, file }) => [row, file])),
  };
  const features = await FeatureRows.open(partial, key, featureSize(geometry));
  try {
    const root = await realpath(request.dataFolder);
    const run = { request, backbone, root, rows, features, batchSize, report };
    const resumed = await keepUnchanged(run);
    await computeFrom(resumed, run);
    const problems = await finish(run);
    await rm(partial, { force: true });
    return {
      kind: 'extracted',
      jobId: request.jobId,
      rows: rows.length,
      written: rows.length - problems.count,
      resumed,
      featureSize: featureSize(geometry),
      pool: geometry.architecture === 'sam' ? 'neck' : geometry.pool,
      backboneHash: hash,
      preprocessingHash: preprocessingHash(preprocessing),
      ...problems.report(),
      engine,
      wallMs: Math.round(performance.now() - started),
    };
  } finally {
    await features.close();
    backbone.dispose();
    if (features.count === 0) {
      await rm(partial, { force: true });
    }
  }
}

async function openAsAsked(request: ExtractRequest): Promise<Backbone> {
  const { backboneFolder, pool, inputPixels } = request;
  const folder = await readBackbone(backboneFolder);
  const geometry = withPool(folder.geometry, pool);
  const preprocessing = withInputPixels(folder.preprocessing, geometry, inputPixels);
  return openBackbone(backboneFolder, { geometry, preprocessing });
}

/** Drops what an earlier run computed from the first picture on that has changed. @returns rows that stay, whole batches */
async function keepUnchanged({ features, rows, root, batchSize }: Extraction): Promise<number> {
  let same = 0;
  while (same < features.count) {
    const { state } = await features.read(same);
    const located = await locate(root, rows[same]?.file ?? '');
    const now = await fileState(typeof located === 'string' ? undefined : located.path);
    if (!isSameState(state, now)) {
      break;
    }
    same += 1;
  }
  const whole = same === rows.length ? same : Math.floor(same / batchSize) * batchSize;
  await features.keepFirst(whole);
  return whole;
}

async function computeFrom(first: number, run: Extraction): Promise<void> {
  const { request, rows, features, batchSize, report } = run;
  for (let from = first; from < rows.length; from += batchSize) {
    const some = rows.slice(from, from + batchSize);
    await features.append(await computeBatch(some, run));
    const step = Math.min(from + batchSize, rows.length);
    const { jobId } = request;
    report({ kind: 'progress', jobId, phase: 'features', step, steps: rows.length, epoch: 0 });
    await nextTurn();
  }
}

async function computeBatch(some: readonly LabelsRow[], run: Extraction): Promise<FeatureRow[]> {
  const { backbone, batchSize, request } = run;
  const { geometry, preprocessing } = backbone.description;
  const { height, width } = inputSize(preprocessing);
  const one = height * width * geometry.channels;
  const pixels = new Float32Array(batchSize * one);
  const found = await Promise.all(
    some.map((row, i) => readPicture(row, run, pixels.subarray(i * one, (i + 1) * one))),
  );
  const refused = found.findIndex(({ rule }) => rule !== undefined);
  if (request.strict && refused >= 0) {
    const { row } = some[refused] as LabelsRow;
    throw new ConsiliumError('bad-dataset', `row ${row}: ${found[refused]?.rule ?? ''}`);
  }
  const values = await compute(backbone, pixels, [batchSize, height, width, geometry.channels]);
  const size = backbone.featureSize;
  return found.map(({ rule, state }, i) => {
    const own = values.slice(i * size, (i + 1) * size);
    const feature = rule === undefined ? own : new Float32Array(size);
    if (!feature.every(Number.isFinite)) {
      throw new ConsiliumError('non-finite', `row ${some[i]?.row ?? 0}: its feature is not finite`);
    }
    return { rule, state, feature: float32Bytes(feature) };
  });
}

/** @throws ConsiliumError 'trainer-crashed' when the engine has no memory left */
async function compute(
  backbone: Backbone,
  pixels: Float32Array,
  shape: [number, number, number, number],
): Promise<Float32Array> {
  try {
    const features = tf.tidy(() => {
      const pictures = tf.tensor4d(pixels, shape);
      return backbone.trunk(pictures, backbone.blocks);
    });
    const values = await features.data<'float32'>();
    features.dispose();
    return values;
  } catch (error) {
    if (isOutOfMemory(error)) {
      throw new ConsiliumError(
        'trainer-crashed',
        `the engine ran out of memory with ${shape[0]} pictures at once: ask for a smaller batch`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** @param out [height, width, 3] of the input size; stays blank where the picture cannot be read */
async function readPicture(
  { file }: LabelsRow,
  { root, backbone }: Extraction,
  out: Float32Array,
): Promise<Pick<FeatureRow, 'rule' | 'state'>> {
  const located: { readonly path: string } | DatasetRule =
    file === '' ? 'empty-file' : await locate(root, file);
  if (typeof located === 'string') {
    return { rule: located, state: await fileState(undefined) };
  }
  const state = await fileState(located.path);
  const opened = await openImage(located.path);
  if (opened.kind === 'refused') {
    return { rule: opened.rule, state };
  }
  const { preprocessing } = backbone.description;
  normalise(prepare(opened.image, preprocessing), preprocessing, out, 0);
  return { rule: undefined, state };
}

/** @returns the rows that have no feature */
async function finish({ request, backbone, rows, features }: Extraction): Promise<Problems> {
  const problems = new Problems();
  const written: { at: number; file: string }[] = [];
  for (const [at, { row, file }] of rows.entries()) {
    const { rule } = await features.read(at);
    if (rule === undefined) {
      written.push({ at, file });
    } else {
      problems.add(row, rule);
    }
  }
  if (written.length === 0) {
    await features.keepFirst(0);
    throw new ConsiliumError('bad-dataset', `none of the ${rows.length} pictures can be read`);
  }
  const { geometry, preprocessing, hash } = backbone.description;
  const metadata = {
    backbone: hash,
    pool: geometry.architecture === 'sam' ? 'neck' : geometry.pool,
    preprocessing: preprocessingHash(preprocessing),
  };
  const path = request.outFile;
  await writeFeatureFile(
    { path, featureSize: backbone.featureSize, rows: written, metadata },
    features,
  );
  return problems;
}
