import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKeyPair, signBody } from '@consilium/shared/crypto';
import {
  parseStudyFile,
  studyProtocolHash,
  toStudyProtocol,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { parse as parseYaml } from 'yaml';
import { Federation, studyFile } from '../bundles/testing/federation.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { TEMPLATE_NAMES } from './study-templates.js';
import { CommandBench, runCommandLine } from './testing/command-bench.js';
import type { StandInCoordinator } from './testing/stand-in-coordinator.js';

const protocolOf = (yaml: string, seed = 'drawn'): StudyProtocol =>
  toStudyProtocol(parseStudyFile(parseYaml(yaml)), BACKBONE, seed);

const PROTOCOL = protocolOf(studyFile('smears'));
const HASH = studyProtocolHash(PROTOCOL);

describe('study files', () => {
  let bench: CommandBench;
  let coordinator: StandInCoordinator;
  let folder: string;

  beforeAll(async () => {
    bench = await CommandBench.start();
    ({ coordinator, folder } = bench);
    coordinator.sign(signBody('study', PROTOCOL, generateSigningKeyPair()));
  });

  afterAll(() => bench.close());

  const consilium = (...args: readonly string[]) => runCommandLine(args);
  const study = (...args: readonly string[]) => bench.ask('study', ...args);

  const dataOf = (out: string) =>
    (JSON.parse(out) as { readonly data: Readonly<Record<string, string>> }).data;

  describe('consilium study new', () => {
    it.each(TEMPLATE_NAMES)('writes a file that study validate accepts: %s', async (template) => {
      const file = join(folder, `${template}.yaml`);
      const made = await consilium('study', 'new', '--template', template, '--out', file);
      expect(made).toMatchObject({ code: 0, out: `${file}\n` });
      expect(await consilium('study', 'validate', file)).toMatchObject({ code: 0 });
      expect(readFileSync(file, 'utf8')).toMatch(/^# A study file: .+\.\n/);
    });

    it('comes to a study protocol once the backbone is named', async () => {
      const names = ['--id', 'smears-b', '--backbone', BACKBONE.hash];
      const { out } = await consilium('study', 'new', '--template', 'private-adapter', ...names);
      expect(protocolOf(out)).toMatchObject({
        studyId: 'smears-b',
        adapter: { kind: 'lora', rank: 8 },
        privateAdapter: { kind: 'lora', rank: 4 },
        privacy: { secureAggregation: 'on', colluders: 1 },
      });
    });

    it('says above each field what it is for', async () => {
      const { out, err } = await consilium('study', 'new');
      expect(out).toMatch(/\n {2}# Rank\. Width of the low-rank factors\.\n {2}rank: 8\n/);
      expect(out).toMatch(
        /\n# The hash that "consilium backbone list" shows\. .+\nbackbone: sha256:0/,
      );
      expect(out).toMatch(/\n {2}advertDeadline: 1m\n/);
      expect(out).not.toMatch(/beta1|algorithm/);
      expect(err).toContain('Next: consilium study validate FILE');
    });

    it('lists its templates, guesses none, and touches no file that exists', async () => {
      const help = await consilium('study', 'new', '--help');
      expect(help.out).toMatch(/Templates:\n {2}lora +low-rank changes/);
      const unknown = await consilium('study', 'new', '--template', 'unet');
      expect([unknown.code, unknown.err]).toEqual([4, expect.stringContaining('Allowed choices')]);
      const file = join(folder, 'mine.yaml');
      writeFileSync(file, 'mine');
      expect((await consilium('study', 'new', '--out', file)).code).toBe(1);
      expect(readFileSync(file, 'utf8')).toBe('mine');
      const bad = await consilium('study', 'new', '--backbone', 'sha256:12', '--json');
      expect([bad.code, bad.err]).toEqual([4, expect.stringContaining('backbone: ')]);
    });
  });

  describe('consilium study export', () => {
    it('writes the file that comes to the very study protocol, and says what is not in it', async () => {
      const { code, out } = await study('export', 'smears');
      expect(code).toBe(0);
      expect(out).toContain(`# Comes to the study protocol ${HASH} of smears.\n`);
      expect(out).toContain('# - comments and the order of fields\n');
      expect(studyProtocolHash(protocolOf(out, 'another'))).toBe(HASH);
    });

    it('is one object for programs', async () => {
      const file = join(folder, 'export.yaml');
      const { out } = await study('export', 'smears', '--out', file, '--json');
      const { yaml, ...rest } = dataOf(out);
      expect(rest).toMatchObject({ studyId: 'smears', protocolHash: HASH, file });
      expect(rest['notInProtocol']).toHaveLength(4);
      expect(readFileSync(file, 'utf8')).toBe(yaml);
    });
  });

  describe('consilium study clone', () => {
    it('differs from the study in its name alone', async () => {
      const { out } = await study('clone', 'smears', '--id', 'smears-again');
      expect(protocolOf(out)).toEqual({ ...PROTOCOL, studyId: 'smears-again' });
      expect(out).toMatch(/^# A study file like that of smears, whose study protocol is sha256:/);
    });

    it('takes the next number that is free where no name is given', async () => {
      const { out } = await study('clone', 'smears', '--json');
      expect(dataOf(out)).toMatchObject({ studyId: 'smears-3', source: 'smears' });
      expect(protocolOf(dataOf(out)['yaml'] ?? '').studyId).toBe(parseStudyId('smears-3'));
      expect((await study('clone', 'smears', '--id', 'Not A Name')).code).toBe(4);
    });
  });

  describe('at a coordinator', () => {
    let federation: Federation;

    beforeAll(async () => {
      federation = await Federation.start([]);
    });

    afterAll(() => federation.close());

    it('are what studies are created from, exported to and cloned from', async () => {
      const { url, token } = federation.application;
      writeFileSync(join(folder, 'real.token'), token);
      writeFileSync(join(folder, 'backbone.json'), JSON.stringify(BACKBONE));
      const json = ['--json', '--url', url, '--token-file', join(folder, 'real.token')];
      const ask = async (...args: readonly string[]) =>
        dataOf((await consilium(...args, ...json)).out);
      await ask('backbone', 'register', join(folder, 'backbone.json'));
      const own = join(folder, 'own.yaml');
      await ask('study', 'new', '--id', 'cells', '--backbone', BACKBONE.hash, '--out', own);
      const created = await ask('study', 'create', own);
      expect(created).toMatchObject({ studyId: 'cells', phase: 'recruiting' });
      const exported = join(folder, 'cells.yaml');
      const { protocolHash } = await ask('study', 'export', 'cells', '--out', exported);
      expect(protocolHash).toBe(created['protocolHash']);
      // Nothing but its name is wrong with it.
      const again = await consilium('study', 'create', exported, ...json);
      expect(again.err).toContain('there is a study cells already');
      const missing = await consilium('study', 'export', 'nothing', ...json);
      expect([missing.code, missing.err]).toEqual([4, expect.stringContaining('nothing')]);
      const clone = join(folder, 'clone.yaml');
      await ask('study', 'clone', 'cells', '--out', clone);
      expect(await ask('study', 'create', clone)).toMatchObject({ studyId: 'cells-2' });
    });
  });
});
