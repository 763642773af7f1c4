/** Weight-decomposed low-rank adaptation (DoRA, Liu et al. 2024, arXiv 2402.09353) of one linear layer. */
import * as tf from '@tensorflow/tfjs-core';
import type { Linear } from '../../backbones/backbone.js';
import { loraChange, type LoraFactors } from '../lora/layer.js';

export interface DoraTensors extends LoraFactors {
  /** What the magnitude m differs by from the norms of W's rows: [out] */
  readonly magnitudeDelta: tf.Tensor1D;
}

/**
 * (m / |V|) V x + b with V = W + s B A and |V| the norm of each row (equation 5). W x + b comes from `frozen`, so nothing is
 * multiplied twice: with gain g = m / |V| it is g (W x + b + s B A x) + (1 - g) b, exactly the frozen layer while g is 1.
 * @param x [rows, in]
 * @param frozen W x + b: [rows, out]
 */
export function doraOutput(
  x: tf.Tensor2D,
  frozen: tf.Tensor2D,
  { weight, bias }: Linear,
  own: DoraTensors,
): tf.Tensor2D {
  const gain = rowGain(weight, own);
  const grown = tf.mul<tf.Tensor2D>(tf.add(frozen, loraChange(x, own)), gain);
  return bias === undefined ? grown : tf.add(grown, tf.mul(bias, tf.sub(1, gain)));
}

/**
 * m / |V| for each row: [out]. The norm counts as a constant in the backward pass (section 4.3; PEFT does so too), so only the
 * magnitude gets a gradient here.
 * @param weight W as the engine holds it: [in, out]
 */
function rowGain(weight: tf.Tensor2D, { down, up, scale, magnitudeDelta }: DoraTensors): tf.Tensor {
  const operation = tf.customGrad((delta, save) => {
    const change = tf.matMul(down, tf.mul(up, scale), true, true); // [in, out]
    const norm = rowNorms(tf.add(weight, change));
    (save as tf.GradSaveFunc)([norm]);
    return {
      value: tf.div(tf.add(rowNorms(weight), delta as tf.Tensor), norm),
      gradFunc: (dy, [kept]) => tf.div(dy, kept as tf.Tensor),
    };
  });
  return operation(magnitudeDelta);
}

/** [in, out] -> [out] */
function rowNorms(weight: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(weight), 0));
}
