/** A transformer block with one of several adapters, written as plain tfjs operations: what a captured function has to cover. */
import * as tf from '@tensorflow/tfjs-core';
import { gelu, layerNorm } from '../src/index.js';

export interface Size {
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  readonly tokens: number;
  readonly depth: number;
  readonly batch: number;
  /** Of LoRA and DoRA. */
  readonly rank: number;
}

export type Weights = Readonly<Record<string, tf.Tensor>>;

/** Prompt tokens a block. */
export const PROMPTS = 2;
const SCALE = 2;
const EPSILON = 1e-6;

type Matrix = tf.Tensor2D;
type Three = [Matrix, Matrix, Matrix];
const linear = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
  tf.add(tf.matMul(x as Matrix, weight as Matrix), bias);

/** One block on [batch * tokens, width]. */
export function adaptedBlock(w: Weights, given: tf.Tensor, size: Size): tf.Tensor {
  const get = (name: string): tf.Tensor => w[name] ?? tf.scalar(NaN);
  const x = w['prompts'] === undefined ? given : withPrompts(given, w['prompts'], size);
  const normal = layerNorm(x, get('norm1Scale'), get('norm1Shift'), EPSILON);
  const attended = linear(attention(normal, w, get, size), get('out'), get('outBias'));
  const middle = tf.add(x, w['scale1'] === undefined ? attended : tf.mul(attended, w['scale1']));
  const normal2 = layerNorm(middle, get('norm2Scale'), get('norm2Shift'), EPSILON);
  const fed = feedForward(normal2, w, get);
  return tf.add(middle, w['scale2'] === undefined ? fed : tf.mul(fed, w['scale2']));
}

type Get = (name: string) => tf.Tensor;

/** This block's own prompts replace those behind the class token (deep visual prompt tuning, Jia et al. 2022). */
function withPrompts(x: tf.Tensor, prompts: tf.Tensor, size: Size): tf.Tensor {
  const { batch: B, tokens: T, width: D } = size;
  const cube = tf.reshape(x, [B, T, D]);
  const parts = [
    tf.slice(cube, [0, 0, 0], [B, 1, D]),
    tf.tile(prompts, [B, 1, 1]),
    tf.slice(cube, [0, 1 + PROMPTS, 0], [B, T - 1 - PROMPTS, D]),
  ];
  return tf.reshape(tf.concat(parts, 1), [B * T, D]);
}

function attention(h: tf.Tensor, w: Weights, get: Get, size: Size): tf.Tensor {
  const { batch: B, tokens: T, heads: H, width: D } = size;
  const [q, k, v] = w['queryNorm'] === undefined ? projections(h, w, get) : magnitudes(h, get);
  const split = (t: tf.Tensor): tf.Tensor =>
    tf.transpose(tf.reshape(t, [B, T, H, D / H]), [0, 2, 1, 3]);
  const turn = (t: tf.Tensor): tf.Tensor =>
    w['cos'] === undefined ? t : rotated(t, w['cos'], get('sin'));
  const query = turn(split(tf.mul(q, 1 / Math.sqrt(D / H))));
  const scores = tf.softmax(tf.matMul(query, turn(split(k)), false, true));
  return tf.reshape(tf.transpose(tf.matMul(scores, split(v)), [0, 2, 1, 3]), [B * T, D]);
}

/** Query, key and value, with LoRA (Hu et al. 2021) or IA3 (Liu et al. 2022) where there are weights for it. */
function projections(h: tf.Tensor, w: Weights, get: Get): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [q, k, v] = tf.split(linear(h, get('qkv'), get('qkvBias')), 3, 1) as Three;
  const low = (y: tf.Tensor, side: 'query' | 'value'): tf.Tensor => {
    const [A, B] = [w[`${side}A`], w[`${side}B`]];
    return A === undefined || B === undefined
      ? y
      : tf.add(y, tf.matMul(tf.matMul(h as Matrix, A as Matrix), tf.mul<Matrix>(B, SCALE)));
  };
  const gained = (y: tf.Tensor, gain: tf.Tensor | undefined): tf.Tensor =>
    gain === undefined ? y : tf.mul(y, gain);
  return [low(q, 'query'), gained(k, w['keyGain']), gained(low(v, 'value'), w['valueGain'])];
}

/** DoRA (Liu et al. 2024): a trained magnitude for each column of the merged weight. */
function magnitudes(h: tf.Tensor, get: Get): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [wq, wk, wv] = tf.split(get('qkv'), 3, 1) as Three;
  const [bq, bk, bv] = tf.split(get('qkvBias'), 3, 0) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const merged = (weight: tf.Tensor, side: 'query' | 'value'): tf.Tensor => {
    const delta = tf.matMul(get(`${side}A`), get(`${side}B`));
    const whole = tf.add(weight, tf.mul(delta, SCALE));
    const norm = tf.sqrt(tf.sum(tf.square(whole), 0, true));
    return tf.mul(whole, tf.div(get(`${side}Norm`), norm));
  };
  return [
    linear(h, merged(wq, 'query'), bq),
    linear(h, wk, bk),
    linear(h, merged(wv, 'value'), bv),
  ];
}

/** Rotary positions (Su et al. 2021), halves apart. */
function rotated(t: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const [left, right] = tf.split(t, 2, 3) as [tf.Tensor, tf.Tensor];
  return tf.add(tf.mul(t, cos), tf.mul(tf.concat([tf.neg(right), left], 3), sin));
}

function feedForward(g: tf.Tensor, w: Weights, get: Get): tf.Tensor {
  if (w['gated'] !== undefined) {
    const [u, t] = tf.split(linear(g, w['gated'], get('gatedBias')), 2, 1) as [Matrix, Matrix];
    const hidden = tf.mul(tf.mul(u, tf.sigmoid(u)), t);
    return linear(hidden, get('down'), get('downBias'));
  }
  const hidden = gelu(linear(g, get('up'), get('upBias')));
  const gained = w['hiddenGain'] === undefined ? hidden : tf.mul(hidden, w['hiddenGain']);
  const y = linear(gained, get('down'), get('downBias'));
  if (w['narrow'] === undefined) {
    return y;
  }
  const narrow = tf.relu(linear(g, w['narrow'], get('narrowBias')));
  return tf.add(y, linear(narrow, get('wide'), get('wideBias')));
}
