/** (IA)3 from a PEFT file. */
import {
  layerSizes,
  LINEAR_TARGETS,
  type BackboneGeometry,
  type LinearTarget,
} from '@consilium/shared/protocol';
import type { Tensor } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { adaptedLinears, linearName } from '../../adapters/linear-name.js';
import { byLayer, reachOf, type LayerValues } from './adapted-layers.js';
import { findModules, type FoundModule } from './find-modules.js';
import { requireShape, type ImportedLayers } from './import-low-rank.js';
import { CONFIG_FILE, WEIGHTS_FILE } from './key-names.js';
import type { IndexedModule } from './module-index.js';
import type { ScaleDescription } from './read-config.js';
import type { ModuleTensors } from './read-keys.js';

interface LayerScale extends LayerValues {
  readonly onInput: boolean;
  /** l - 1 */
  readonly delta: Float32Array;
}

/** @throws ConsiliumError 'bad-tensor-schema' naming what does not fit the backbone, with both shapes */
export function importScales(
  description: ScaleDescription,
  adapted: ReadonlyMap<string, ModuleTensors>,
  index: ReadonlyMap<string, readonly IndexedModule[]>,
  geometry: BackboneGeometry,
): ImportedLayers {
  const found = findModules(adapted, index, description);
  const layers = byLayer(
    found.flatMap((module) => scalesOf(module, description, geometry)),
    (a, b) => a.onInput === b.onInput && a.delta.every((value, i) => value === b.delta[i]),
  );
  const reach = reachOf(layers);
  const shares = adaptedLinears(reach).map((at) => layers.get(linearName(at)) as LayerScale);
  return {
    adapter: { kind: 'ia3', ...reach, feedForward: feedForwardOf(shares) },
    layers: new Map(
      shares.map(({ at, delta }): [string, Tensor] => [
        `${linearName(at)}.scale-delta`,
        { shape: [delta.length], data: delta },
      ]),
    ),
  };
}

function scalesOf(
  { indexed, tensors }: FoundModule,
  description: ScaleDescription,
  geometry: BackboneGeometry,
): LayerScale[] {
  const { module, parts, layers } = indexed;
  const { scale, ...others } = tensors;
  if (scale === undefined || Object.keys(others).length > 0) {
    throw refused(`of ${module} must hold ia3_l alone, as ${CONFIG_FILE} says IA3`);
  }
  const onInput = description.isFeedForward(module);
  const [inputs, outputs] = layerSizes(geometry, (layers[0] as (typeof layers)[0]).at.target);
  requireShape(scale, onInput ? [1, inputs] : [outputs * parts, 1], `${module}.ia3_l`);
  return layers.map(({ at, part }) => {
    const own = onInput ? scale.data : scale.data.subarray(part * outputs, (part + 1) * outputs);
    const delta = own.map((value) => value - 1);
    // What is scaled at the input of a fused module is scaled for all of its layers.
    return { at, onInput, delta, isChanged: parts === 1 || delta.some((value) => value !== 0) };
  });
}

/** @throws ConsiliumError 'bad-tensor-schema' when a layer is feed-forward in one block and not in another */
function feedForwardOf(shares: readonly LayerScale[]): LinearTarget[] {
  const targets = (onInput: boolean) =>
    new Set(shares.filter((share) => share.onInput === onInput).map(({ at }) => at.target));
  const outputs = targets(false);
  const inputs = targets(true);
  const both = LINEAR_TARGETS.find((target) => inputs.has(target) && outputs.has(target));
  if (both !== undefined) {
    throw refused(`scales the input of ${both} in one block and its output in another`);
  }
  return LINEAR_TARGETS.filter((target) => inputs.has(target));
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-tensor-schema', `${WEIGHTS_FILE} ${fault}`);
}
