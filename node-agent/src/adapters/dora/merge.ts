/** (m / |V|) V with V = W + s B A as one weight. */
import type { AdapterConfigOf } from '@consilium/shared/protocol';
import { requireTensor, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import type { MergeParameter } from '../adapter.js';
import { linearName } from '../linear-name.js';
import { lowRankScale } from '../lora/config.js';
import { addLowRank, weightsOf } from '../lora/merge.js';

export function mergeDora(
  config: AdapterConfigOf<'dora'>,
  _: unknown,
  tensors: TensorSet,
): MergeParameter {
  const adapted = weightsOf(config);
  return (name, frozen) => {
    const at = adapted.get(name);
    if (at === undefined) {
      return frozen;
    }
    const grown = addLowRank(frozen, tensors, at, lowRankScale(config, at));
    const delta = requireTensor(tensors, `${linearName(at)}.magnitude-delta`).data;
    return withMagnitudes(
      grown,
      rowNorms(frozen).map((norm, o) => norm + (delta[o] as number)),
    );
  };
}

/** Every row scaled to its magnitude. */
function withMagnitudes(grown: Tensor, magnitudes: readonly number[]): Tensor {
  const { shape, data } = grown;
  const inputs = shape[1] as number;
  const gains = rowNorms(grown).map((norm, o) => (magnitudes[o] as number) / norm);
  return { shape, data: data.map((value, i) => value * (gains[Math.floor(i / inputs)] as number)) };
}

/** In float64. */
function rowNorms({ shape, data }: Tensor): number[] {
  const [outputs = 0, inputs = 0] = shape;
  return Array.from({ length: outputs }, (_, o) => {
    const row = data.subarray(o * inputs, (o + 1) * inputs);
    return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  });
}
