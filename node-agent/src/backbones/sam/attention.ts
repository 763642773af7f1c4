/** Attention of several heads within areas of patches, with relative positions. */
import * as tf from '@tensorflow/tfjs-core';
import { relativeTerms, type AreaPlan } from './relative-positions.js';

/** Scores that are held at once: 128 MiB of float32. A picture of 64 x 64 patches has half of that for one head. */
const MOST_SCORES = 2 ** 25;

interface Attending {
  /** Of each area's tokens, A areas: [A x tokens, width] */
  readonly query: tf.Tensor2D;
  readonly key: tf.Tensor2D;
  readonly value: tf.Tensor2D;
  readonly heads: number;
  readonly area: AreaPlan;
  /** The tables of relative positions, for rows and for columns, if the model has them: [2 native - 1, headSize] */
  readonly tables?: readonly [down: tf.Tensor2D, across: tf.Tensor2D];
}

/**
 * @param mostScores that are held at once; fewer take longer and need less memory
 * @returns [A x tokens, width]
 */
export function attendWithin(attending: Attending, mostScores = MOST_SCORES): tf.Tensor2D {
  const { heads, area } = attending;
  const apart = (x: tf.Tensor2D) => splitHeads(x, area.tokens, heads);
  const [query, key] = withPlaces(apart(attending.query), apart(attending.key), attending);
  const mixed = inParts(query, key, apart(attending.value), mostScores);
  const headSize = attending.value.shape[1] / heads;
  const joined = tf.transpose(
    tf.reshape<tf.Rank.R4>(mixed, [-1, heads, area.tokens, headSize]),
    [0, 2, 1, 3],
  );
  return tf.reshape(joined, [-1, heads * headSize]);
}

/** [A x tokens, heads x headSize] -> [A x heads, tokens, headSize] */
function splitHeads(x: tf.Tensor2D, tokens: number, heads: number): tf.Tensor3D {
  const headSize = x.shape[1] / heads;
  const apart: tf.Tensor4D = tf.reshape(x, [-1, tokens, heads, headSize]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [-1, tokens, headSize]);
}

/**
 * Queries and keys whose products are the scores. Relative positions are further features: a query brings what it has for each
 * row and column, a key picks its own, and no second matrix as large as the scores is needed.
 */
function withPlaces(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  { area, tables }: Attending,
): [query: tf.Tensor3D, key: tf.Tensor3D] {
  const scaled: tf.Tensor3D = tf.mul(query, 1 / Math.sqrt(query.shape[2]));
  const { relative } = area;
  if (relative === undefined || tables === undefined) {
    return [scaled, key];
  }
  const terms = relativeTerms(query, tables[0], tables[1], { ...area, relative });
  const places = tf.tile(relative.keyPlaces, [key.shape[0], 1, 1]);
  return [tf.concat([scaled, terms], 2), tf.concat([key, places], 2)];
}

/** So many heads at once as the limit on scores allows, then the next: [G, tokens, ...] -> [G, tokens, headSize] */
function inParts(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  mostScores: number,
): tf.Tensor3D {
  const [groups, tokens] = query.shape;
  const atOnce = Math.max(1, Math.floor(mostScores / (tokens * tokens)));
  if (groups <= atOnce) {
    return attend(query, key, value);
  }
  const parts: tf.Tensor3D[] = [];
  for (let begin = 0; begin < groups; begin += atOnce) {
    const count = Math.min(atOnce, groups - begin);
    const part = (x: tf.Tensor3D) => tf.slice(x, [begin, 0, 0], [count, -1, -1]);
    parts.push(tf.tidy(() => attend(part(query), part(key), part(value))));
  }
  return tf.concat(parts, 0);
}

function attend(query: tf.Tensor3D, key: tf.Tensor3D, value: tf.Tensor3D): tf.Tensor3D {
  const weights = tf.softmax(tf.matMul(query, key, false, true)); // [G, tokens, tokens]
  return tf.matMul(weights, value);
}
