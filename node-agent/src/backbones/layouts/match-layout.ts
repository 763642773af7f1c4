/** Which layout a folder has, and where in its files each parameter lies: every name and shape is checked before a value is read. */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { guessModel } from './guess.js';
import type { Layout, ModelFiles, ParameterPlace, TensorHeading } from './layout.js';
import { LAYOUTS } from './registry.js';
import { plainName } from './tensor-names.js';

const MOST_NAMED = 8;

/** A tensor of the files and the parameters that it holds. */
export type Located<T extends TensorHeading> = T & { readonly places: readonly ParameterPlace[] };

/** @throws ConsiliumError 'bad-backbone' saying what the model looks like when no layout takes it */
export function recogniseLayout(files: ModelFiles, tensors: readonly TensorHeading[]): Layout {
  const layout = LAYOUTS.find((candidate) => candidate.recognises(files, tensors));
  if (layout !== undefined) {
    return layout;
  }
  throw refused(
    `no supported layout fits: ${describedAs(files)}, and the tensors look like ${guessModel(tensors) ?? 'nothing known'}`,
  );
}

/**
 * Finds every parameter, under the prefix that finds most.
 * @returns the tensors to be read, each once
 * @throws ConsiliumError 'bad-backbone' listing missing, extra and misshapen tensors, with a guess at what the model is
 */
export function locateParameters<T extends TensorHeading>(
  layout: Layout,
  geometry: BackboneGeometry,
  tensors: readonly T[],
): Located<T>[] {
  const places = placesByTensor(layout.places(geometry));
  const candidates = layout.prefixes.map((prefix) => underPrefix(layout, prefix, tensors, places));
  const best = candidates.reduce((a, b) => (b.hits > a.hits ? b : a));
  const faults = faultsOf(best, places);
  if (faults.length > 0) {
    const guess = guessModel(tensors);
    const hint = guess === undefined ? '' : `; the tensors look like ${guess}`;
    throw refused(`not a ${layout.title} of this configuration: ${faults.join('; ')}${hint}`);
  }
  return best.named.flatMap(({ name, tensor }) => {
    const held = places.get(name);
    return held === undefined ? [] : [{ ...tensor, places: held }];
  });
}

interface Candidate<T> {
  /** Tensors that are not ignored, by plain name. */
  readonly named: readonly { readonly name: string; readonly tensor: T }[];
  readonly hits: number;
}

type PlacesByTensor = ReadonlyMap<string, readonly ParameterPlace[]>;

function placesByTensor(places: readonly ParameterPlace[]): PlacesByTensor {
  const byTensor = new Map<string, ParameterPlace[]>();
  for (const place of places) {
    byTensor.set(place.tensor.name, [...(byTensor.get(place.tensor.name) ?? []), place]);
  }
  return byTensor;
}

function underPrefix<T extends TensorHeading>(
  layout: Layout,
  prefix: string,
  tensors: readonly T[],
  places: PlacesByTensor,
): Candidate<T> {
  const named = tensors
    .map((tensor) => ({ name: plainName(layout, prefix, tensor.name), tensor }))
    .filter(({ name }) => places.has(name) || !layout.ignored.test(name));
  return { named, hits: named.filter(({ name }) => places.has(name)).length };
}

function faultsOf<T extends TensorHeading>(
  { named }: Candidate<T>,
  places: PlacesByTensor,
): string[] {
  const found = new Map(named.map(({ name, tensor }) => [name, tensor]));
  const missing = [...places.keys()].filter((name) => !found.has(name));
  const extra = [...found.keys()].filter((name) => !places.has(name));
  const misshapen = [...places].flatMap(([name, [place]]) => {
    const shape = found.get(name)?.shape;
    const expected = place?.tensor.shape ?? [];
    return shape === undefined || shape.join() === expected.join()
      ? []
      : [`${name} [${shape.join(', ')}] instead of [${expected.join(', ')}]`];
  });
  const twice = named.find(({ name, tensor }) => found.get(name) !== tensor);
  return [
    ...list('missing', missing),
    ...list('extra', extra),
    ...list('misshapen', misshapen),
    ...(twice === undefined ? [] : [`${twice.name} occurs with and without prefix`]),
  ];
}

function list(title: string, names: readonly string[]): string[] {
  if (names.length === 0) {
    return [];
  }
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [`${title}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`];
}

const SHORT_WORD = /^[\w.-]{1,64}$/;

function describedAs({ config, openClipConfig }: ModelFiles): string {
  const type = field(config, 'model_type') ?? field(config, 'architecture');
  if (type !== undefined) {
    return `config.json describes ${type}`;
  }
  if (config !== undefined) {
    return 'config.json names neither model_type nor architecture';
  }
  return openClipConfig === undefined
    ? 'there is no config.json'
    : 'there is open_clip_config.json';
}

function field(config: unknown, key: string): string | undefined {
  const value: unknown =
    typeof config === 'object' && config !== null ? Reflect.get(config, key) : undefined;
  return typeof value === 'string' && SHORT_WORD.test(value) ? value : undefined;
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-backbone', `backbone: ${fault}`);
}
