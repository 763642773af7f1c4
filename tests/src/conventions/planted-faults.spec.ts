/** The checks are alive: a planted fault of each kind turns them red. What is planted is what a hurried change would do. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..', '..');

describe('the layer tables', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-planted-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json']) {
      await cp(join(ROOT, file), join(folder, file));
    }
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function plant(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  async function violations(files: Readonly<Record<string, string>>): Promise<string[]> {
    await Promise.all(
      ['shared', 'coordinator', 'node-agent'].map((name) =>
        rm(join(folder, name), { recursive: true, force: true }),
      ),
    );
    for (const [path, text] of Object.entries(files)) {
      await plant(path, text);
    }
    const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
    const { stdout } = await run(join(ROOT, 'node_modules', '.bin', 'depcruise'), args, {
      cwd: folder,
      maxBuffer: 2 ** 26,
    }).catch((error: { stdout: string }) => error);
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { rule: { name: string } }[] };
    };
    return [...new Set(summary.violations.map(({ rule }) => rule.name))];
  }

  it('let a clean pair of files pass', async () => {
    const files = {
      'shared/src/encoding/a.ts': 'export const a = 1;\n',
      'shared/src/log/b.ts': "import { a } from '../encoding/a.js';\nexport const b = a;\n",
    };

    expect(await violations(files)).toEqual([]);
  });

  it.each([
    [
      'a lower layer that imports a higher one',
      'shared:encoding',
      {
        'shared/src/encoding/a.ts': "export { b } from '../log/b.js';\n",
        'shared/src/log/b.ts': 'export const b = 1;\n',
      },
    ],
    [
      'a supervisor that loads the tensor engine',
      'node-agent#supervisor:transport',
      {
        'node-agent/src/transport/a.ts': "export { b } from '../engine/b.js';\n",
        'node-agent/src/engine/b.ts': 'export const b = 1;\n',
      },
    ],
    [
      'an agent that imports the coordinator',
      'arrow',
      {
        'node-agent/src/data/a.ts': "export { b } from '../../../coordinator/src/audit/b.js';\n",
        'coordinator/src/audit/b.ts': 'export const b = 1;\n',
      },
    ],
    [
      'pure code that reads files',
      'shared-is-pure',
      { 'shared/src/log/a.ts': "export { readFileSync } from 'node:fs';\n" },
    ],
    [
      'two files that import each other',
      'no-circular',
      {
        'shared/src/log/a.ts': "import { b } from './b.js';\nexport const a = () => b;\n",
        'shared/src/log/b.ts': "import { a } from './a.js';\nexport const b = () => a;\n",
      },
    ],
  ])('report %s', async (_, rule, files) => {
    expect(await violations(files)).toContain(rule);
  });
});

describe('the lint rules', () => {
  const plants: [file: string, text: string, rule: string][] = [
    ['shared/src/rounds/index.ts', 'export const now = Date.now();\n', 'no-restricted-properties'],
    ['shared/src/rounds/index.ts', 'export const x = process;\n', 'no-restricted-globals'],
    ['coordinator/src/main.ts', 'export const e = process.env;\n', 'no-restricted-syntax'],
    ['coordinator/src/main.ts', 'export const r = Math.random();\n', 'no-restricted-syntax'],
    ['coordinator/src/main.ts', 'export default 1;\n', 'import-x/no-default-export'],
    ['coordinator/src/main.ts', "console.log('x');\n", 'no-console'],
    [
      'coordinator/src/studies/studies.service.ts',
      "export { DataSource } from 'typeorm';\n",
      'no-restricted-imports',
    ],
    [
      'coordinator/src/main.ts',
      'export const a = (x: unknown) => x as any;\n',
      '@typescript-eslint/no-explicit-any',
    ],
  ];
  let broken: readonly (readonly string[])[];

  beforeAll(async () => {
    broken = await rulesBroken(plants.map(([file, text]) => ({ file, text })));
  }, 120_000);

  it.each(plants.map(([file, text, rule], i) => ({ file, text, rule, i })))(
    'refuse in $file: $text',
    ({ rule, i }) => {
      expect(broken[i]).toContain(rule);
    },
  );
});

/** Lints each text as if it stood in the file, in a process of its own: ESLint loads its configuration as a module. */
async function rulesBroken(
  plants: readonly { file: string; text: string }[],
): Promise<readonly (readonly string[])[]> {
  const program = `
    import { ESLint } from 'eslint';
    const eslint = new ESLint();
    const found = [];
    for (const { file, text } of JSON.parse(process.argv[1])) {
      const [result] = await eslint.lintText(text, { filePath: file });
      found.push(result.messages.map(({ ruleId }) => String(ruleId)));
    }
    process.stdout.write(JSON.stringify(found));`;
  const args = ['--input-type=module', '--eval', program, JSON.stringify(plants)];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT });
  return JSON.parse(stdout) as string[][];
}
