/** Names of tensors without what may stand before them. */
import type { Layout, TensorHeading } from './layout.js';

type Naming = Pick<Layout, 'prefixes' | 'spelling'>;

/** The name as the layout's places spell it, under one of its prefixes. */
export function plainName({ spelling }: Naming, prefix: string, name: string): string {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return spelling === undefined ? bare : spelling(bare);
}

/**
 * The tensors under their plain names, for layouts that learn the geometry from shapes.
 * @param landmark a name that every model of the layout has
 * @returns undefined where no prefix leads to the landmark
 */
export function withoutPrefix(
  naming: Naming,
  landmark: string,
  tensors: readonly TensorHeading[],
): ReadonlyMap<string, readonly number[]> | undefined {
  for (const prefix of naming.prefixes) {
    const shapes = new Map(
      tensors.map(({ name, shape }) => [plainName(naming, prefix, name), shape]),
    );
    if (shapes.has(landmark)) {
      return shapes;
    }
  }
  return undefined;
}
