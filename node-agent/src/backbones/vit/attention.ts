/** Attention of several heads (Vaswani et al. 2017, arXiv 1706.03762, section 3.2). */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Features of each head apart.
 * @param x [batch x tokens, heads x headSize]
 * @returns [batch, heads, tokens, headSize]
 */
export function splitHeads(x: tf.Tensor2D, batch: number, heads: number): tf.Tensor4D {
  const apart: tf.Tensor4D = tf.reshape(x, [batch, -1, heads, x.shape[1] / heads]);
  return tf.transpose(apart, [0, 2, 1, 3]);
}

/**
 * Every head weighs all tokens by how well their keys answer a query.
 * @param query [batch, heads, asking, headSize], divided by the root of headSize
 * @param key [batch, heads, tokens, headSize]
 * @param value [batch, heads, tokens, headSize]
 * @returns [batch x asking, heads x headSize]
 */
export function attend(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D): tf.Tensor2D {
  const [batch, heads, asking, headSize] = query.shape;
  const weights = tf.softmax(tf.matMul(query, key, false, true)); // [batch, heads, asking, tokens]
  const mixed = tf.matMul(weights, value); // [batch, heads, asking, headSize]
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * asking, heads * headSize]);
}
