/** Loss and all gradients of LoRA blocks against PyTorch's autograd (`vectors/SOURCE.md`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { buildModel, lossOf, TINY } from '../../testing/adapted-model.js';
import { difference, read, startForTests } from '../../testing/backends.js';
import { compiled } from './compiled.js';

interface Vector {
  readonly loss: number;
  readonly gradients: readonly (readonly number[])[];
}

const VECTOR = join(__dirname, 'vectors', 'lora.json');

it.each(['save', 'recompute'] as const)(
  'captured blocks agree with PyTorch: %s',
  async (memory) => {
    await startForTests();
    const vector = JSON.parse(readFileSync(VECTOR, 'utf8')) as Vector;
    const model = buildModel('lora', TINY);
    const blocks = new Map(
      model.blocks.map((w) => [w, compiled((x: tf.Tensor) => model.block(w, x), { memory })]),
    );
    const { value, grads } = tf.variableGrads(
      () =>
        lossOf(
          model,
          model.logits(model.input, (w, x) => blocks.get(w)?.(x) ?? x),
        ),
      model.variables,
    );
    const found = read(model.variables.map(({ name }) => grads[name] ?? tf.scalar(NaN)));
    const errors = found.map((gradient, i) =>
      difference(gradient, { ...gradient, values: vector.gradients[i] ?? [] }),
    );

    expect(value.dataSync()[0]).toBeCloseTo(vector.loss, 6);
    expect(found.map(({ values }) => values.length)).toEqual(vector.gradients.map((g) => g.length));
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  },
);
