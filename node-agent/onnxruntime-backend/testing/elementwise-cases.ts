/** Kernels that work element by element or along axes. */
import * as tf from '@tensorflow/tfjs-core';
import { numbers } from './backends.js';
import { bools, type Case, ints, positive, run } from './kernel-case.js';

const UNARY: readonly Case[] = [
  ...[
    'Abs',
    'Neg',
    'Relu',
    'Relu6',
    'Sigmoid',
    'Tanh',
    'Erf',
    'Exp',
    'Floor',
    'Ceil',
    'Round',
    'Sign',
  ],
  ...['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Atanh', 'Elu', 'Selu'],
  ...['Softplus', 'Square', 'IsNan'],
].map((name): Case => [name, 'mixed signs', () => run(name, { x: tf.mul(numbers([3, 5]), 0.98) })]);

const POSITIVE: readonly Case[] = ['Log', 'Log1p', 'Sqrt', 'Rsqrt', 'Reciprocal'].map(
  (name): Case => [name, 'positive numbers', () => run(name, { x: positive([3, 5]) })],
);

const BINARY: readonly Case[] = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'],
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'],
].map((name): Case => [
  name,
  'broadcast both ways',
  () => run(name, { a: numbers([3, 1, 2]), b: numbers([4, 1], 2) }),
]);

const INTEGERS: readonly Case[] = ['Add', 'Sub', 'Multiply', 'Maximum', 'Less', 'Equal'].map(
  (name): Case => [name, 'of integers', () => run(name, { a: ints([1, -2, 3]), b: ints([2]) })],
);

const REDUCED: readonly Case[] = ['sum', 'mean', 'max', 'min', 'prod'].flatMap((name) => {
  const reduce = tf[name as 'sum'];
  const kernel = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return [
    [kernel, 'of everything', () => reduce(numbers([2, 3]))],
    [kernel, 'along the last axis, kept', () => reduce(numbers([2, 3, 4]), -1, true)],
    [kernel, 'along two axes', () => reduce(numbers([2, 3, 4]), [0, 2])],
  ] as Case[];
});

export const elementwiseCases: readonly Case[] = [
  ...UNARY,
  ...POSITIVE,
  ...BINARY,
  ...INTEGERS,
  ...REDUCED,
  ['Acosh', 'above 1', () => tf.acosh(tf.add(positive([4]), 1))],
  ['Log1p', 'of tiny numbers', () => tf.log1p(tf.tensor1d([1e-7, -3e-6, 2e-9]))],
  ['ClipByValue', 'both ends', () => tf.clipByValue(numbers([9]), -0.5, 0.25)],
  ['Step', 'with a slope below', () => tf.step(numbers([9]), 0.5)],
  ['LeakyRelu', 'default slope', () => tf.leakyRelu(numbers([9]))],
  ['Prelu', 'a slope for each column', () => tf.prelu(numbers([3, 4]), numbers([4], 2))],
  ['EluGrad', 'both sides', () => run('EluGrad', { dy: numbers([6]), y: numbers([6], 2) })],
  ['Pow', 'fractions', () => tf.pow(positive([5]), 2.5)],
  ['AddN', 'three tensors', () => tf.addN([numbers([4]), numbers([4], 2), numbers([4], 3)])],
  ['LogicalAnd', 'broadcast', () => tf.logicalAnd(bools([1, 0, 1]), bools([1]))],
  ['LogicalOr', 'two lists', () => tf.logicalOr(bools([1, 0, 0]), bools([0, 0, 1]))],
  ['LogicalNot', 'a list', () => tf.logicalNot(bools([1, 0]))],
  ['Select', 'equal shapes', () => tf.where(bools([1, 0, 1]), numbers([3]), numbers([3], 2))],
  ['Select', 'rows', () => tf.where(tf.greater(numbers([3, 2]), 0), numbers([3, 2]), tf.scalar(0))],
  ['Cast', 'bool to float', () => tf.mul(tf.cast(bools([1, 0, 1]), 'float32'), 2)],
  ['Cast', 'float to float', () => tf.cast(numbers([3]), 'float32')],
  ['Sum', 'of a number', () => tf.sum(tf.scalar(2))],
  ['Cast', 'float to int', () => tf.cast(tf.tensor1d([1.7, -1.7, 0]), 'int32')],
  ['Cast', 'float to bool', () => tf.cast(tf.tensor1d([1.7, 0]), 'bool')],
  ['All', 'along an axis', () => tf.all(tf.reshape(bools([1, 0, 1, 1]), [2, 2]), 1)],
  ['Any', 'of everything', () => tf.any(bools([0, 0, 1]))],
  ['ArgMax', 'rows', () => tf.argMax(numbers([3, 5]), 1)],
  ['ArgMin', 'columns', () => tf.argMin(numbers([3, 5]), 0)],
  ['Cumsum', 'exclusive, backwards', () => tf.cumsum(numbers([3, 4]), 1, true, true)],
];
