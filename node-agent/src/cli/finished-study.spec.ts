import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKeyPair, signBody } from '@consilium/shared/crypto';
import { initialTensors } from '@consilium/shared/tensors';
import { homeAt, studyFolder } from '../config/home.js';
import { writeDurably } from '../config/durable-file.js';
import { requireSchema } from '../participation/acceptance.js';
import { encodeCheckpoint } from '../participation/adapter-checkpoints.js';
import { Journal } from '../participation/journal.js';
import { testStudy } from '../participation/testing/test-study.js';
import type { AdapterToExport } from './adapter-tools.js';
import { CommandLine } from './testing/command-line.js';

describe('consilium-agent adapter export --study', () => {
  const protocol = testStudy();
  const schema = requireSchema(protocol);
  const { bytes, hash } = encodeCheckpoint(schema, initialTensors(schema, protocol.seed));
  let folder: string;
  let requests: AdapterToExport[];
  let line: CommandLine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'finished-'));
    await writeFile(
      join(folder, 'agent.yaml'),
      `coordinator: http://c.example\nstudies: [{ study: ${protocol.studyId}, data: d, backbone: b }]\n`,
    );
    requests = [];
    line = new CommandLine({
      exportAdapter: (request) => {
        requests.push(request);
        return Promise.resolve({ files: [], library: 'timm', className: 'x', notes: [] });
      },
    });
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function offered(isCompleted: boolean): void {
    const journal = Journal.open(homeAt(folder).journalFolder);
    const signed = signBody('study', protocol, generateSigningKeyPair());
    journal.append({
      kind: 'delivered',
      id: 1,
      message: { kind: 'study.offer', protocol: signed, leafIndex: 0 },
    });
    if (isCompleted) {
      const { studyId } = protocol;
      const message = {
        ...{ kind: 'study.completed' as const, studyId, roundNo: 2, leafIndex: 9 },
        adapterCheckpointHash: hash,
      };
      journal.append({ kind: 'delivered', id: 2, message });
    }
    journal.close();
  }

  const keep = (content: Uint8Array) =>
    writeDurably(studyFolder(homeAt(folder), protocol.studyId).adapterFile(2), content);

  const run = (study: string = protocol.studyId) =>
    line.run(
      ...['adapter', 'export', '--study', study, '--home', folder, '--format', 'peft'],
      ...['--out', join(folder, 'out')],
    );

  it('finds protocol, last adapter and backbone itself', async () => {
    offered(true);
    await keep(bytes);
    expect(await run()).toBe(0);
    expect(requests).toMatchObject([
      { protocol: { studyId: protocol.studyId }, backboneFolder: join(folder, 'b') },
    ]);
  });

  it('refuses a study that it does not know, or that is not over', async () => {
    offered(false);
    expect(await run('another')).toBe(4);
    expect(line.err).toContain('this site knows no study another');
    expect(await run()).toBe(1);
    expect(line.err).toContain('is not completed at this site');
  });

  it('refuses an adapter that is not the one with which the study ended', async () => {
    offered(true);
    await keep(Uint8Array.of(...bytes, 0));
    expect(await run()).toBe(1);
    expect(line.err).toContain(`is not the adapter ${hash} with which the study ended`);
    expect(requests).toEqual([]);
  });
});
