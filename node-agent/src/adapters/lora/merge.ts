/** W + s B A as one weight. */
import type { LowRankConfig } from '@consilium/shared/protocol';
import { requireTensor, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import type { LinearAddress } from '../../backbones/backbone.js';
import type { MergeParameter } from '../adapter.js';
import { adaptedLinears, linearName } from '../linear-name.js';
import { lowRankScale, type LoraConfig } from './config.js';

export function mergeLora(config: LoraConfig, _: unknown, tensors: TensorSet): MergeParameter {
  const adapted = weightsOf(config);
  return (name, frozen) => {
    const at = adapted.get(name);
    return at === undefined ? frozen : addLowRank(frozen, tensors, at, lowRankScale(config, at));
  };
}

/** The adapted layers by the name of their weight. */
export function weightsOf(config: LowRankConfig): ReadonlyMap<string, LinearAddress> {
  return new Map(adaptedLinears(config).map((at) => [`${linearName(at)}.weight`, at]));
}

/** @param frozen W: [out, in] @returns W + scale x B A, summed in float64 */
export function addLowRank(
  { shape, data }: Tensor,
  tensors: TensorSet,
  at: LinearAddress,
  scale: number,
): Tensor {
  const [outputs = 0, inputs = 0] = shape;
  const down = requireTensor(tensors, `${linearName(at)}.lora-a`).data; // [rank, in]
  const up = requireTensor(tensors, `${linearName(at)}.lora-b`).data; // [out, rank]
  const rank = down.length / inputs;
  const merged = new Float32Array(data.length);
  const row = new Float64Array(inputs);
  for (let o = 0; o < outputs; o += 1) {
    row.set(data.subarray(o * inputs, (o + 1) * inputs));
    for (let r = 0; r < rank; r += 1) {
      const factor = scale * (up[o * rank + r] as number);
      for (let i = 0; i < inputs; i += 1) {
        row[i] = (row[i] as number) + factor * (down[r * inputs + i] as number);
      }
    }
    merged.set(row, o * inputs);
  }
  return { shape, data: merged };
}
