/** The tiny vision transformer of backbones/vit/vectors with an adapter, as the Python scripts of the vectors compute it. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig } from '@consilium/shared/protocol';
import { openBackbone } from '../../backbones/open-backbone.js';
import { createBench, disposeBench, filled, load, type Bench } from './bench.js';

export const TINY_VIT = join(__dirname, '../../backbones/vit/vectors/tiny-vit');

const SIZE = 16;
const LABELS = [2, 0, 2];
const CLASSES = 3;

export interface Numbers {
  readonly logits: number[];
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, number[]>;
}

/** One pass forth and back from tensors that are filled by the formula, one after the other in the schema's order. */
export async function tinyVitNumbers(config: AdapterConfig): Promise<Numbers> {
  const backbone = await openBackbone(TINY_VIT);
  const bench = createBench(backbone, config);
  load(bench, filled(bench.schema));
  tf.engine().startScope();
  const oneHot = tf.oneHot(LABELS, CLASSES);
  const { value, grads } = tf.variableGrads(() => {
    const likely = tf.mul(tf.logSoftmax(logitsOf(bench)), oneHot);
    return tf.mul(tf.sum(likely), -1 / LABELS.length);
  });
  const numbers = {
    logits: [...logitsOf(bench).dataSync()],
    loss: value.dataSync()[0] ?? Number.NaN,
    gradients: new Map(
      [...bench.variables].map(([name, variable]) => [
        name,
        [...(grads[variable.name]?.dataSync() ?? [])],
      ]),
    ),
  };
  tf.engine().endScope();
  disposeBench(bench);
  backbone.dispose();
  return numbers;
}

function logitsOf({ backbone, adapter, head }: Bench): tf.Tensor2D {
  const length = LABELS.length * SIZE * SIZE * 3;
  const values = Float32Array.from({ length }, (_, j) => Math.sin(0.37 * j));
  const pixels = tf.tensor4d(values, [LABELS.length, SIZE, SIZE, 3]);
  const x = backbone.trunk(pixels, adapter.level);
  return head.logits(backbone.features(x, adapter.level, adapter.adaptation));
}
