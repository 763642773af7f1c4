/**
 * What a model looks like by the names of its tensors: for messages about files that no layout takes, so that whoever brings a
 * ResNet reads that it is one.
 */
import type { TensorHeading } from './layout.js';

interface Clue {
  /** A name that only such models have, wherever it begins. */
  readonly name: RegExp;
  readonly looksLike: string;
}

/** The first that fits is said: kinds with a name of their own before the plain ones that they resemble. */
const CLUES: readonly Clue[] = [
  { name: /\.lora_[AB]\.|\blora_[AB]\b/, looksLike: 'an adapter of PEFT, not a backbone' },
  { name: /\.(qweight|qzeros|SCB)$/, looksLike: 'a quantised model, which is not supported' },
  {
    name: /relative_position_bias_table$|\.downsample\.reduction\.|swin\./,
    looksLike: 'a Swin transformer, which is not supported',
  },
  {
    name: /(^|\.)layer4\.\d+\.conv\d\.|encoder\.stages\.\d+\.layers\.\d+\.layer\.\d+\.convolution/,
    looksLike: 'a ResNet, which is not supported',
  },
  { name: /denseblock\d/, looksLike: 'a DenseNet, which is not supported' },
  {
    name: /conv_dw\.|depthwise_conv|dwconv\.|downsample_layers\./,
    looksLike: 'a convolutional network (ConvNeXt or EfficientNet), which is not supported',
  },
  {
    name: /(^|\.)trunk\.blocks\.\d+\.attn\.qkv\..*|hiera/,
    looksLike: 'open_clip with a timm trunk, or Hiera (SAM 2)',
  },
  {
    name: /\.mlp\.fc1_[gx]\.|\.attn\.inner_attn_ln\.|\.attn\.q_bias$|\.rope\./,
    looksLike:
      'EVA, EVA-02 or BEiT, or a DINOv3 of timm; of DINOv3 the files of transformers are supported',
  },
  {
    name: /patch_embed\.proj1|\.sr\.weight$|\.convs?\.\d+\.bn\./,
    looksLike: 'a hybrid of convolutions and attention, which is not supported',
  },
  { name: /image_encoder\.neck\.|vision_encoder\.neck\./, looksLike: 'Segment Anything (SAM)' },
  { name: /visual\.transformer\.resblocks\./, looksLike: 'CLIP of open_clip or OpenAI' },
  { name: /self_attn\.q_proj\.(weight|bias)$/, looksLike: 'CLIP or SigLIP of transformers' },
  { name: /(^|\.)layer\.\d+\.attention\.q_proj\./, looksLike: 'DINOv3 of transformers' },
  { name: /\.layer_scale1\.lambda1$/, looksLike: 'DINOv2 of transformers' },
  {
    name: /encoder\.layer\.\d+\.attention\.attention\.query\./,
    looksLike: 'a ViT or ViTMAE of transformers',
  },
  { name: /(^|\.)decoder_(embed|blocks)/, looksLike: 'a masked autoencoder (MAE, RETFound)' },
  {
    name: /\.mlp\.w12\.|register_tokens$|^blocks\.\d+\.\d+\./,
    looksLike: 'the original DINOv2',
  },
  { name: /(^|\.)blocks\.\d+\.attn\.qkv\./, looksLike: 'a VisionTransformer of timm' },
  {
    name: /(^|\.)(embeddings\.word_embeddings|embed_tokens|wte)\./,
    looksLike: 'a language model, not an image encoder',
  },
];

const PATCH_WEIGHT = /patch_embed(dings?)?\.|conv1\.weight$|(^|\.)patch/;
/** [out, in, depth, rows, columns] */
const VOLUME_AXES = 5;

/** @returns undefined where nothing is recognised */
export function guessModel(tensors: readonly TensorHeading[]): string | undefined {
  if (tensors.some(({ name, shape }) => shape.length === VOLUME_AXES && PATCH_WEIGHT.test(name))) {
    return 'a transformer for volumes (3D patches), which is not supported';
  }
  return CLUES.find((clue) => tensors.some(({ name }) => clue.name.test(name)))?.looksLike;
}
