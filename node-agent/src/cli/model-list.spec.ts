import { CATALOGUE } from '@consilium/shared/catalogue';
import { CommandLine, dataOf } from './testing/command-line.js';

describe('consilium-agent model list', () => {
  it('shows every model in a table that fits a terminal', async () => {
    const line = new CommandLine();
    expect(await line.run('model', 'list')).toBe(0);
    const lines = line.out.trimEnd().split('\n');
    expect(lines).toHaveLength(CATALOGUE.length + 3);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    const uni = lines.find((text) => text.startsWith('uni '));
    expect(uni).toMatch(/^uni +pathology +303 +1024 +224 +CC-BY-NC-ND-4.0 +on terms$/);
    expect(lines.find((text) => text.startsWith('visionfm '))).toMatch(/on terms \?$/);
  });

  it('shows the models of one field, and as JSON', async () => {
    const line = new CommandLine();
    expect(await line.run('model', 'list', '--field', 'radiology', '--json')).toBe(0);
    const models = dataOf(line.out) as { id: string; field: string }[];
    expect(models[0]).toMatchObject({ id: 'rad-dino', parameters: 86_579_712, featureSize: 768 });
    expect(new Set(models.map(({ field }) => field))).toEqual(new Set(['radiology']));
  });

  it('refuses a field that there is not', async () => {
    const line = new CommandLine();
    expect(await line.run('model', 'list', '--field', 'botany')).toBe(4);
    expect(line.err).toContain('pathology, radiology');
  });
});
