import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import type { StoredTensor } from './safetensors-file.js';
import {
  floats,
  headed,
  modelFolder,
  removeModelFolders,
  weightFile,
  writeJson,
  writeWeights,
  type FileTensor,
} from './testing/model-folder.js';
import { readHeadings, readWeights } from './weight-files.js';

afterAll(removeModelFolders);

async function everything(folder: string): Promise<[string, number[]][]> {
  const read: [string, number[]][] = [];
  await readWeights(folder, await readHeadings(folder), ({ name }, { data }) => {
    read.push([name, [...data]]);
  });
  return read;
}

async function refusalOf(folder: string): Promise<string> {
  const error: unknown = await everything(folder).then(
    () => 'read',
    (reason: unknown) => reason,
  );
  return isConsiliumError(error, 'bad-backbone') ? error.message : `not refused: ${String(error)}`;
}

const folderWith = (files: Readonly<Record<string, readonly FileTensor[]>>): string => {
  const folder = modelFolder();
  Object.entries(files).forEach(([file, tensors]) => writeWeights(folder, file, tensors));
  return folder;
};

describe('the weights of a folder', () => {
  it.each([
    ['model.safetensors', ['backbone_compatible.safetensors', 'open_clip_model.safetensors']],
    ['open_clip_model.safetensors', ['other.safetensors']],
    ['open_clip_pytorch_model.safetensors', ['other.safetensors']],
    ['checkpoint.safetensors', []],
  ])('are those of %s beside %j', async (file, others) => {
    const tensors = Object.fromEntries(others.map((other) => [other, [floats('b', 2)]]));
    expect(await everything(folderWith({ [file]: [floats('a', 1)], ...tensors }))).toEqual([
      ['a', [1]],
    ]);
  });

  it('are read in the order of their bytes, and only those that are wanted', async () => {
    const folder = folderWith({ 'model.safetensors': [floats('c', 3), floats('a', 1, 2)] });
    const headings = await readHeadings(folder);
    const names: string[] = [];
    const visit = ({ name }: StoredTensor) => names.push(name);
    await readWeights(folder, [...headings].reverse(), visit);
    await readWeights(folder, headings.slice(1), visit);
    expect(names).toEqual(['c', 'a', 'a']);
  });

  it('are widened to float32 from each of the three float formats', async () => {
    const half = (name: string, dtype: string, ...bytes: number[]) => ({
      ...{ name, dtype, shape: [2], bytes: Uint8Array.from(bytes) },
    });
    const folder = folderWith({
      'model.safetensors': [
        half('f16', 'F16', 0x00, 0x3e, 0x00, 0xc0),
        half('bf16', 'BF16', 0xc0, 0x3f, 0x00, 0xc0),
        floats('f32', 1.5, -2),
      ],
    });
    expect(await everything(folder)).toEqual([
      ['f16', [1.5, -2]],
      ['bf16', [1.5, -2]],
      ['f32', [1.5, -2]],
    ]);
  });

  it('may be longer than one piece that is read', async () => {
    const values = Float32Array.from({ length: 2_500_000 }, (_, i) => i);
    const bytes = new Uint8Array(values.buffer);
    const folder = folderWith({
      'model.safetensors': [floats('a', 7), { name: 'b', dtype: 'F32', shape: [2_500_000], bytes }],
    });
    const [, long] = await readHeadings(folder);
    const read: Buffer[] = [];
    await readWeights(folder, long === undefined ? [] : [long], (_, { data }) => {
      read.push(Buffer.from(data.buffer));
    });
    expect(read.map((buffer) => buffer.equals(bytes))).toEqual([true]);
  });

  it('are refused for a dtype that holds no floats, by the tensor', async () => {
    const ids = { name: 'ids', dtype: 'I64', shape: [1], bytes: new Uint8Array(8) };
    expect(await refusalOf(folderWith({ 'model.safetensors': [ids] }))).toBe(
      'backbone: model.safetensors: tensor ids is I64, not F32, F16 or BF16',
    );
  });

  it('are refused in several files without an index, or in none', async () => {
    const shards = { 'model-1-of-2.safetensors': [], 'model-2-of-2.safetensors': [] };
    expect(await refusalOf(folderWith(shards))).toMatch(
      /holds 2 weight files \(model-1-of-2.safetensors, model-2-of-2.safetensors\) and neither/,
    );
    expect(await refusalOf(modelFolder())).toMatch(/the folder has no weights/);
    expect(await refusalOf(join(modelFolder(), 'none'))).toMatch(/the folder cannot be read/);
  });
});

