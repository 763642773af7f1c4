/** Rows and bias of W times the vector, or in feed-forward layers the columns of W. */
import type { AdapterConfigOf } from '@consilium/shared/protocol';
import { requireTensor, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import type { MergeParameter } from '../adapter.js';
import { adaptedLinears, linearName } from '../linear-name.js';

export function mergeIa3(
  config: AdapterConfigOf<'ia3'>,
  _: unknown,
  tensors: TensorSet,
): MergeParameter {
  const layers = adaptedLinears(config).map((at) => ({ name: linearName(at), target: at.target }));
  const merged = new Map<string, (frozen: Tensor) => Tensor>(
    layers.flatMap(({ name, target }): [string, (frozen: Tensor) => Tensor][] => {
      const delta = requireTensor(tensors, `${name}.scale-delta`).data;
      return config.feedForward.includes(target)
        ? [[`${name}.weight`, (frozen) => columnsScaled(frozen, delta)]]
        : [
            [`${name}.weight`, (frozen) => rowsScaled(frozen, delta)],
            [`${name}.bias`, (frozen) => rowsScaled(frozen, delta)],
          ];
    }),
  );
  return (name, frozen) => merged.get(name)?.(frozen) ?? frozen;
}

/** @param frozen [out, in] or [out] @param delta [out] */
function rowsScaled({ shape, data }: Tensor, delta: Float32Array): Tensor {
  const width = data.length / delta.length;
  return {
    shape,
    data: data.map((value, i) => value * (1 + (delta[Math.floor(i / width)] as number))),
  };
}

/** @param frozen [out, in] @param delta [in] */
function columnsScaled({ shape, data }: Tensor, delta: Float32Array): Tensor {
  return { shape, data: data.map((value, i) => value * (1 + (delta[i % delta.length] as number))) };
}
