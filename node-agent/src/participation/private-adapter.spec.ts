import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toBase64, toHex } from '@consilium/shared/encoding';
import type { AdapterConfig } from '@consilium/shared/protocol';
import { readSafetensors } from '@consilium/shared/tensors';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { homeAt, studyFolder } from '../config/home.js';
import { requireSchema } from './acceptance.js';
import { PrivateAdapter } from './private-adapter.js';
import {
  afterEveryEntry,
  beforeEveryEntry,
  runStudy,
  type FinishedSite,
  type StudyRunOptions,
} from './testing/run-study.js';
import { testStudy } from './testing/test-study.js';

const protocol = testStudy({ isPrivate: true });

/** The bytes of the site's own adapter at the end of a study of two rounds. */
async function finalBytes(crashes: StudyRunOptions['crashes']): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  await runStudy({
    protocol,
    ...(crashes === undefined ? {} : { crashes }),
    inspect: async ({ folder }) => {
      bytes = await readFile(folder.privateFile);
    },
  });
  return bytes;
}

describe('the adapter that a site trains for itself', () => {
  let undisturbed: Buffer;

  beforeAll(async () => {
    undisturbed = await finalBytes(undefined);
  }, 60_000);

  it('goes on in each round from where it was, and stays when the study is over', async () => {
    await runStudy({
      protocol,
      inspect: async ({ folder, trainer }) => {
        expect(trainer.trainings()).toBe(2);
        expect(await readFile(folder.privateFile)).toEqual(undisturbed);
        expect(await readdir(folder.roundsFolder)).toEqual([]);
        expect((await stat(dirname(folder.privateFile))).mode & 0o777).toBe(0o700);
        expect(trainer.evaluated.map(({ privateFile }) => privateFile)).toEqual([
          folder.privateFile,
          folder.privateFile,
        ]);
      },
    });
    // It starts as 100 and each training adds less than 0.1.
    const value = readSafetensors(undisturbed).get('own')?.data[0] ?? 0;
    expect(value).not.toBe(100);
    expect(Math.abs(value - 100)).toBeLessThan(0.2);
  }, 60_000);

  it('is the same after kills at every entry of the journal', async () => {
    expect(await finalBytes(afterEveryEntry)).toEqual(undisturbed);
    const tried = new Set<string>();
    expect(await finalBytes(() => beforeEveryEntry(tried))).toEqual(undisturbed);
  }, 60_000);

  it('is in no message, log line or journal entry, and neither is a path to it', async () => {
    const said: string[] = [];
    let home = '';
    await runStudy({
      protocol,
      inspect: async (site) => {
        home = site.fixture.home.folder;
        said.push(...(await everythingSaid(site)));
      },
    });
    const { data } = readSafetensors(undisturbed).get('own') ?? { data: new Float32Array() };
    const value = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const told = said.join('\n');
    expect(said.length).toBeGreaterThan(10);
    expect(told).not.toContain('private.safetensors');
    expect(told).not.toContain(home);
    expect(told).not.toContain(toHex(value));
    expect(told).not.toContain(toBase64(undisturbed));
  }, 60_000);
});

/** What the site sent, logged and wrote into its journal. */
async function everythingSaid({ fixture, coordinator }: FinishedSite): Promise<string[]> {
  const { journalFolder } = fixture.home;
  const files = await readdir(journalFolder);
  const journal = files.map((name) => readFile(join(journalFolder, name), 'latin1'));
  const sent = coordinator.asked.map(({ request }) => JSON.stringify(request));
  return [...sent, ...fixture.logLines, ...(await Promise.all(journal))];
}

it('is refused with the study when the backbone cannot carry it', () => {
  const privateAdapter: AdapterConfig = {
    kind: 'lora',
    rank: 1,
    alpha: 1,
    targets: ['query'],
    blocks: [1],
  };
  expect(requireSchema(protocol)).toHaveLength(2);
  expect(() => requireSchema({ ...protocol, privateAdapter })).toThrow(/there is no block 1/);
});

describe('the files of a private adapter', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'private-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  async function trained(...rounds: number[]) {
    const folder = studyFolder(homeAt(home), parseStudyId('cells'));
    for (const no of rounds) {
      await mkdir(folder.roundFolder(no), { recursive: true });
      await writeFile(join(folder.roundFolder(no), 'private.safetensors'), `round ${no}`);
    }
    return { folder, adapter: new PrivateAdapter(folder) };
  }

  it('are none to read before the first training', async () => {
    const { folder, adapter } = await trained();
    expect(await adapter.filesOf(1)).toEqual({
      privateOutFile: join(folder.roundFolder(1), 'private.safetensors'),
    });
  });

  it('are those of the latest round before, also where this site missed its end', async () => {
    const { folder, adapter } = await trained(1, 3);
    const { privateFile } = await adapter.filesOf(4);
    expect(privateFile).toBe(folder.privateFile);
    expect(await readFile(folder.privateFile, 'utf8')).toBe('round 3');
  });

  it('do not count a round that is not over', async () => {
    const { folder, adapter } = await trained(1, 2);
    await adapter.filesOf(2);
    expect(await readFile(folder.privateFile, 'utf8')).toBe('round 1');
    expect(await adapter.isTrained(2)).toBe(true);
  });

  it('stay as they are when the same round is over twice', async () => {
    const { folder, adapter } = await trained(1);
    await adapter.after(1);
    expect(await adapter.after(1)).toBe(folder.privateFile);
    expect(await readFile(folder.privateFile, 'utf8')).toBe('round 1');
  });
});
