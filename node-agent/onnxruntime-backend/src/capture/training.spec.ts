/** Training steps: a whole one with its optimizer as one graph, and that nothing grows from step to step. */
import * as tf from '@tensorflow/tfjs-core';
import { type AdamState, adamStep } from '../../testing/adam.js';
import { buildModel, lossOf, type Model, TINY } from '../../testing/adapted-model.js';
import { difference, read, startForTests } from '../../testing/backends.js';
import { currentBackend } from '../backend/backend.js';
import { compiled } from './compiled.js';

const RATE = 0.01;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** @returns the losses; the model's variables are those after the last step */
function trainWhole(model: Model, steps: number): number[] {
  const step = compiled(
    (x: tf.Tensor, state: AdamState, scales: tf.Tensor[]) => {
      const { value, grads } = tf.variableGrads(
        () => lossOf(model, model.logits(x, model.block)),
        model.variables,
      );
      const slopes = model.variables.map(({ name }) => grads[name] ?? tf.scalar(NaN));
      return { loss: value, ...adamStep(model.variables, slopes, state, scales, RATE) };
    },
    { name: 'step' },
  );
  let state: AdamState = {
    first: model.variables.map((variable) => tf.zerosLike(variable)),
    second: model.variables.map((variable) => tf.zerosLike(variable)),
  };
  const losses = Array.from({ length: steps }, (_, i) => {
    const scales = [BETA1, BETA2].map((beta) => tf.scalar(1 / (1 - beta ** (i + 1))));
    const { loss, updated, first, second } = step(model.input, state, scales);
    model.variables.forEach((variable, k) => variable.assign(updated[k] ?? variable));
    tf.dispose([scales, updated, state.first, state.second]);
    state = { first, second };
    const value = loss.dataSync()[0] ?? NaN;
    loss.dispose();
    return value;
  });
  tf.dispose([state.first, state.second]);
  step.dispose();
  return losses;
}

/** The same with captured blocks and tfjs's own Adam. */
function trainBlocks(model: Model, steps: number, memory: 'save' | 'recompute'): number[] {
  const blocks = new Map(
    model.blocks.map((weights) => [
      weights,
      compiled((x: tf.Tensor) => model.block(weights, x), { memory }),
    ]),
  );
  const optimizer = tf.train.adam(RATE, BETA1, BETA2, EPSILON);
  const losses = Array.from({ length: steps }, () => {
    const loss = optimizer.minimize(
      () =>
        lossOf(
          model,
          model.logits(model.input, (w, x) => blocks.get(w)?.(x) ?? x),
        ),
      true,
      model.variables,
    );
    const value = loss?.dataSync()[0] ?? NaN;
    loss?.dispose();
    return value;
  });
  optimizer.dispose();
  return losses;
}

describe('a training step', () => {
  beforeAll(startForTests);

  it('captured as a whole with its optimizer trains as captured blocks do with the one of tfjs', () => {
    const [whole, blocks] = [buildModel('lora', TINY), buildModel('lora', TINY)];
    const losses = trainWhole(whole, 5);

    trainBlocks(blocks, 5, 'save').forEach((loss, i) => expect(losses[i]).toBeCloseTo(loss, 5));
    const errors = read(whole.variables).map((value, i) =>
      difference(value, read(blocks.variables)[i] ?? value),
    );
    expect(losses[4]).toBeLessThan(losses[0] ?? 0);
    expect(Math.max(...errors)).toBeLessThan(1e-5);
    whole.dispose();
    blocks.dispose();
  });

  it.each(['whole', 'save', 'recompute'] as const)(
    'leaves nothing behind, and trains to the same bits twice: %s',
    (way) => {
      const before = tf.memory().numTensors;
      const run = (): number[] => {
        const model = buildModel('lora', TINY);
        const losses = way === 'whole' ? trainWhole(model, 3) : trainBlocks(model, 3, way);
        model.dispose();
        return losses;
      };

      expect(run()).toEqual(run());
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('needs no more memory in later steps', () => {
    const model = buildModel('full', { ...TINY, width: 128, hidden: 256, tokens: 32 });
    trainBlocks(model, 2, 'save');
    const pooled = currentBackend()?.memory().pooledBytes;
    trainBlocks(model, 4, 'save');

    expect(currentBackend()?.memory().pooledBytes).toBe(pooled);
    model.dispose();
  });
});
