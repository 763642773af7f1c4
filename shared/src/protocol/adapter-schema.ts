/**
 * The tensors of an adapter: names, shapes, start values and the range of a delta. Coordinator and agent derive the same
 * schema from the study protocol, so its hash fixes the layout of every vector they exchange.
 */
import { encodeFloat } from '../encoding/index.js';
import type { TensorSchema, TensorSpec } from '../tensors/index.js';
import {
  LORA_TARGETS,
  type AdapterConfig,
  type BackboneGeometry,
  type LoraTarget,
  type Task,
} from './adapter-config.js';

export interface AdapterPlan {
  readonly geometry: BackboneGeometry;
  readonly adapter: AdapterConfig;
  readonly task: Task;
  /** C: the largest absolute change of one parameter in one round (security.md 1.9). */
  readonly updateRange: number;
}

/** Blocks ascending, targets in the order of LORA_TARGETS, `lora-a` [rank, in] before `lora-b` [out, rank], the head last. */
export function adapterSchema(plan: AdapterPlan): TensorSchema {
  switch (plan.adapter.kind) {
    case 'linear-head':
      return headTensors(plan);
    case 'lora': {
      const { blocks, rank, targets } = plan.adapter;
      const ordered = LORA_TARGETS.filter((target) => targets.includes(target));
      const factors = [...blocks]
        .sort((a, b) => a - b)
        .flatMap((block) =>
          ordered.flatMap((target) => loraTensors(plan, rank, `blocks.${block}`, target)),
        );
      return [...factors, ...headTensors(plan)];
    }
  }
}

/** [in, out] features of a linear layer of the block. */
export function layerSizes(geometry: BackboneGeometry, target: LoraTarget): [number, number] {
  const { hiddenSize, mlpSize } = geometry;
  switch (target) {
    case 'mlp-up':
      return [hiddenSize, mlpSize];
    case 'mlp-down':
      return [mlpSize, hiddenSize];
    case 'query':
    case 'key':
    case 'value':
    case 'attention-output':
      return [hiddenSize, hiddenSize];
  }
}

/** A starts as PEFT starts it, kaiming_uniform(a = sqrt 5), which is uniform within 1/sqrt(in); B starts at zero. */
function loraTensors(
  plan: AdapterPlan,
  rank: number,
  block: string,
  target: LoraTarget,
): TensorSpec[] {
  const [inputs, outputs] = layerSizes(plan.geometry, target);
  const range = encodeFloat(plan.updateRange);
  const name = `${block}.${target}`;
  return [
    {
      name: `${name}.lora-a`,
      shape: [rank, inputs],
      range,
      init: { kind: 'uniform', bound: encodeFloat(1 / Math.sqrt(inputs)) },
    },
    { name: `${name}.lora-b`, shape: [outputs, rank], range, init: { kind: 'zeros' } },
  ];
}

function headTensors(plan: AdapterPlan): TensorSpec[] {
  const classes = plan.task.classes.length;
  const range = encodeFloat(plan.updateRange);
  return [
    {
      name: 'head.weight',
      shape: [classes, plan.geometry.hiddenSize],
      range,
      init: { kind: 'zeros' },
    },
    { name: 'head.bias', shape: [classes], range, init: { kind: 'zeros' } },
  ];
}
