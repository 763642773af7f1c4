import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privateAdapterSchema, type StudyProtocol } from '@consilium/shared/protocol';
import { initialTensors, writeSafetensors } from '@consilium/shared/tensors';
import { requireSchema } from '../participation/acceptance.js';
import { createFakeTrainer } from '../participation/testing/fake-trainer.js';
import { BACKBONE, testStudy } from '../participation/testing/test-study.js';
import type { TrainerClient } from '../participation/trainer-client.js';
import { CommandLine, dataOf, localTrainer } from './testing/command-line.js';

const STUDY = testStudy({ isPrivate: true });

describe('a study that is run on this machine alone', () => {
  let folder: string;
  let fake: ReturnType<typeof createFakeTrainer>;
  let opened: unknown[];
  let line: CommandLine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-study-'));
    fake = createFakeTrainer({ backbone: BACKBONE });
    opened = [];
    const open: TrainerClient['open'] = (request) => {
      opened.push(request.study.privateAdapter);
      return fake.client.open(request);
    };
    const trainer = localTrainer({ ...fake.client, open });
    line = new CommandLine({ trainers: () => () => trainer });
    await writeFile(file('shared'), encoded(requireSchema(STUDY)));
    await writeFile(file('own'), encoded(ownSchema(STUDY)));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function file(name: string): string {
    return join(folder, `${name}.safetensors`);
  }

  async function run(protocol: StudyProtocol, command: string, words: string[]): Promise<number> {
    const path = join(folder, 'protocol.json');
    await writeFile(path, JSON.stringify(protocol));
    const folders = ['--data', folder, '--backbone', folder, '--cache', folder];
    return line.run(command, '--protocol', path, ...folders, ...words);
  }

  const evaluate = (protocol: StudyProtocol, ...words: string[]) =>
    run(protocol, 'evaluate', ['--split', 'test', '--adapter', file('shared'), ...words]);
  const train = (protocol: StudyProtocol, ...words: string[]) =>
    run(protocol, 'train-alone', ['--out', file('out'), ...words]);

  it.each([
    ['evaluate', evaluate],
    ['train-alone', train],
  ])('is refused to %s where the terms of the model are not recorded', async (_, command) => {
    const named = { ...STUDY, backbone: { ...STUDY.backbone, model: 'uni' } };
    expect(await command(named)).toBe(4);
    expect(line.err).toContain('[licence-not-accepted]');
    expect(await command(STUDY, '--model', 'virchow2')).toBe(4);
    await writeFile(join(folder, 'config.json'), '{"_name_or_path":"MahmoodLab/UNI"}');
    expect(await command(STUDY)).toBe(4);
    expect(opened).toEqual([]);
    const record = '{ model: uni, acceptedBy: Dr. Example, acceptedOn: 2026-01-31 }';
    const settings = `coordinator: https://c.example\nlicences: [${record}]\n`;
    await writeFile(join(folder, 'agent.yaml'), settings);
    expect(await command(named, '--home', folder)).toBe(0);
    expect(opened).toEqual([undefined]);
  });

  it('is measured with the adapter of the site where that is given, and else without any', async () => {
    expect(await evaluate(STUDY)).toBe(0);
    expect(await evaluate(STUDY, '--private-adapter', file('own'))).toBe(0);
    expect(opened).toEqual([undefined, STUDY.privateAdapter]);
    expect(fake.evaluated.map(({ privateFile }) => privateFile)).toEqual([undefined, file('own')]);
    expect(line.out).toContain(`${file('shared')}: balanced accuracy`);
    expect(line.out).toContain(`${file('shared')} with ${file('own')}: balanced accuracy`);
    line.out = '';
    await evaluate(STUDY, '--private-adapter', file('own'), '--json');
    expect(dataOf(line.out)).toMatchObject([{ privateAdapter: file('own'), samples: 4 }]);
  });

  it('is not measured with an adapter that is none of the site', async () => {
    expect(await evaluate(STUDY, '--private-adapter', file('shared'))).toBe(4);
    expect(line.err).toContain('[bad-tensor-schema]');
    expect(await evaluate(STUDY, '--private-adapter', file('nothing'))).not.toBe(0);
    expect(line.err).toContain('nothing.safetensors is no file');
    expect(await evaluate(testStudy(), '--private-adapter', file('own'))).toBe(4);
    expect(line.err).toContain('--private-adapter: the study has no private adapter');
    expect(opened).toEqual([]);
  });
});

function ownSchema({ backbone, privateAdapter }: StudyProtocol) {
  if (privateAdapter === undefined) {
    throw new Error('a study with a private adapter');
  }
  const { geometry } = backbone;
  return privateAdapterSchema({ geometry, adapter: privateAdapter, updateRange: 1 });
}

function encoded(schema: ReturnType<typeof requireSchema>): Uint8Array {
  return writeSafetensors(initialTensors(schema, 'specs'));
}
