/** Names and shapes of a `vit` model on disk (transformers 4 and 5 write the same). Linear weights are [out, in]. */
import type { BackboneGeometry, LoraTarget } from '@consilium/shared/protocol';
import type { ExpectedTensor } from '../../weights.js';

/** Linear layers of block i, under `encoder.layer.{i}.`. */
export const LINEAR_NAMES: Readonly<Record<LoraTarget, string>> = {
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  'attention-output': 'attention.output.dense',
  'mlp-up': 'intermediate.dense',
  'mlp-down': 'output.dense',
};

export function blockPrefix(block: number): string {
  return `encoder.layer.${block}.`;
}

/** Strips the prefix that models with a classifier carry; their pooler and classifier are no part of the backbone. */
export function vitPartOf(nameInFile: string): string | undefined {
  const name = nameInFile.startsWith('vit.') ? nameInFile.slice('vit.'.length) : nameInFile;
  return /^(pooler|classifier)\./.test(name) ? undefined : name;
}

/** Every tensor of the backbone. */
export function vitTensors(geometry: BackboneGeometry): ExpectedTensor[] {
  const { hiddenSize, layers, imageSize, patchSize, channels } = geometry;
  const patches = (imageSize / patchSize) ** 2;
  const projection = 'embeddings.patch_embeddings.projection';
  return [
    { name: 'embeddings.cls_token', shape: [1, 1, hiddenSize] },
    { name: 'embeddings.position_embeddings', shape: [1, patches + 1, hiddenSize] },
    { name: `${projection}.weight`, shape: [hiddenSize, channels, patchSize, patchSize] },
    { name: `${projection}.bias`, shape: [hiddenSize] },
    ...Array.from({ length: layers }, (_, block) => blockTensors(geometry, block)).flat(),
    ...normTensors('layernorm', hiddenSize),
  ];
}

function blockTensors(geometry: BackboneGeometry, block: number): ExpectedTensor[] {
  const { hiddenSize, mlpSize, qkvBias } = geometry;
  const prefix = blockPrefix(block);
  const linear = (target: LoraTarget, inputs: number, outputs: number, bias: boolean) => [
    { name: `${prefix}${LINEAR_NAMES[target]}.weight`, shape: [outputs, inputs] },
    ...(bias ? [{ name: `${prefix}${LINEAR_NAMES[target]}.bias`, shape: [outputs] }] : []),
  ];
  return [
    ...normTensors(`${prefix}layernorm_before`, hiddenSize),
    ...linear('query', hiddenSize, hiddenSize, qkvBias),
    ...linear('key', hiddenSize, hiddenSize, qkvBias),
    ...linear('value', hiddenSize, hiddenSize, qkvBias),
    ...linear('attention-output', hiddenSize, hiddenSize, true),
    ...normTensors(`${prefix}layernorm_after`, hiddenSize),
    ...linear('mlp-up', hiddenSize, mlpSize, true),
    ...linear('mlp-down', mlpSize, hiddenSize, true),
  ];
}

function normTensors(name: string, width: number): ExpectedTensor[] {
  return [
    { name: `${name}.weight`, shape: [width] },
    { name: `${name}.bias`, shape: [width] },
  ];
}
