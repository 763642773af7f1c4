/** Opens the backbone that a study names from a folder of the site. */
import { canonicalJson } from '@consilium/shared/encoding';
import type { BackboneDescription } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Backbone } from './backbone.js';
import { readBackbone } from './read-backbone.js';
import { BACKBONES } from './registry.js';

/**
 * Reads, checks and loads the weights into the engine.
 * @param expected what the study names; absent = whatever the folder holds
 * @throws ConsiliumError 'bad-backbone' when the folder is faulty or holds another backbone
 */
export async function openBackbone(
  folder: string,
  expected?: Pick<BackboneDescription, 'hash' | 'geometry' | 'preprocessing'>,
): Promise<Backbone> {
  const { description, weights } = await readBackbone(folder);
  if (expected !== undefined) {
    requireSame(description, expected);
  }
  return BACKBONES[description.geometry.layout](description, weights);
}

function requireSame(
  found: BackboneDescription,
  expected: Pick<BackboneDescription, 'hash' | 'geometry' | 'preprocessing'>,
): void {
  if (found.hash !== expected.hash) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: the folder holds ${found.hash}, the study names ${expected.hash}`,
    );
  }
  for (const part of ['geometry', 'preprocessing'] as const) {
    if (canonicalJson({ ...found[part] }) !== canonicalJson({ ...expected[part] })) {
      throw new ConsiliumError(
        'bad-backbone',
        `backbone: the ${part} of the folder differs from the one that the study names`,
      );
    }
  }
}
