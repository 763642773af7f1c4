import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterConfig, Pool } from '@consilium/shared/protocol';
import { readSafetensors, type TensorSet } from '@consilium/shared/tensors';
import { exportAdapter } from '../export-adapter.js';
import { importFolder } from '../import-folder.js';
import type { ImportedAdapter } from './import-adapter.js';
import { studyOn } from '../testing/studies.js';

const lowRank = { rank: 3, alpha: 6, blocks: [0, 1] };

const LORA: AdapterConfig = { kind: 'lora', ...lowRank, targets: ['query', 'value'] };
const RSLORA: AdapterConfig = {
  kind: 'rslora',
  ...lowRank,
  targets: ['query', 'key', 'value', 'mlp-down'],
};
const DORA: AdapterConfig = { kind: 'dora', ...lowRank, targets: ['key', 'mlp-up'] };
const IA3: AdapterConfig = {
  kind: 'ia3',
  targets: ['key', 'value', 'mlp-down'],
  feedForward: ['mlp-down'],
  blocks: [0, 1],
};
const PATTERN: AdapterConfig = {
  kind: 'lora',
  ...lowRank,
  targets: ['query', 'key', 'mlp-up'],
  blocks: [1],
  rankPattern: [
    { block: 1, target: 'key', rank: 2, alpha: 4 },
    { block: 1, target: 'mlp-up', rank: 5, alpha: 7 },
  ],
};
const GATED: AdapterConfig = {
  kind: 'lora',
  ...lowRank,
  targets: ['mlp-gate', 'mlp-up', 'mlp-down'],
};

interface Case {
  readonly vector: string;
  readonly adapter: AdapterConfig;
  readonly pool?: Pool;
}

const CASES: readonly Case[] = [
  ...['vit', 'dinov2', 'timm-plain'].flatMap((vector) =>
    [LORA, RSLORA, DORA, IA3, PATTERN].map((adapter) => ({ vector, adapter })),
  ),
  { vector: 'vit', adapter: LORA, pool: 'class-and-mean' },
  { vector: 'dinov2', adapter: LORA, pool: 'mean' },
  { vector: 'dinov2', adapter: LORA, pool: 'class-and-mean' },
  { vector: 'dinov2-swiglu', adapter: GATED },
  { vector: 'dinov2-registers', adapter: DORA },
  { vector: 'dinov3', adapter: LORA },
  { vector: 'dinov3-gated', adapter: GATED },
  { vector: 'clip', adapter: IA3 },
  { vector: 'clip-two-towers', adapter: LORA },
  { vector: 'siglip', adapter: DORA },
  { vector: 'sam', adapter: LORA },
  { vector: 'vit-mae', adapter: RSLORA },
  { vector: 'timm-registers-swiglu', adapter: GATED },
  { vector: 'timm-siglip', adapter: LORA },
  { vector: 'open-clip-timm-trunk', adapter: LORA },
  { vector: 'original-dinov2-registers', adapter: LORA },
  { vector: 'original-sam', adapter: DORA },
  { vector: 'retfound', adapter: LORA },
];

/** Of what is stored: magnitudes and scales are written as absolute float32 numbers, of which the change is the difference. */
const ROUNDING = { exact: 0, absolute: 2e-6 };

describe('an adapter that goes to PEFT and back', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'round-trip-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it.each(CASES)('on $vector as $adapter.kind is the same', async ({ vector, adapter, pool }) => {
    const study = await studyOn(vector, adapter, pool);
    const out = join(folder, 'adapter');
    await exportAdapter({ ...study, format: 'peft', out });
    const imported = await importFolder(out, study.backboneFolder);
    expect(imported.adapter).toEqual(adapter);
    const found = withHead(imported);
    expect([...found.keys()]).toEqual([...study.tensors.keys()]);
    const isAbsolute = (name: string) => /(magnitude|scale)-delta$/.test(name);
    for (const [name, { shape, data }] of study.tensors) {
      expect(found.get(name)?.shape).toEqual(shape);
      const values = found.get(name)?.data ?? new Float32Array(0);
      const largest = Math.max(...data.map((value, i) => Math.abs(value - (values[i] ?? 9))));
      expect(largest).toBeLessThanOrEqual(ROUNDING[isAbsolute(name) ? 'absolute' : 'exact']);
    }
  });

  it('holds the tensors of a ViT under the names of both generations, and no pattern that only one of them fits', async () => {
    const study = await studyOn('vit', PATTERN);
    const out = join(folder, 'adapter');
    await exportAdapter({ ...study, format: 'peft', out });
    const names = [
      ...readSafetensors(await readFile(join(out, 'adapter_model.safetensors'))).keys(),
    ];
    const layer = 'lora_A.weight';
    expect(names.filter((name) => name.endsWith(layer))).toEqual([
      `base_model.model.vit.encoder.layer.1.attention.attention.key.${layer}`,
      `base_model.model.vit.encoder.layer.1.attention.attention.query.${layer}`,
      `base_model.model.vit.encoder.layer.1.intermediate.dense.${layer}`,
      `base_model.model.vit.layers.1.attention.k_proj.${layer}`,
      `base_model.model.vit.layers.1.attention.q_proj.${layer}`,
      `base_model.model.vit.layers.1.mlp.fc1.${layer}`,
    ]);
    const config = JSON.parse(await readFile(join(out, 'adapter_config.json'), 'utf8')) as unknown;
    expect(config).toMatchObject({
      peft_type: 'LORA',
      r: 3,
      lora_alpha: 6,
      modules_to_save: ['classifier'],
      rank_pattern: {
        'vit\\.layers\\.1\\.attention\\.k_proj|vit\\.encoder\\.layer\\.1\\.attention\\.attention\\.key': 2,
        'vit\\.layers\\.1\\.mlp\\.fc1|vit\\.encoder\\.layer\\.1\\.intermediate\\.dense': 5,
      },
    });
  });

  it('leaves older names out, and says so, where they would need another rank', async () => {
    const study = await studyOn('dinov2-swiglu', GATED);
    const exported = await exportAdapter({
      ...study,
      format: 'peft',
      out: join(folder, 'adapter'),
    });
    expect(exported.notes).toEqual([
      'For transformers 5, not for transformers 4: transformers 4 holds adapted layers together in one module.',
    ]);
  });

  it.each<[string, AdapterConfig, string]>([
    ['open-clip', LORA, 'blocks.0.query cannot be exported for PEFT: open_clip keeps query inside'],
    [
      'vit',
      { kind: 'full' },
      'PEFT has no method full for vision transformers, so export the merged',
    ],
    [
      'vit',
      { kind: 'visual-prompts', depth: 'deep', tokens: 2 },
      'PEFT has no method visual-prompts for vision transformers, and it cannot be merged',
    ],
    [
      'timm-plain',
      { kind: 'ia3', targets: ['query', 'key'], feedForward: ['query'], blocks: [0] },
      'blocks.0.query cannot be exported for PEFT: blocks.0.attn.qkv holds 3 layers with one input',
    ],
  ])('is refused on %s as %j', async (vector, adapter, message) => {
    const study = await studyOn(vector, adapter);
    const out = join(folder, 'adapter');
    await expect(exportAdapter({ ...study, format: 'peft', out })).rejects.toThrow(message);
  });
});

/** Method and head, as a checkpoint has them. */
function withHead({ tensors, head }: ImportedAdapter): TensorSet {
  return new Map([
    ...tensors,
    ...(head === undefined
      ? []
      : ([
          ['head.weight', head.weight],
          ['head.bias', head.bias],
        ] as const)),
  ]);
}
