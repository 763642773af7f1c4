/** A table from the names of the shared list to the names of one library. */
import {
  backboneParameters,
  type BackboneGeometry,
  type ParameterSpec,
} from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { ParameterPlace } from './layout.js';

/** The tensor that holds a parameter: its name, or name and form. */
export type Naming =
  | string
  | {
      readonly tensor: string;
      /** Axes of length one that the library writes before the parameter's own. */
      readonly ones?: 1 | 2;
      /** Where one tensor holds several parameters along its first axis. */
      readonly part?: { readonly index: number; readonly parts: number };
    };

/**
 * Keys are parameters' names without `.weight` and `.bias`, to which those are appended as in the list, or, where the library
 * spells them otherwise, the whole name.
 */
export interface NameTable {
  /** What stands outside of the blocks. */
  readonly whole: Readonly<Record<string, Naming>>;
  /** What stands before the name of everything in a block, such as `encoder.layer.3.`. */
  readonly blockPrefix: (block: number) => string;
  /** What stands in a block: keys without `blocks.{i}.`, names without the prefix. */
  readonly block: Readonly<Record<string, Naming>>;
}

/**
 * One place for each parameter of the geometry, in the list's order.
 * @throws ConsiliumError 'bad-backbone' for a parameter that the table has no name for: this library has no such model
 */
export function placesOf(geometry: BackboneGeometry, table: NameTable): ParameterPlace[] {
  return backboneParameters(geometry).map((parameter) => {
    const inBlock = /^blocks\.(\d+)\.(.+)$/.exec(parameter.name);
    const [, block, name = parameter.name] = inBlock ?? [];
    return block === undefined
      ? placeOf(parameter, name, table.whole, '')
      : placeOf(parameter, name, table.block, table.blockPrefix(Number(block)));
  });
}

function placeOf(
  parameter: ParameterSpec,
  name: string,
  names: Readonly<Record<string, Naming>>,
  prefix: string,
): ParameterPlace {
  const { naming, suffix } = namingOf(name, names);
  const { tensor, ones = 0, part } = typeof naming === 'string' ? { tensor: naming } : naming;
  const [first = 1, ...rest] = parameter.shape;
  const shape = [...Array<number>(ones).fill(1), first * (part?.parts ?? 1), ...rest];
  return {
    ...parameter,
    tensor: { name: `${prefix}${tensor}${suffix}`, shape },
    ...(part === undefined ? {} : { part }),
  };
}

/** By its whole name, or by its module's, whose suffix is kept. */
function namingOf(
  name: string,
  names: Readonly<Record<string, Naming>>,
): { readonly naming: Naming; readonly suffix: string } {
  const [, module = name, suffix = ''] = /^(.*?)(\.weight|\.bias)$/.exec(name) ?? [];
  const whole = names[name];
  const naming = whole ?? names[module];
  if (naming === undefined) {
    throw new ConsiliumError('bad-backbone', `backbone: the library has no name for ${name}`);
  }
  return { naming, suffix: whole === undefined ? suffix : '' };
}
