import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialTensors, readSafetensors, writeSafetensors } from '@consilium/shared/tensors';
import { requireSchema } from '../participation/acceptance.js';
import { testStudy } from '../participation/testing/test-study.js';
import type { AdapterToExport, ImportedAdapter } from './adapter-tools.js';
import { CommandLine, dataOf } from './testing/command-line.js';

const IMPORTED: ImportedAdapter = {
  adapter: { kind: 'lora', rank: 1, alpha: 2, targets: ['query'], blocks: [0] },
  tensors: new Map([['blocks.0.query.lora-a', { shape: [1, 2], data: Float32Array.of(1, 2) }]]),
  head: {
    weight: { shape: [2, 2], data: new Float32Array(4) },
    bias: { shape: [2], data: new Float32Array(2) },
  },
  pool: 'class',
  notes: ['A note.'],
};

describe('consilium-agent adapter', () => {
  let folder: string;
  let requests: AdapterToExport[];
  let line: CommandLine;
  let protocolFile: string;
  let adapterFile: string;
  const protocol = testStudy();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'adapter-'));
    requests = [];
    line = new CommandLine({
      exportAdapter: (request) => {
        requests.push(request);
        const files = ['README.md', 'adapter_config.json'];
        return Promise.resolve({ files, library: 'timm', className: 'x', notes: ['A note.'] });
      },
      importAdapter: () => Promise.resolve(IMPORTED),
      inspectAdapter: () =>
        Promise.resolve({
          kind: 'lora',
          modules: ['blocks.0.attn.qkv'],
          ranks: [{ rank: 4, alpha: 8, modules: 1 }],
          parameters: 12,
          saved: [{ name: 'head.weight', shape: [2, 2] }],
        }),
    });
    protocolFile = join(folder, 'protocol.json');
    adapterFile = join(folder, 'adapter.safetensors');
    await writeFile(protocolFile, JSON.stringify(protocol));
    const tensors = initialTensors(requireSchema(protocol), protocol.seed);
    await writeFile(adapterFile, writeSafetensors(tensors));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const exporting = (...more: string[]) =>
    line.run(
      ...['adapter', 'export', '--protocol', protocolFile, '--adapter', adapterFile],
      ...['--backbone', '/models/x', '--format', 'peft', '--out', join(folder, 'out'), ...more],
    );

  it('export hands protocol, tensors and folders on, and says what was written', async () => {
    expect(await exporting('--model', 'phikon')).toBe(0);
    const [request] = requests;
    expect(request).toMatchObject({
      protocol: { studyId: protocol.studyId },
      backboneFolder: '/models/x',
      format: 'peft',
      model: 'phikon',
    });
    expect([...(request?.tensors.keys() ?? [])]).toEqual(
      requireSchema(protocol).map(({ name }) => name),
    );
    expect(line.out).toContain('README.md, adapter_config.json\nopens with timm: x');
    expect(line.out).toContain('A note.');
  });

  it('export writes one JSON object, and takes figures for the card', async () => {
    const metrics = join(folder, 'metrics.json');
    await writeFile(metrics, '{"balanced accuracy": 0.9}');
    expect(await exporting('--json', '--metrics', metrics)).toBe(0);
    expect(dataOf(line.out)).toMatchObject({ study: protocol.studyId, format: 'peft' });
    expect(requests[0]?.metrics).toEqual({ 'balanced accuracy': 0.9 });
  });

  it.each<[string, string[], string]>([
    ['another format', ['--format', 'onnx'], '--format Invalid option'],
    ['a model that nobody knows', ['--model', 'x'], 'x is no model of the catalogue'],
    ['a study beside a protocol', ['--study', 'a-study'], 'name either --study or --protocol'],
    [
      'figures that are none',
      ['--metrics', 'SELF'],
      'must be one JSON object of names and numbers',
    ],
  ])('export refuses %s', async (_, words, message) => {
    const own = words.map((word) => (word === 'SELF' ? protocolFile : word));
    expect(await exporting(...own)).toBe(4);
    expect(line.err).toContain(message);
  });

  it('export refuses a checkpoint of another study, and too few names', async () => {
    await writeFile(adapterFile, writeSafetensors(IMPORTED.tensors));
    expect(await exporting()).toBe(4);
    expect(line.err).toContain('is missing');
    expect(await line.run('adapter', 'export', '--format', 'peft', '--out', folder)).toBe(4);
    expect(line.err).toContain('name a study that this site finished');
  });

  it('import writes the checkpoint and, beside it, the adapter of a study file', async () => {
    const out = join(folder, 'imported.safetensors');
    const words = ['adapter', 'import', '--peft', folder, '--backbone', folder, '--out', out];
    expect(await line.run(...words)).toBe(0);
    expect([...readSafetensors(await readFile(out)).keys()]).toEqual([
      'blocks.0.query.lora-a',
      'head.weight',
      'head.bias',
    ]);
    const settings = JSON.parse(await readFile(join(folder, 'imported.json'), 'utf8')) as unknown;
    expect(settings).toEqual({ adapter: IMPORTED.adapter, head: { classes: 2, pool: 'class' } });
    expect(line.out).toContain('lora, 1 tensors, a head for 2 classes');
  });

  it('import wants a name that says what is written', async () => {
    const words = ['adapter', 'import', '--peft', folder, '--backbone', folder, '--out', 'x.bin'];
    expect(await line.run(...words)).toBe(4);
    expect(line.err).toContain('--out must end in .safetensors');
  });

  it('inspect says method, ranks, modules and head', async () => {
    expect(await line.run('adapter', 'inspect', folder)).toBe(0);
    expect(line.out).toBe(
      'lora: 1 modules, 12 numbers\nrank 4, alpha 8: 1 modules\n  blocks.0.attn.qkv\nhead.weight [2, 2]\n',
    );
  });
});
