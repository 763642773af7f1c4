/** How fast the engine of this process multiplies, to estimate what a model will take. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';

/** The tokens of four pictures through a layer of ViT-B. */
const ROWS = 788;
const INPUTS = 768;
const OUTPUTS = 768;
const OPERATIONS = 2 * ROWS * INPUTS * OUTPUTS;
const LONG_ENOUGH_MS = 300;

/** Floating point operations in a second, of matrix products alone; takes a third of a second, or as long as two products. */
export async function measureSpeed(nowMs = () => performance.now()): Promise<number> {
  const x = tf.fill([ROWS, INPUTS], 0.5);
  const weight = tf.fill([INPUTS, OUTPUTS], 0.25);
  const multiply = async (): Promise<void> => {
    const product = tf.matMul(x, weight);
    await product.data();
    product.dispose();
  };
  await multiply(); // The first one prepares what the others use.
  await nextTurn();
  const startMs = nowMs();
  let products = 0;
  do {
    await multiply();
    products += 1;
  } while (nowMs() - startMs < LONG_ENOUGH_MS);
  tf.dispose([x, weight]);
  return (products * OPERATIONS * 1000) / Math.max(nowMs() - startMs, 1);
}
