import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterConfig } from '@consilium/shared/protocol';
import { readSafetensors, writeSafetensors, type Tensor } from '@consilium/shared/tensors';
import { exportAdapter } from '../export-adapter.js';
import { importFolder } from '../import-folder.js';
import { studyOn, VECTORS } from '../testing/studies.js';

const LORA: AdapterConfig = {
  kind: 'lora',
  rank: 3,
  alpha: 6,
  targets: ['query', 'value'],
  blocks: [0, 1],
};
const PREFIX = 'base_model.model.vit.layers.0.attention';

type Fields = Record<string, unknown>;

/** An adapter under the names of transformers 5 alone, of which a case spoils one thing. */
describe('an adapter of PEFT is refused', () => {
  let folder: string;
  let adapter: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'refused-'));
    adapter = join(folder, 'adapter');
    await exportAdapter({ ...(await studyOn('vit', LORA)), format: 'peft', out: adapter });
    await editTensors((tensors) => {
      [...tensors.keys()]
        .filter((name) => name.includes('.encoder.'))
        .forEach((name) => tensors.delete(name));
    });
    await editConfig({ target_modules: ['q_proj', 'v_proj'] });
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function editTensors(edit: (tensors: Map<string, Tensor>) => void): Promise<void> {
    const path = join(adapter, 'adapter_model.safetensors');
    const tensors = new Map(readSafetensors(await readFile(path)));
    edit(tensors);
    await writeFile(path, writeSafetensors(tensors));
  }

  async function editConfig(fields: Fields): Promise<void> {
    const path = join(adapter, 'adapter_config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as Fields;
    await writeFile(path, JSON.stringify({ ...config, ...fields }));
  }

  const imported = (vector = 'vit') => importFolder(adapter, join(VECTORS, vector));

  it('not when nothing is wrong with it', async () => {
    expect((await imported()).adapter).toEqual(LORA);
  });

  it('not for fields that change no number, or are not set', async () => {
    await editConfig({
      peft_version: '0.21.0',
      task_type: 'FEATURE_EXTRACTION',
      lora_dropout: 0.1,
      megatron_core: 'megatron.core',
      qalora_group_size: 16,
      eva_config: { rho: 2 },
      layers_to_transform: [],
      use_novel_lora: false,
      novel_config: {},
      novel_modules: [],
      novel_name: '',
      novel_size: 0,
    });
    expect((await imported()).adapter).toEqual(LORA);
  });

  it.each<[string, Fields, string]>([
    [
      'of another method',
      { peft_type: 'VERA' },
      'peft_type VERA is not supported; LORA and IA3 are',
    ],
    ['with biases', { bias: 'all' }, 'bias all is not supported'],
    ['with biases of its own', { lora_bias: true }, 'lora_bias is not supported'],
    ['for transposed weights', { fan_in_fan_out: true }, 'fan_in_fan_out is true'],
    [
      'as rsLoRA and DoRA at once',
      { use_rslora: true, use_dora: true },
      'use_dora and use_rslora together',
    ],
    [
      'that changed its base',
      { init_lora_weights: 'pissa_niter_16' },
      'pissa_niter_16 changes the base',
    ],
    [
      'with replicated layers',
      { layer_replication: [[0, 2]] },
      'layer_replication is set: replicated layers',
    ],
    [
      'on the parallel layers of Megatron',
      { megatron_config: { tensor_model_parallel_size: 2 } },
      'megatron_config is set: the parallel layers of Megatron are not supported',
    ],
    [
      'with a field of a method to come',
      { use_novel_lora: true },
      'use_novel_lora is set, a field that is not known here',
    ],
    [
      'with an unknown field whose name is not shown as it is',
      { '\u001b[2J': [1] },
      'adapter_config.json: ??2J is set, a field that is not known here',
    ],
    [
      'drawn from gradients, which changed its base',
      { init_lora_weights: 'lora_ga' },
      'lora_ga changes the base',
    ],
    [
      'whose target_modules matches nothing',
      { target_modules: ['c_attn'] },
      'adapter_config.json: target_modules matches none of the modules in adapter_model.safetensors, such as vit.layers.0.attention.q_proj',
    ],
    [
      'whose target_modules leaves out some of it',
      { target_modules: ['q_proj'] },
      'adapts vit.layers.0.attention.v_proj, vit.layers.1.attention.v_proj, which target_modules does not match',
    ],
    [
      'of which only one block is to be transformed',
      { layers_to_transform: [1] },
      'adapts vit.layers.0.attention.q_proj, vit.layers.0.attention.v_proj, which target_modules does not match',
    ],
    ['with a rank that is no number', { r: '3' }, 'r: Invalid input'],
    [
      'with a broken expression',
      { target_modules: '(' },
      'is no regular expression that can be read',
    ],
    [
      'with an expression that would be tried without end',
      { target_modules: '(.*.*.*)*!' },
      'repeats too much to be tried',
    ],
    [
      'with a pattern of so many repetitions',
      { rank_pattern: { '.*.*.*.*.*.*.*.*!': 4 } },
      'repeats too much to be tried',
    ],
    [
      'without magnitudes',
      { use_dora: true },
      'must hold lora_A, lora_B and lora_magnitude_vector',
    ],
    [
      'of another rank than its configuration says',
      { r: 4 },
      'lora_A is [3, 16], this backbone and adapter_config.json need [4, 16]',
    ],
    [
      'that lacks a module which is targeted',
      { target_modules: ['q_proj', 'v_proj', 'k_proj'] },
      'lacks vit.layers.0.attention.k_proj, vit.layers.1.attention.k_proj, which target_modules names',
    ],
    [
      'whose classifier is no module to save',
      { modules_to_save: null },
      'holds base_model.model.classifier.bias, which belongs to no adapter',
    ],
  ])('%s', async (_, fields, message) => {
    await editConfig(fields);
    await expect(imported()).rejects.toThrow(message);
  });

  it.each<[string, (tensors: Map<string, Tensor>) => void, string]>([
    [
      'for modules that the base has not',
      (tensors) => rename(tensors, `${PREFIX}.q_proj`, 'base_model.model.blocks.0.attn.qkv'),
      'adapts blocks.0.attn.qkv, which this backbone has not',
    ],
    [
      'for layers outside of the blocks',
      (tensors) => rename(tensors, `${PREFIX}.q_proj`, 'base_model.model.vit.pooler.dense'),
      'adapts vit.pooler.dense, which this backbone has not or which is no linear layer of a block',
    ],
    [
      'with half a pair of factors',
      (tensors) => tensors.delete(`${PREFIX}.q_proj.lora_B.weight`),
      'of vit.layers.0.attention.q_proj must hold lora_A and lora_B',
    ],
    [
      'with a tensor of another method',
      (tensors) => tensors.set(`${PREFIX}.q_proj.ia3_l`, zeros([16, 1])),
      'holds ia3_l of vit.layers.0.attention.q_proj, though adapter_config.json says lora',
    ],
    [
      'with a key that means nothing',
      (tensors) => tensors.set('base_model.model.vit.layers.0.extra', zeros([1])),
      'holds base_model.model.vit.layers.0.extra, which belongs to no adapter',
    ],
    [
      'without the names of PEFT',
      (tensors) => rename(tensors, `${PREFIX}.q_proj`, 'vit.layers.0.attention.q_proj'),
      'which does not begin with base_model.model.',
    ],
    [
      'with a value that is no number',
      (tensors) => tensors.get(`${PREFIX}.q_proj.lora_A.weight`)?.data.fill(Number.NaN, 5, 6),
      `tensor ${PREFIX}.q_proj.lora_A.weight is not finite at 5`,
    ],
    [
      'with a head of another width',
      (tensors) => tensors.set('base_model.model.classifier.weight', zeros([3, 12])),
      'classifier is for another base: weight [3, 12] and bias [3], this backbone needs [classes, 16]',
    ],
  ])('%s (tensors)', async (_, edit, message) => {
    await editTensors(edit);
    await expect(imported()).rejects.toThrow(message);
  });

  it('without waiting where a pipe, a socket or a folder stands in the place of its tensors', async () => {
    const path = join(adapter, 'adapter_model.safetensors');
    await rm(path);
    execFileSync('mkfifo', [path]);
    await expect(imported()).rejects.toThrow('adapter_model.safetensors is not a file');
    await rm(path);
    const server = createServer().listen(path);
    await once(server, 'listening');
    await expect(imported()).rejects.toThrow('adapter_model.safetensors cannot be read');
    server.close();
    await once(server, 'close');
    await mkdir(path);
    await expect(imported()).rejects.toThrow('adapter_model.safetensors is not a file');
  });

  it('with a rank above the dimension', async () => {
    await editConfig({ r: 17 });
    await editTensors((tensors) => {
      for (const name of tensors.keys()) {
        if (name.endsWith('lora_A.weight')) {
          tensors.set(name, zeros([17, 16]));
        }
        if (name.endsWith('lora_B.weight')) {
          tensors.set(name, zeros([16, 17]));
        }
      }
    });
    await expect(imported()).rejects.toThrow('with rank 17; at most 16 is possible here');
  });

  it('that reaches a layer in some blocks only', async () => {
    await editTensors((tensors) => rename(tensors, `${PREFIX}.q_proj`, `${PREFIX}.k_proj`));
    await editConfig({
      target_modules: String.raw`.*\.(v_proj|0\.attention\.k_proj|1\.attention\.q_proj)`,
    });
    await expect(imported()).rejects.toThrow('adapts query of other blocks and not of block 0');
  });

  it('when the names of two generations contradict each other', async () => {
    const old = 'base_model.model.vit.encoder.layer.0.attention.attention.query';
    await editConfig({
      target_modules: String.raw`.*\.([qv]_proj|0\.attention\.attention\.query)`,
    });
    await editTensors((tensors) => {
      tensors.set(`${old}.lora_A.weight`, zeros([3, 16]));
      tensors.set(`${old}.lora_B.weight`, zeros([16, 3]));
    });
    await expect(imported()).rejects.toThrow('holds two different adapters of blocks.0.query');
  });

  it('for another base, with both shapes', async () => {
    await expect(imported('dinov2')).rejects.toThrow(
      'adapts vit.layers.0.attention.q_proj, vit.layers.0.attention.v_proj, vit.layers.1.attention.q_proj, vit.layers.1.attention.v_proj, which this backbone has not',
    );
  });

  it('as a pickle, and without a configuration', async () => {
    await rm(join(adapter, 'adapter_model.safetensors'));
    await expect(imported()).rejects.toThrow('has no adapter_model.safetensors');
    await writeFile(join(adapter, 'adapter_model.bin'), 'x');
    await expect(imported()).rejects.toThrow('a pickle, which can run code and is not read');
    await rm(join(adapter, 'adapter_config.json'));
    await expect(imported()).rejects.toThrow('has no adapter_config.json: not a folder of PEFT');
  });
});

function rename(tensors: Map<string, Tensor>, from: string, to: string): void {
  for (const [name, tensor] of [...tensors]) {
    if (name.startsWith(from)) {
      tensors.delete(name);
      tensors.set(to + name.slice(from.length), tensor);
    }
  }
}

function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}
