/** The layer tables in the package READMEs equal the ones that are enforced, and every source folder stands in one. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const { layers } = createRequire(__filename)(join(ROOT, '.dependency-cruiser.cjs')) as {
  layers: Record<string, readonly (readonly string[])[]>;
};
const packages = [...new Set(Object.keys(layers).map((chain) => chain.split('/')[0] ?? ''))];

describe.each(packages)('the layers of %s', (name) => {
  const chains = Object.entries(layers).filter(([chain]) => chain.startsWith(`${name}/`));
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

  it('are shown in the README in their order', () => {
    const readme = readFileSync(join(ROOT, name, 'README.md'), 'utf8');
    const shown = chains.map(([, levels]) => levels.map((level) => level.join(', ')).join(' < '));

    expect(shown.filter((line) => !readme.replaceAll('`', '').includes(line))).toEqual([]);
  });
});
