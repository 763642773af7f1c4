import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHashOf } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { AdapterConfig, Pool } from '@consilium/shared/protocol';
import { readSafetensors, readSafetensorsHeader, type TensorSet } from '@consilium/shared/tensors';
import { startBackend } from '../../engine/testing/backends.js';
import { exportAdapter } from '../export-adapter.js';
import { runModel, studyOn, VECTORS, type StudyOnVector } from '../testing/studies.js';

const LORA: AdapterConfig = {
  kind: 'lora',
  rank: 3,
  alpha: 6,
  targets: ['query', 'value', 'mlp-up'],
  blocks: [0, 1],
};
const DORA: AdapterConfig = { ...LORA, kind: 'dora' };
const IA3: AdapterConfig = {
  kind: 'ia3',
  targets: ['key', 'value', 'mlp-down'],
  feedForward: ['mlp-down'],
  blocks: [0, 1],
};
const FULL: AdapterConfig = { kind: 'full' };

interface Case {
  readonly vector: string;
  readonly adapter: AdapterConfig;
  readonly pool?: Pool;
}

const CASES: readonly Case[] = [
  { vector: 'vit', adapter: LORA },
  { vector: 'vit', adapter: DORA },
  { vector: 'vit', adapter: IA3 },
  { vector: 'vit', adapter: FULL },
  { vector: 'vit', adapter: { kind: 'bitfit', blocks: [1] } },
  { vector: 'vit', adapter: { kind: 'linear-head' } },
  { vector: 'vit', adapter: LORA, pool: 'class-and-mean' },
  { vector: 'vit-classifier', adapter: LORA },
  { vector: 'dinov2', adapter: DORA },
  { vector: 'dinov2', adapter: LORA, pool: 'mean' },
  { vector: 'dinov2-swiglu', adapter: LORA },
  { vector: 'dinov2-registers', adapter: FULL },
  { vector: 'dinov3', adapter: LORA },
  { vector: 'clip', adapter: FULL },
  { vector: 'clip-two-towers', adapter: LORA },
  { vector: 'siglip', adapter: FULL },
  { vector: 'sam', adapter: FULL },
  { vector: 'sam-with-decoder', adapter: LORA },
  { vector: 'timm-plain', adapter: DORA },
  { vector: 'timm-plain', adapter: LORA, pool: 'mean' },
  { vector: 'timm-registers-swiglu', adapter: FULL },
  { vector: 'timm-siglip', adapter: FULL },
  { vector: 'open-clip', adapter: FULL },
  { vector: 'open-clip-timm-trunk', adapter: FULL },
  { vector: 'original-dinov2', adapter: FULL },
  { vector: 'original-dinov2-teacher', adapter: LORA },
  { vector: 'original-sam', adapter: LORA },
  { vector: 'retfound', adapter: FULL },
];