describe('a safetensors file is refused', () => {
  const entry = (begin: number, end: number, dtype = 'F32') =>
    JSON.stringify({ dtype, shape: [(end - begin) / 4], data_offsets: [begin, end] });
  const data = new Uint8Array(8);

  it.each([
    ['shorter than a length', Uint8Array.of(1, 0), /ends within the length of its header/],
    [
      'with a header longer than the file',
      headed('{}', 100),
      /ends within its header: 10 bytes where the header alone takes 108/,
    ],
    [
      'with a name twice',
      Uint8Array.of(...headed(`{"a":${entry(0, 4)},"a":${entry(4, 8)}}`), ...data),
      /not a JSON table: JSON at character \d+: repeated key/,
    ],
    [
      'with tensors that overlap',
      Uint8Array.of(...headed(`{"a":${entry(0, 8)},"b":${entry(4, 8)}}`), ...data),
      /tensor b overlaps the tensor before it: it begins at byte 4, not at 8/,
    ],
    [
      'with a hole',
      Uint8Array.of(...headed(`{"a":${entry(4, 8)}}`), ...data),
      /tensor a leaves a gap before it: it begins at byte 4, not at 0/,
    ],
    [
      'with an unknown dtype',
      Uint8Array.of(...headed(`{"a":${entry(0, 8, 'F4')}}`), ...data),
      /tensor a has an unknown dtype F4/,
    ],
    [
      'cut short',
      weightFile([floats('a', 1, 2)]).subarray(0, -4),
      /holds 4 bytes of data where its tensors need 8/,
    ],
  ])('%s', async (_, bytes, message) => {
    const folder = modelFolder();
    writeFileSync(join(folder, 'model.safetensors'), bytes);
    const refusal = await refusalOf(folder);
    expect(refusal).toMatch(/^backbone: model.safetensors: /);
    expect(refusal).toMatch(message);
  });

  it('that was cut short after its header was read', async () => {
    const folder = folderWith({ 'model.safetensors': [floats('a', 1), floats('b', 2)] });
    const headings = await readHeadings(folder);
    const path = join(folder, 'model.safetensors');
    truncateSync(path, readFileSync(path).length - 2);
    await expect(readWeights(folder, headings, () => undefined)).rejects.toThrow(
      'model.safetensors: ends within tensor b',
    );
  });
});

describe('a pickle', () => {
  it.each(['pytorch_model.bin', 'model.pt', 'RETFound.pth', 'last.ckpt'])(
    'named %s is not opened: the message says how to convert it',
    async (file) => {
      const folder = modelFolder();
      writeFileSync(join(folder, file), 'anything');
      expect(await refusalOf(folder)).toMatch(
        new RegExp(`holds ${file} and no .*run code.*torch.load\\('${file}'.*weights_only=True`),
      );
    },
  );

  it('whose name is no plain one does not get into the command', async () => {
    const folder = modelFolder();
    writeFileSync(join(folder, `a'); print('b.pt`), 'anything');
    expect(await refusalOf(folder)).toContain(`torch.load('FILE', map_location`);
  });

  it('beside safetensors does no harm', async () => {
    const folder = folderWith({ 'model.safetensors': [floats('a', 1)] });
    writeFileSync(join(folder, 'pytorch_model.bin'), 'anything');
    expect(await everything(folder)).toEqual([['a', [1]]]);
  });

  it.each([
    ['a zip archive', [0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0]],
    ['a pickle', [0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0]],
  ])('is known under the name of safetensors: %s', async (_, bytes) => {
    const folder = modelFolder();
    writeFileSync(join(folder, 'model.safetensors'), Uint8Array.from(bytes));
    expect(await refusalOf(folder)).toMatch(
      /model.safetensors: is not what its name says: a pickle can run code/,
    );
  });
});

describe('shards', () => {
  const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const files = { [first]: [floats('a', 1), floats('b', 2)], [second]: [floats('c', 3)] };
  const map = { a: first, b: first, c: second };

  function sharded(
    shards: Readonly<Record<string, readonly FileTensor[]>>,
    weightMap: Readonly<Record<string, string>>,
  ): string {
    const folder = folderWith(shards);
    writeJson(folder, 'model.safetensors.index.json', {
      metadata: { total_size: 12 },
      weight_map: weightMap,
    });
    return folder;
  }

  it('are read one after the other', async () => {
    expect(await everything(sharded(files, map))).toEqual([
      ['a', [1]],
      ['b', [2]],
      ['c', [3]],
    ]);
  });

  it.each([
    [
      'a shard that is not there',
      { [first]: files[first] ?? [] },
      map,
      /names model-00002.* not in/,
    ],
    [
      'a tensor that is in no shard',
      files,
      { ...map, d: second },
      /says that model-00002.* holds d, which it does not/,
    ],
    [
      'a tensor in another shard',
      files,
      { ...map, b: second },
      /says that model-00002.* holds b, which it does not/,
    ],
    [
      'a tensor in two shards',
      { ...files, [second]: [floats('c', 3), floats('a', 1)] },
      map,
      /tensor a lies in both model-00001.* and model-00002/,
    ],
    [
      'too few tensors',
      files,
      { a: first, c: second },
      /does not name b, which model-00001.* holds/,
    ],
    [
      'a file elsewhere',
      files,
      { ...map, c: '../c.safetensors' },
      /weight_map.c: expected the name/,
    ],
  ])('are refused where the index names %s', async (_, shards, weightMap, message) => {
    const refusal = await refusalOf(sharded(shards, weightMap));
    expect(refusal).toMatch(/^backbone: model.safetensors.index.json: /);
    expect(refusal).toMatch(message);
  });

  it('are refused where the index is none', async () => {
    const folder = folderWith(files);
    writeJson(folder, 'model.safetensors.index.json', { weights: {} });
    expect(await refusalOf(folder)).toMatch(/index.json: weight_map: /);
  });
});
