/** Adapters that peft 0.21 saved (tests/interop/vectors/adapters): imported, they must compute what they computed in Python. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeBackbone } from '../../backbones/read-backbone.js';
import { startBackend } from '../../engine/testing/backends.js';
import { importFolder } from '../import-folder.js';
import { runModel, VECTORS } from '../testing/studies.js';

const ADAPTERS = join(VECTORS, 'adapters');
const TOLERANCE = 1e-4;

const expectedSchema = z.object({
  base: z.string(),
  output: z.enum(['logits', 'feature']),
  adapted: z.array(z.number()),
});

/** Of the base's own file, where nobody trained a head. */
const NO_HEAD = 'The adapter has no head: a study trains one from zero.';

describe('an adapter of peft', () => {
  beforeAll(async () => {
    await startBackend('cpu');
  });

  it.each(readdirSync(ADAPTERS))('%s computes the same here', async (name) => {
    const folder = join(ADAPTERS, name);
    const { base, output, adapted } = expectedSchema.parse(
      JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')),
    );
    const backboneFolder = join(VECTORS, base);
    const imported = await importFolder(folder, backboneFolder);
    const { adapter, head, pool } = imported;
    expect(imported.notes).toEqual(output === 'logits' ? [] : [NO_HEAD]);
    const tensors = new Map([
      ...imported.tensors,
      ...(head === undefined
        ? []
        : ([
            ['head.weight', head.weight],
            ['head.bias', head.bias],
          ] as const)),
    ]);
    const found = await describeBackbone(backboneFolder);
    const geometry =
      pool === undefined || found.geometry.architecture !== 'vit'
        ? found.geometry
        : { ...found.geometry, pool };
    const values = await runModel({
      ...{ backboneFolder, adapter, tensors },
      backbone: { ...found, geometry },
    });
    expect(values).toHaveLength(adapted.length);
    const largest = Math.max(...values.map((value, i) => Math.abs(value - (adapted[i] ?? 9))));
    expect(largest).toBeLessThan(TOLERANCE);
  });
});
