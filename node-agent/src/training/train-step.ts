/**
 * One step of the optimizer: loss, gradients of every trained tensor and their update, as one captured function where a batch goes
 * through at once, or in parts whose gradients add up.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { compiled, type Compiled } from '../engine/compiled.js';
import { crossEntropy } from '../tasks/classification/loss.js';
import type { MemoryPlan } from './memory-plan.js';
import { modelLogits, trainedVariables, type Model } from './model.js';
import { initialMoments, type Moments } from './optimizers/optimizer.js';
import { createOptimizer } from './optimizers/registry.js';

/** Everything that changes between two steps is a tensor here. B pictures; the last ones may be blank. */
export interface LabelledBatch {
  /** [B x rows, columns] at the model's level. */
  readonly x: tf.Tensor2D;
  /** [B, classes]: what part each picture has in the loss; zero for a blank one. */
  readonly shares: tf.Tensor2D;
}

export interface TrainStep {
  /**
   * Moves every trained tensor of the model.
   * @returns the loss before it
   * @throws ConsiliumError 'non-finite' when the loss is NaN or infinite; then nothing has moved
   */
  run(batch: LabelledBatch, learningRate: number): Promise<number>;
  /** Frees the optimizer's state. */
  dispose(): void;
}

interface Slopes {
  readonly loss: tf.Tensor;
  readonly gradients: readonly tf.Tensor[];
}

interface Update {
  readonly loss: tf.Tensor;
  readonly values: readonly tf.Tensor[];
  readonly moments: readonly Moments[];
}

type Whole = (
  x: tf.Tensor2D,
  shares: tf.Tensor2D,
  moments: readonly Moments[],
  rates: readonly tf.Tensor[],
) => Update;

/** @param plan `together` = pictures of one part; a batch holds a whole number of parts */
export function createTrainStep(
  model: Model,
  config: OptimizerConfig,
  { together, memory }: Pick<MemoryPlan, 'together' | 'memory'>,
): TrainStep {
  const optimizer = createOptimizer(config);
  const variables = trainedVariables(model);
  let moments: readonly Moments[] = initialMoments(optimizer, variables);
  let steps = 0;

  const slopesOf = (x: tf.Tensor2D, shares: tf.Tensor2D): Slopes => {
    const loss = () => crossEntropy(modelLogits(model, x, memory), shares);
    const { value, grads } = tf.variableGrads(loss, variables);
    const gradients = variables.map(
      (variable) => grads[variable.name] ?? tf.zerosLike<tf.Tensor>(variable),
    );
    return { loss: value, gradients };
  };
  const updated = (
    { loss, gradients }: Slopes,
    old: readonly Moments[],
    rates: readonly tf.Tensor[],
  ): Update => {
    const moved = variables.map((value, i) =>
      optimizer.move(
        { value, gradient: gradients[i] ?? tf.zerosLike(value), moments: old[i] ?? [] },
        rates,
      ),
    );
    return {
      loss,
      values: moved.map(({ value }) => value),
      moments: moved.map((move) => move.moments),
    };
  };

  const captured = capture(slopesOf, updated, memory);
  const step: Whole = (x, shares, old, rates) =>
    shares.shape[0] === together && memory === 'save'
      ? captured.whole(x, shares, old, rates)
      : captured.update(sumOfParts(captured.slopes, x, shares, together), old, rates);

  return {
    run: async ({ x, shares }, learningRate) => {
      steps += 1;
      const made = tf.tidy(() => {
        const rates = optimizer.rates(steps, learningRate).map((rate) => tf.scalar(rate));
        return step(x, shares, moments, rates) as Update & tf.TensorContainerObject;
      });
      const [loss = Number.NaN] = await made.loss.data();
      if (!Number.isFinite(loss)) {
        disposeUpdate(made);
        throw new ConsiliumError('non-finite', 'the training loss is not finite');
      }
      variables.forEach((variable, i) => variable.assign(made.values[i] ?? variable));
      tf.dispose([made.loss, ...made.values, ...moments.flat()]);
      ({ moments } = made);
      return loss;
    },
    dispose: () => {
      tf.dispose(moments.flat());
      captured.dispose();
    },
  };
}

type SlopesOf = (x: tf.Tensor2D, shares: tf.Tensor2D) => Slopes;
type Updated = (slopes: Slopes, moments: readonly Moments[], rates: readonly tf.Tensor[]) => Update;

interface Captured {
  readonly whole: Whole;
  readonly slopes: SlopesOf;
  readonly update: Updated;
  readonly dispose: () => void;
}

/** Where blocks recompute, each is captured apart: within one graph nothing would be computed twice. */
function capture(slopesOf: SlopesOf, updated: Updated, memory: MemoryPlan['memory']): Captured {
  const whole: Compiled<Parameters<Whole>, Update> = compiled(
    (x, shares, moments, rates) => updated(slopesOf(x, shares), moments, rates),
    'the training step',
  );
  const slopes = compiled(slopesOf, 'the gradient');
  const update = compiled(updated, 'the optimizer');
  return {
    whole,
    slopes: memory === 'save' ? slopes : slopesOf,
    update,
    dispose: () => [whole, slopes, update].forEach((fn) => fn.dispose()),
  };
}

/** Losses and gradients of the parts add up to those of the batch, for the shares are of the whole of it. */
function sumOfParts(
  slopes: SlopesOf,
  x: tf.Tensor2D,
  shares: tf.Tensor2D,
  together: number,
): Slopes {
  const [pictures, classes] = shares.shape;
  const rows = (x.shape[0] / pictures) * together;
  let sum: Slopes | undefined;
  for (let part = 0; part < pictures / together; part += 1) {
    const before = sum;
    sum = tf.tidy(() => {
      const own = slopes(
        tf.slice(x, [part * rows, 0], [rows, x.shape[1]]),
        tf.slice(shares, [part * together, 0], [together, classes]),
      );
      return addSlopes(before, own) as Slopes & tf.TensorContainerObject;
    });
    if (before !== undefined) {
      tf.dispose([before.loss, ...before.gradients]);
    }
  }
  if (sum === undefined) {
    throw new Error('a batch has no pictures');
  }
  return sum;
}

function addSlopes(before: Slopes | undefined, own: Slopes): Slopes {
  return before === undefined
    ? own
    : {
        loss: tf.add(before.loss, own.loss),
        gradients: own.gradients.map((slope, i) => tf.add(slope, before.gradients[i] ?? 0)),
      };
}

function disposeUpdate({ loss, values, moments }: Update): void {
  tf.dispose([loss, ...values, ...moments.flat()]);
}
