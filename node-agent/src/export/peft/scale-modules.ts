/** (IA)3 per module: PEFT stores the scale l itself, we its change from 1. */
import {
  layerSizes,
  type AdapterConfigOf,
  type BackboneGeometry,
} from '@consilium/shared/protocol';
import { requireTensor, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { linearName } from '../../adapters/linear-name.js';
import type { NameGeneration } from '../libraries/library-model.js';
import type { ScaleModule } from './module-adapter.js';
import { groupByModule, type Member, type ModuleGroup } from './module-groups.js';

export interface ScaleSources {
  readonly config: AdapterConfigOf<'ia3'>;
  readonly geometry: BackboneGeometry;
  readonly tensors: TensorSet;
}

/**
 * @throws ConsiliumError 'bad-request' where a module holds several layers and one input would have to be scaled in several
 * ways, 'bad-tensor-schema' when a tensor is missing
 */
export function scaleModules(sources: ScaleSources, generation: NameGeneration): ScaleModule[] {
  return groupByModule(sources.config, generation).map((group) => scaleModule(group, sources));
}

function scaleModule(group: ModuleGroup, sources: ScaleSources): ScaleModule {
  const { config, tensors } = sources;
  const scales = group.members.map(({ at, part }) => ({
    at,
    part,
    onInput: config.feedForward.includes(at.target),
    scale: requireTensor(tensors, `${linearName(at)}.scale-delta`).data.map((delta) => 1 + delta),
  }));
  return scales.some(({ onInput }) => onInput)
    ? onInputs(group, scales)
    : onOutputs(group, scales, sources);
}

interface MemberScale extends Member {
  readonly onInput: boolean;
  readonly scale: Float32Array;
}

/** Layers of one module read the same input, so it can be scaled in one way only. */
function onInputs({ module, parts }: ModuleGroup, scales: readonly MemberScale[]): ScaleModule {
  const [first] = scales as [MemberScale, ...MemberScale[]];
  const areOne =
    scales.length === parts &&
    scales.every(({ onInput, scale }) => onInput && isEqual(scale, first.scale));
  if (!areOne) {
    throw new ConsiliumError(
      'bad-request',
      `${linearName(first.at)} cannot be exported for PEFT: ${module} holds ${parts} layers with one input, which (IA)3 would have to scale in different ways`,
    );
  }
  return { kind: 'scale', module, onInput: true, scale: first.scale };
}

/** Rows of layers that are not adapted keep 1. */
function onOutputs(
  { module, parts }: ModuleGroup,
  scales: readonly MemberScale[],
  { geometry }: ScaleSources,
): ScaleModule {
  const [first] = scales as [MemberScale, ...MemberScale[]];
  const [, outputs] = layerSizes(geometry, first.at.target);
  const scale = new Float32Array(outputs * parts).fill(1);
  for (const own of scales) {
    scale.set(own.scale, own.part * outputs);
  }
  return { kind: 'scale', module, onInput: false, scale };
}

function isEqual(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
