/** The layer tables in the package READMEs equal the ones that are enforced, and every source folder stands in one. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const { layers } = createRequire(__filename)(join(ROOT, '.dependency-cruiser.cjs')) as {
  layers: Record<string, readonly (readonly string[])[]>;
};
const packages = [...new Set(Object.keys(layers).map((chain) => chain.split('/src')[0] ?? ''))];

describe.each(packages)('the layers of %s', (name) => {
  const chains = Object.entries(layers).filter(([chain]) => chain.startsWith(`${name}/src`));
  const known = new Set(chains.flatMap(([, levels]) => levels.flat()));

  it('hold every folder under src', () => {
    const folders = readdirSync(join(ROOT, name, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);

    expect(folders.filter((folder) => !known.has(folder))).toEqual([]);
  });

  it('name no folder that does not exist', () => {
    const folders = readdirSync(join(ROOT, name, 'src'));

    expect([...known].filter((folder) => !folders.includes(folder))).toEqual([]);
  });

  it('are shown in the README as they are enforced', () => {
    const readme = readFileSync(join(ROOT, name, 'README.md'), 'utf8');

    expect(shownChains(readme)).toEqual(chains.map(([, levels]) => levels));
  });
});

/** A chain is a table of layer numbers and folders, or one line of folders with `<` between them. */
function shownChains(readme: string): string[][][] {
  const chains: string[][][] = [];
  for (const line of readme.split('\n')) {
    const row = /^\| (\d+) +\| (`[^|]+`)/.exec(line);
    if (row !== null) {
      const level = Number(row[1]);
      if (level === 0 && (chains.at(-1)?.length ?? 2) > 1) {
        chains.push([]);
      }
      const folders = [...(row[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, folder = '']) => folder);
      const chain = chains.at(-1) ?? [];
      chain[level] = [...(chain[level] ?? []), ...folders];
    } else if (/^ {4}\S+( < \S+)+$/.test(line)) {
      chains.push(
        line
          .trim()
          .split(' < ')
          .map((folder) => [folder]),
      );
    }
  }
  return chains;
}
