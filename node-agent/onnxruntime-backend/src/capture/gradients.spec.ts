/** Loss and all gradients of adapted transformers: captured in every way, against tfjs's cpu backend. */
import * as tf from '@tensorflow/tfjs-core';
import {
  buildModel,
  lossOf,
  type Method,
  METHODS,
  type Model,
  TINY,
} from '../../testing/adapted-model.js';
import { type Computed, computeOn, difference, startForTests } from '../../testing/backends.js';
import { compiled } from './compiled.js';

type Way = 'plain' | 'captured' | 'recompute' | 'whole step';

/** The loss, then the gradients of the variables in their order. */
function step(model: Model, way: Way): tf.Tensor[] {
  const memory = way === 'recompute' ? 'recompute' : 'save';
  const isByBlock = way === 'captured' || way === 'recompute';
  const blocks = model.blocks.map((weights) =>
    compiled((x: tf.Tensor) => model.block(weights, x), { memory, name: 'block' }),
  );
  const applied = new Map(model.blocks.map((weights, i) => [weights, blocks[i]]));
  const gradients = (x: tf.Tensor): { value: tf.Scalar; grads: tf.NamedTensorMap } =>
    tf.variableGrads(() => {
      const logits = model.logits(x, (weights, state) =>
        isByBlock ? (applied.get(weights)?.(state) ?? state) : model.block(weights, state),
      );
      return lossOf(model, logits);
    }, model.variables);
  const run = way === 'whole step' ? compiled(gradients, { name: 'step' }) : gradients;
  const { value, grads } = run(model.input);
  return [value, ...model.variables.map(({ name }) => grads[name] ?? tf.scalar(NaN))];
}

async function compute(
  method: Method,
  way: Way,
  backend: 'cpu' | 'onnxruntime',
): Promise<readonly Computed[]> {
  return computeOn(backend, () => {
    const model = buildModel(method, TINY);
    const computed = step(model, way);
    tf.dispose(model.variables);
    return computed;
  });
}

describe.each(METHODS)('%s', (method) => {
  let expected: readonly Computed[];
  beforeAll(async () => {
    await startForTests();
    expected = await compute(method, 'plain', 'cpu');
  });

  it.each(['plain', 'captured', 'recompute', 'whole step'] as const)(
    'has the loss and gradients of the cpu backend: %s',
    async (way) => {
      const found = await compute(method, way, 'onnxruntime');
      const errors = expected.map((tensor, i) => difference(found[i] ?? tensor, tensor));

      expect(found).toHaveLength(expected.length);
      expect(Math.max(...errors)).toBeLessThan(1e-5);
    },
  );

  it('gives the same bits twice, and with recomputation', async () => {
    const first = await compute(method, 'captured', 'onnxruntime');

    expect(await compute(method, 'captured', 'onnxruntime')).toEqual(first);
    expect(await compute(method, 'recompute', 'onnxruntime')).toEqual(first);
  });
});
