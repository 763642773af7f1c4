/**
 * Names and shapes of a backbone's parameters in Consilium's own order and spelling, whatever file they came in. Linear weights
 * are [out, in] as in PyTorch; a table has one row a token. Adapters that change parameters name them, and the hash of a
 * backbone is taken over them: docs/protocol/v1.md section 3.
 */
import type { LinearTarget } from './adapter-config.js';
import type { BackboneGeometry, SamGeometry, VitGeometry } from './backbone-geometry.js';

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Every parameter of the backbone, from the picture to the feature. */
export function backboneParameters(geometry: BackboneGeometry): ParameterSpec[] {
  switch (geometry.architecture) {
    case 'vit':
      return vitParameters(geometry);
    case 'sam':
      return samParameters(geometry);
  }
}

/** The linear layers that the blocks of this backbone have. */
export function linearTargets(geometry: BackboneGeometry): LinearTarget[] {
  const gate: LinearTarget[] =
    geometry.architecture === 'vit' && geometry.feedForward === 'swiglu' ? ['mlp-gate'] : [];
  return ['query', 'key', 'value', 'attention-output', ...gate, 'mlp-up', 'mlp-down'];
}

/** [in, out] features of a linear layer of a block. */
export function layerSizes(geometry: BackboneGeometry, target: LinearTarget): [number, number] {
  const { hiddenSize, mlpSize } = geometry;
  switch (target) {
    case 'mlp-gate':
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

/** `blocks.{block}.` */
export function blockPrefix(block: number): string {
  return `blocks.${block}.`;
}

/** Rows and columns of patches of a square picture of the native size. */
export function nativeGrid({ imageSize, patchSize }: BackboneGeometry): number {
  return Math.floor(imageSize / patchSize);
}

function vitParameters(geometry: VitGeometry): ParameterSpec[] {
  const { hiddenSize, registers, preNorm, finalNorm, projectionSize } = geometry;
  return [
    ...patchParameters(geometry, geometry.patchBias),
    ...(geometry.classToken ? [{ name: 'class-token', shape: [hiddenSize] }] : []),
    ...(registers > 0 ? [{ name: 'registers', shape: [registers, hiddenSize] }] : []),
    ...positionTable(geometry),
    ...(preNorm ? norm('norm-pre', hiddenSize) : []),
    ...perBlock(geometry, (prefix) => vitBlock(geometry, prefix)),
    ...(hasParameters(finalNorm) ? norm('norm', normSize(geometry)) : []),
    ...attentionPool(geometry),
    ...(projectionSize === undefined
      ? []
      : [{ name: 'projection.weight', shape: [projectionSize, pooledSize(geometry)] }]),
  ];
}

function positionTable(geometry: VitGeometry): ParameterSpec[] {
  const { positions, classToken, registers, hiddenSize } = geometry;
  if (positions.kind === 'rotary') {
    return [];
  }
  const withClass = positions.covers === 'patches' || !classToken ? 0 : 1;
  const withRegisters = positions.covers === 'all' ? registers : 0;
  const rows = withClass + withRegisters + nativeGrid(geometry) ** 2;
  return [{ name: 'positions', shape: [rows, hiddenSize] }];
}

function hasParameters(finalNorm: VitGeometry['finalNorm']): boolean {
  return finalNorm === 'tokens' || finalNorm === 'pooled';
}

/** A norm on tokens is as wide as a token, one on the pooled feature as wide as that. */
function normSize(geometry: VitGeometry): number {
  return geometry.finalNorm === 'pooled' ? pooledSize(geometry) : geometry.hiddenSize;
}

function pooledSize({ pool, hiddenSize }: VitGeometry): number {
  return pool === 'class-and-mean' ? 2 * hiddenSize : hiddenSize;
}

function vitBlock(geometry: VitGeometry, prefix: string): ParameterSpec[] {
  const { hiddenSize, heads, biases, queryKeyNorm, layerScale } = geometry;
  const perHead = queryKeyNorm
    ? [
        ...norm(`${prefix}query-norm`, hiddenSize / heads),
        ...norm(`${prefix}key-norm`, hiddenSize / heads),
      ]
    : [];
  const scale = (name: string) =>
    layerScale ? [{ name: `${prefix}${name}`, shape: [hiddenSize] }] : [];
  const layer = (target: LinearTarget, bias: boolean) =>
    blockLinear(geometry, prefix, target, bias);
  return [
    ...norm(`${prefix}norm-attention`, hiddenSize),
    ...layer('query', biases.query),
    ...layer('key', biases.key),
    ...layer('value', biases.value),
    ...perHead,
    ...layer('attention-output', biases.attentionOutput),
    ...scale('scale-attention'),
    ...norm(`${prefix}norm-mlp`, hiddenSize),
    ...(geometry.feedForward === 'swiglu' ? layer('mlp-gate', biases.mlp) : []),
    ...layer('mlp-up', biases.mlp),
    ...layer('mlp-down', biases.mlp),
    ...scale('scale-mlp'),
  ];
}

function attentionPool(geometry: VitGeometry): ParameterSpec[] {
  const { hiddenSize: size, attentionPoolMlpSize: inner } = geometry;
  if (inner === undefined) {
    return [];
  }
  return [
    { name: 'pool.probe', shape: [size] },
    ...linear('pool.query', size, size, true),
    ...linear('pool.key', size, size, true),
    ...linear('pool.value', size, size, true),
    ...linear('pool.attention-output', size, size, true),
    ...norm('pool.norm', size),
    ...linear('pool.mlp-up', size, inner, true),
    ...linear('pool.mlp-down', inner, size, true),
  ];
}

function samParameters(geometry: SamGeometry): ParameterSpec[] {
  const { hiddenSize, absolutePositions, neckSize } = geometry;
  const grid = nativeGrid(geometry);
  return [
    ...patchParameters(geometry, true),
    ...(absolutePositions ? [{ name: 'positions', shape: [grid * grid, hiddenSize] }] : []),
    ...perBlock(geometry, (prefix, block) => samBlock(geometry, prefix, block)),
    { name: 'neck.first.weight', shape: [neckSize, hiddenSize, 1, 1] },
    ...norm('neck.first-norm', neckSize),
    { name: 'neck.second.weight', shape: [neckSize, neckSize, 3, 3] },
    ...norm('neck.second-norm', neckSize),
  ];
}

function samBlock(geometry: SamGeometry, prefix: string, block: number): ParameterSpec[] {
  const { hiddenSize, heads, qkvBias, windowSize, globalBlocks, relativePositions } = geometry;
  const side = globalBlocks.includes(block) ? nativeGrid(geometry) : windowSize;
  const relative = relativePositions
    ? ['relative-rows', 'relative-columns'].map((name) => ({
        name: `${prefix}${name}`,
        shape: [2 * side - 1, hiddenSize / heads],
      }))
    : [];
  return [
    ...norm(`${prefix}norm-attention`, hiddenSize),
    ...(['query', 'key', 'value'] as const).flatMap((target) =>
      blockLinear(geometry, prefix, target, qkvBias),
    ),
    ...relative,
    ...blockLinear(geometry, prefix, 'attention-output', true),
    ...norm(`${prefix}norm-mlp`, hiddenSize),
    ...blockLinear(geometry, prefix, 'mlp-up', true),
    ...blockLinear(geometry, prefix, 'mlp-down', true),
  ];
}

function perBlock(
  { layers }: BackboneGeometry,
  parametersOf: (prefix: string, block: number) => ParameterSpec[],
): ParameterSpec[] {
  return Array.from({ length: layers }, (_, block) =>
    parametersOf(blockPrefix(block), block),
  ).flat();
}

function patchParameters(geometry: BackboneGeometry, bias: boolean): ParameterSpec[] {
  const { hiddenSize, channels, patchSize } = geometry;
  return [
    { name: 'patch.weight', shape: [hiddenSize, channels, patchSize, patchSize] },
    ...(bias ? [{ name: 'patch.bias', shape: [hiddenSize] }] : []),
  ];
}

function blockLinear(
  geometry: BackboneGeometry,
  prefix: string,
  target: LinearTarget,
  bias: boolean,
): ParameterSpec[] {
  const [inputs, outputs] = layerSizes(geometry, target);
  return linear(`${prefix}${target}`, inputs, outputs, bias);
}

function linear(name: string, inputs: number, outputs: number, bias: boolean): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs] },
    ...(bias ? [{ name: `${name}.bias`, shape: [outputs] }] : []),
  ];
}

function norm(name: string, size: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [size] },
    { name: `${name}.bias`, shape: [size] },
  ];
}
