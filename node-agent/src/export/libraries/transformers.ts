/** The classes of transformers, and which of them reads the feature that our head reads. */
import type { BackboneGeometry, Pool, VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import {
  clipTowerGenerations,
  clipVisionGenerations,
  dinov2Generations,
  dinov3Generations,
  samGenerations,
  vitGenerations,
} from './generations.js';
import type { LibraryModel, NameGeneration } from './library-model.js';

/** ViT and the encoder of ViT-MAE: ViTForImageClassification reads the class token after the last norm. */
export function transformersVit(geometry: BackboneGeometry): LibraryModel {
  const { pool } = requireVit(geometry);
  if (pool === 'class') {
    return classifying('ViTForImageClassification', 'vit.', 'feature', vitGenerations('vit.'));
  }
  return headless({
    className: 'ViTModel',
    options: 'add_pooling_layer=False',
    keeps: /^(?!(vit\.)?(pooler|classifier|decoder)\.)/,
    prefix: '',
    generations: vitGenerations(''),
    reason: `ViTForImageClassification reads the class token, the study's head the pool ${pool}`,
    feature: tokensToFeature(requireVit(geometry)),
  });
}

/** DINOv2 with and without registers: the classifier reads class token and mean of the patches. */
export function transformersDinov2(geometry: BackboneGeometry): LibraryModel {
  const { feedForward, registers } = requireVit(geometry);
  const prefix = registers > 0 ? 'dinov2_with_registers.' : 'dinov2.';
  const className =
    registers > 0 ? 'Dinov2WithRegistersForImageClassification' : 'Dinov2ForImageClassification';
  const generations = dinov2Generations(prefix, feedForward === 'swiglu');
  return {
    ...classifying(className, prefix, 'class-and-mean', generations),
    keeps: /(^|\.)embeddings\.mask_token$/,
  };
}

export function transformersDinov3(geometry: BackboneGeometry): LibraryModel {
  return headless({
    className: 'DINOv3ViTModel',
    prefix: '',
    generations: dinov3Generations(),
    reason: 'transformers has no class of DINOv3 with a classifier',
    feature: tokensToFeature(requireVit(geometry)),
  });
}

export function transformersClip(geometry: BackboneGeometry): LibraryModel {
  const { pool, projectionSize } = requireVit(geometry);
  const isProjected = projectionSize !== undefined;
  const reason =
    'CLIPForImageClassification reads the mean of the patches before the last norm, the head of a study the normalised feature';
  return headless({
    className: isProjected ? 'CLIPVisionModelWithProjection' : 'CLIPVisionModel',
    // A file of both towers states the width outside of the vision tower's part.
    ...(isProjected ? { options: `projection_dim=${projectionSize}` } : {}),
    prefix: isProjected ? 'vision_model.' : '',
    generations: isProjected ? clipTowerGenerations() : clipVisionGenerations(),
    reason,
    feature: clipFeature(pool, isProjected),
  });
}

export function transformersSiglip(geometry: BackboneGeometry): LibraryModel {
  const { pool } = requireVit(geometry);
  return headless({
    className: 'SiglipVisionModel',
    prefix: '',
    generations: clipVisionGenerations(),
    reason:
      'SiglipForImageClassification reads the mean of the patches and is made from a configuration with a text tower',
    feature:
      pool === 'attention'
        ? ['feature = model(pixel_values=pixels).pooler_output']
        : tokensToFeature(requireVit(geometry)),
  });
}

export function transformersSam(): LibraryModel {
  return headless({
    className: 'SamVisionModel',
    prefix: 'vision_encoder.',
    generations: samGenerations('transformers', 'vision_encoder.layers.'),
    reason: 'transformers has no class of SAM with a classifier',
    feature: ['feature = model(pixel_values=pixels).last_hidden_state.mean((2, 3))'],
  });
}

function classifying(
  className: string,
  prefix: string,
  input: 'feature' | 'class-and-mean',
  generations: readonly NameGeneration[],
): LibraryModel {
  return {
    library: 'transformers',
    className,
    prefix,
    keeps: /^(?!)/,
    generations,
    head: { kind: 'classifier', module: 'classifier', input },
    python: {
      imports: [`from transformers import ${className}`],
      model: (folder, classes) => [
        `model = ${className}.from_pretrained(${folder}, num_labels=${classes})`,
      ],
    },
  };
}

interface Headless {
  readonly className: string;
  /** Tensors beside the backbone's that go into a merged model: all, if not given. */
  readonly keeps?: RegExp;
  /** Further arguments of from_pretrained. */
  readonly options?: string;
  readonly prefix: string;
  readonly generations: readonly NameGeneration[];
  readonly reason: string;
  readonly feature: readonly string[];
}

function headless(given: Headless): LibraryModel {
  const { className, options, keeps = /^/, prefix, generations, reason, feature } = given;
  const more = options === undefined ? '' : `, ${options}`;
  return {
    library: 'transformers',
    className,
    prefix,
    keeps,
    generations,
    head: { kind: 'apart', reason },
    python: {
      imports: ['import torch', `from transformers import ${className}`],
      model: (folder) => [`model = ${className}.from_pretrained(${folder}${more})`],
      feature,
    },
  };
}

/** For classes whose last hidden state is normalised already. */
function tokensToFeature({ pool, classToken, registers }: VitGeometry): string[] {
  const prefix = (classToken ? 1 : 0) + registers;
  return [
    'tokens = model(pixel_values=pixels).last_hidden_state',
    `feature = ${pooled(pool, prefix)}`,
  ];
}

function clipFeature(pool: Pool, isProjected: boolean): string[] {
  if (pool === 'class') {
    const output = isProjected ? 'image_embeds' : 'pooler_output';
    return [`feature = model(pixel_values=pixels).${output}`];
  }
  const norm = isProjected ? 'model.vision_model.post_layernorm' : 'model.post_layernorm';
  return [
    'tokens = model(pixel_values=pixels).last_hidden_state',
    `feature = ${norm}(${pooled(pool, 1)})`,
    ...(isProjected ? ['feature = model.visual_projection(feature)'] : []),
  ];
}

/** The Python expression of a pool. @param prefix tokens before the first patch */
export function pooled(pool: Pool, prefix: number): string {
  const mean = prefix === 0 ? 'tokens.mean(1)' : `tokens[:, ${prefix}:].mean(1)`;
  switch (pool) {
    case 'class':
      return 'tokens[:, 0]';
    case 'mean':
      return mean;
    case 'class-and-mean':
      return `torch.cat((tokens[:, 0], ${mean}), 1)`;
    case 'attention':
      throw new ConsiliumError(
        'bad-request',
        'the library hands out the tokens of this model, not the feature of its attention pool',
      );
  }
}

export function requireVit(geometry: BackboneGeometry): VitGeometry {
  if (geometry.architecture !== 'vit') {
    throw new ConsiliumError(
      'internal',
      `${geometry.architecture} is no geometry of this library's class`,
    );
  }
  return geometry;
}
