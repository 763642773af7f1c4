import { guessModel } from './guess.js';

const named = (...names: string[]) => names.map((name) => ({ name, shape: [4, 4] }));

it.each([
  [
    'layers.0.blocks.1.attn.relative_position_bias_table',
    /Swin transformer, which is not supported/,
  ],
  ['swin.encoder.layers.0.blocks.0.layernorm_before.weight', /Swin/],
  ['layer4.0.conv2.weight', /ResNet, which is not supported/],
  ['encoder.stages.0.layers.0.layer.0.convolution.weight', /ResNet/],
  ['features.denseblock1.denselayer1.conv1.weight', /DenseNet/],
  ['stages.0.blocks.0.conv_dw.weight', /ConvNeXt/],
  ['base_model.model.vit.layers.0.attention.q_proj.lora_A.weight', /adapter of PEFT/],
  ['blocks.0.mlp.fc1_g.weight', /EVA/],
  ['blocks.0.attn.q_bias', /BEiT/],
  ['image_encoder.neck.0.weight', /Segment Anything/],
  ['visual.transformer.resblocks.0.ln_1.weight', /CLIP of open_clip/],
  ['vision_model.encoder.layers.0.self_attn.q_proj.weight', /CLIP or SigLIP of transformers/],
  ['layer.0.attention.q_proj.weight', /DINOv3 of transformers/],
  ['encoder.layer.0.layer_scale1.lambda1', /DINOv2 of transformers/],
  ['vit.encoder.layer.0.attention.attention.query.weight', /ViT or ViTMAE of transformers/],
  ['decoder_embed.weight', /masked autoencoder/],
  ['teacher.backbone.blocks.0.mlp.w12.weight', /original DINOv2/],
  ['blocks.0.attn.qkv.weight', /VisionTransformer of timm/],
  ['visual.trunk.blocks.0.attn.qkv.weight', /timm trunk/],
  ['bert.embeddings.word_embeddings.weight', /language model/],
])('%s is told for what it is', (name, looksLike) => {
  expect(guessModel(named('other', name))).toMatch(looksLike);
});

it('patches of volumes are told by their five axes', () => {
  const volume = { name: 'patch_embed.proj.weight', shape: [768, 1, 16, 16, 16] };
  expect(guessModel([volume, ...named('blocks.0.attn.qkv.weight')])).toMatch(/volumes/);
});

it('nothing is guessed of names that say nothing', () => {
  expect(guessModel(named('weight', 'a.b.c'))).toBeUndefined();
});