describe('a merged model', () => {
  let folder: string;
  let out: string;

  beforeAll(async () => {
    await startBackend('wasm');
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'merged-'));
    out = join(folder, 'model');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it.each(CASES)('of $vector and $adapter.kind computes the same alone', async (given) => {
    const study = await studyOn(given.vector, given.adapter, given.pool);
    await exportAdapter({ ...study, format: 'merged', out });
    const { backbone, adapter } = study.protocol;
    const together = await runModel({ ...study, backbone, adapter });
    const alone = await runModel({
      backboneFolder: out,
      backbone: { ...backbone, hash: undefined },
      adapter: { kind: 'linear-head' },
      tensors: onlyHead(study),
    });
    const largest = Math.max(...together.map((value, i) => Math.abs(value - (alone[i] ?? 9))));
    expect(largest).toBeLessThan(2e-4 * Math.max(1, ...together.map(Math.abs)));
  });

  it('of a ViT has the classes in its configuration, its numbers as they were written, and no pooler', async () => {
    const study = await studyOn('vit', LORA);
    const { notes } = await exportAdapter({ ...study, format: 'merged', out });
    const config = await readFile(join(out, 'config.json'), 'utf8');
    expect(JSON.parse(config)).toMatchObject({
      architectures: ['ViTForImageClassification'],
      id2label: { 0: 'benign', 1: 'malignant', 2: 'normal' },
      label2id: { benign: 0, malignant: 1, normal: 2 },
      dtype: 'float32',
    });
    const own = await readFile(join(VECTORS, 'vit', 'config.json'), 'utf8');
    const decimals = own.match(/"[a-z_]+": \d+(\.\d+)?(e-?\d+)?(?=,)/g) ?? [];
    expect(decimals.length).toBeGreaterThan(3);
    expect(decimals.filter((field) => !config.includes(field))).toEqual([]);
    const names = await namesIn(join(out, 'model.safetensors'));
    expect(names.filter((name) => !name.startsWith('vit.'))).toEqual([
      'classifier.bias',
      'classifier.weight',
    ]);
    expect(notes).toEqual([expect.stringContaining('has no place for it: pooler.dense.bias')]);
  });

  it('of DINOv2 reads the class token alone where the study does: zeros stand for the mean', async () => {
    const study = await studyOn('dinov2', LORA);
    await exportAdapter({ ...study, format: 'merged', out });
    const weight = readSafetensors(await readFile(join(out, 'model.safetensors'))).get(
      'classifier.weight',
    );
    const own = study.tensors.get('head.weight');
    expect(weight?.shape).toEqual([3, 32]);
    expect([...(weight?.data.subarray(32, 48) ?? [])]).toEqual([
      ...(own?.data.subarray(16, 32) ?? []),
    ]);
    expect(weight?.data.subarray(48, 64)).toEqual(new Float32Array(16));
  });

  it('keeps every byte of what is no part of the backbone, where the head lies apart', async () => {
    const study = await studyOn('clip-two-towers', LORA);
    const { files, notes } = await exportAdapter({ ...study, format: 'merged', out });
    expect(files).toContain('head.safetensors');
    expect(notes).toEqual([expect.stringContaining('The head lies in head.safetensors')]);
    const before = await readFile(join(study.backboneFolder, 'model.safetensors'));
    const after = await readFile(join(out, 'model.safetensors'));
    const text = (name: string) => /^(text_model|text_projection|logit_scale)/.test(name);
    expect(rawTensors(after, text)).toEqual(rawTensors(before, text));
    expect(rawTensors(after, text).size).toBeGreaterThan(3);
  });

  it('of timm states the number of classes wherever timm reads it', async () => {
    const study = await studyOn('timm-plain', LORA, 'mean');
    await exportAdapter({ ...study, format: 'merged', out });
    expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({
      num_classes: 3,
      label_names: ['benign', 'malignant', 'normal'],
      global_pool: 'avg',
      model_args: { num_classes: 3, global_pool: 'avg', fc_norm: false },
      pretrained_cfg: { num_classes: 3 },
    });
  });

  it.each<AdapterConfig>([
    {
      kind: 'bottleneck',
      placement: 'pfeiffer',
      size: 4,
      activation: 'relu',
      scale: encodeFloat(1),
      blocks: [0],
    },
    { kind: 'visual-prompts', depth: 'shallow', tokens: 2 },
  ])('cannot be made of $kind', async (adapter) => {
    const study = await studyOn('vit', adapter);
    await expect(exportAdapter({ ...study, format: 'merged', out })).rejects.toThrow(
      `an adapter of the kind ${adapter.kind} cannot be merged`,
    );
  });

  it('is not made from another backbone, nor over what is there', async () => {
    const study = await studyOn('vit', LORA);
    const { backbone } = study.protocol;
    const hash = contentHashOf('another backbone');
    const other = { ...study.protocol, backbone: { ...backbone, hash } };
    await expect(
      exportAdapter({ ...study, protocol: other, format: 'merged', out }),
    ).rejects.toThrow(`the study names ${hash}`);
    await exportAdapter({ ...study, format: 'merged', out });
    await expect(exportAdapter({ ...study, format: 'merged', out })).rejects.toThrow(
      'is not empty: name a new folder',
    );
  });
});

function onlyHead({ tensors }: StudyOnVector): TensorSet {
  return new Map([...tensors].filter(([name]) => name.startsWith('head.')));
}

async function namesIn(file: string): Promise<string[]> {
  return readSafetensorsHeader(await readFile(file))
    .tensors.map(({ name }) => name)
    .sort();
}

function rawTensors(bytes: Uint8Array, isWanted: (name: string) => boolean): Map<string, string> {
  const { tensors, dataOffset } = readSafetensorsHeader(bytes);
  return new Map(
    tensors
      .filter(({ name }) => isWanted(name))
      .map(({ name, dtype, shape, begin, end }): [string, string] => [
        name,
        `${dtype} ${shape.join()} ${Buffer.from(bytes.subarray(dataOffset + begin, dataOffset + end)).toString('base64')}`,
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
