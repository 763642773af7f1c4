import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFolderNames } from './folder-model.js';

describe('what a model folder calls its model', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-model-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is in its configuration, in parts of it, and in its path', async () => {
    const config = {
      model_type: 'vit',
      _name_or_path: 'owner/name',
      vision_config: { hf_hub_id: 'a/b' },
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    expect(await readFolderNames(folder)).toEqual({
      names: ['owner/name', 'a/b', folder],
      modelType: 'vit',
    });
  });

  it.each<[string, (path: string) => unknown]>([
    ['a pipe, which it does not wait for', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
    ['no JSON', (path) => writeFileSync(path, '{')],
    ['too long', (path) => writeFileSync(path, ' '.repeat(1024 * 1024 + 1))],
  ])('is the path alone where config.json is %s', async (_, make) => {
    make(join(folder, 'config.json'));
    expect(await readFolderNames(folder)).toEqual({ names: [folder], modelType: undefined });
  });
});
