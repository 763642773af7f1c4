import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelDocuments } from './model-files.js';
import { modelFolder, removeModelFolders, writeJson } from './testing/model-folder.js';

afterAll(removeModelFolders);

const expectRefused = (folder: string, message: RegExp) =>
  expect(readModelDocuments(folder)).rejects.toMatchObject({
    code: 'bad-backbone',
    message: expect.stringMatching(message) as string,
  });

describe('the JSON files of a model folder', () => {
  it('are read where they are there', async () => {
    const folder = modelFolder();
    writeJson(folder, 'config.json', { model_type: 'vit' });
    writeJson(folder, 'open_clip_config.json', { model_cfg: {} });
    expect(await readModelDocuments(folder)).toEqual({
      config: { model_type: 'vit' },
      preprocessorConfig: undefined,
      openClipConfig: { model_cfg: {} },
    });
  });

  it.each([
    ['no JSON', '{"a":', /config.json: is not valid JSON: JSON at character 5/],
    ['a repeated key', '{"a":1,"a":2}', /config.json: is not valid JSON: .*repeated key/],
    ['a key that reaches a prototype', '{"__proto__":{}}', /forbidden key/],
    ['deep nesting', '['.repeat(17) + ']'.repeat(17), /nested deeper than 16/],
  ])('are refused with %s', async (_, text, message) => {
    const folder = modelFolder();
    writeFileSync(join(folder, 'config.json'), text);
    await expectRefused(folder, message);
  });

  it('are refused when they are not UTF-8', async () => {
    const folder = modelFolder();
    writeFileSync(join(folder, 'config.json'), Uint8Array.of(0x22, 0xff, 0x22));
    await expectRefused(folder, /config.json: is not valid JSON: not UTF-8/);
  });

  it('are refused above a megabyte, unread', async () => {
    const folder = modelFolder();
    writeFileSync(join(folder, 'preprocessor_config.json'), ' '.repeat(1024 * 1024 + 1));
    await expectRefused(folder, /preprocessor_config.json: is 1048577 bytes long, more than/);
  });

  it('must be files', async () => {
    const folder = modelFolder();
    mkdirSync(join(folder, 'config.json'));
    await expectRefused(folder, /config.json: is not a file/);
  });

  it('are not waited for where a pipe stands in their place', async () => {
    const folder = modelFolder();
    execFileSync('mkfifo', [join(folder, 'config.json')]);
    await expectRefused(folder, /config.json: is not a file/);
  });
});
