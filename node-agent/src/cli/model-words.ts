/** A backbone in words: what it computes, how pictures enter, what its licence says. One line a subject. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { CatalogueModel } from '@consilium/shared/catalogue';
import {
  featureSize,
  inputSize,
  type BackboneGeometry,
  type Preprocessing,
  type SamGeometry,
  type VitGeometry,
} from '@consilium/shared/protocol';

const POOLS: Readonly<Record<VitGeometry['pool'], string>> = {
  class: 'the class token',
  mean: 'the mean of the patches',
  'class-and-mean': 'the class token and the mean of the patches',
  attention: 'an attention pool over the patches',
};

export function geometryLines(geometry: BackboneGeometry): string[] {
  const { layers, hiddenSize, heads, patchSize, imageSize } = geometry;
  const name = geometry.architecture === 'vit' ? 'vision transformer' : 'Segment Anything encoder';
  const parts = geometry.architecture === 'vit' ? vitParts(geometry) : samParts(geometry);
  return [
    `${name}: ${layers} blocks of ${hiddenSize} with ${heads} heads`,
    `patches of ${patchSize}, made for pictures of ${imageSize} pixels; ${parts.join(', ')}`,
    `feature: ${featureWords(geometry)}, ${featureSize(geometry)} numbers`,
  ];
}

export function preprocessingLine(preprocessing: Preprocessing): string {
  const { resample, resizes, mean, std } = preprocessing;
  const { height, width } = inputSize(preprocessing);
  const numbers = (bits: readonly string[]) => bits.map((x) => decodeFloat(x).toPrecision(3));
  return (
    `${resizeWords(preprocessing)} (${resample}${resizes === 'numbers' ? ', after rescaling' : ''}), ` +
    `fed ${width} x ${height}; mean ${numbers(mean).join(' ')}, std ${numbers(std).join(' ')}`
  );
}

export function licenceLines({ licence, gated, source, unverified }: CatalogueModel): string[] {
  const { name, spdx, commercialUse, derivatives, clause } = licence;
  const access = gated ? 'handed out once its terms are accepted' : 'open';
  const memory =
    unverified.length === 0
      ? []
      : [`from memory, to be compared with the publisher's page: ${unverified.join(', ')}`];
  return [
    `${name}${spdx === undefined ? '' : ` (${spdx})`}, ${access}`,
    `commercial use ${permission(commercialUse)}, derived weights ${permission(derivatives)}`,
    `on derived works: ${clause}`,
    `source: ${source}`,
    ...memory,
  ];
}

function permission(value: 'allowed' | 'conditions' | 'forbidden'): string {
  return value === 'conditions' ? 'on conditions' : value;
}

function vitParts(geometry: VitGeometry): string[] {
  const { classToken, registers, positions, feedForward, mlpSize, activation } = geometry;
  const parts = [
    classToken ? 'class token' : 'no class token',
    registers > 0 ? `${registers} registers` : '',
    positions.kind === 'rotary' ? 'rotary positions' : `positions of ${positions.covers}`,
    feedForward === 'swiglu' ? `SwiGLU of ${mlpSize}` : `MLP of ${mlpSize} with ${activation}`,
    geometry.preNorm ? 'norm before the blocks' : '',
    geometry.layerScale ? 'LayerScale' : '',
    geometry.queryKeyNorm ? 'norms of queries and keys' : '',
  ];
  return parts.filter((part) => part !== '');
}

function samParts({ windowSize, globalBlocks, relativePositions, mlpSize }: SamGeometry): string[] {
  return [
    `windows of ${windowSize}`,
    `global blocks ${globalBlocks.join(' ')}`,
    relativePositions ? 'relative positions' : 'no relative positions',
    `MLP of ${mlpSize}`,
  ];
}

function featureWords(geometry: BackboneGeometry): string {
  if (geometry.architecture === 'sam') {
    return 'the mean of the neck';
  }
  const projected = geometry.projectionSize === undefined ? '' : ', projected';
  return `${POOLS[geometry.pool]}${projected}`;
}

function resizeWords({ resize, crop }: Preprocessing): string {
  const middle = crop === undefined ? '' : `, the middle ${crop.width} x ${crop.height}`;
  switch (resize.kind) {
    case 'exact':
      return `squeezed to ${resize.width} x ${resize.height}${middle}`;
    case 'shortest-edge':
      return `shorter side to ${resize.size}${middle}`;
    case 'longest-edge': {
      const border = crop?.fill === undefined ? '' : ` with colour ${crop.fill.join(', ')}`;
      return `longer side to ${resize.size}, padded to a square${border}${middle}`;
    }
  }
}
