/** The adapters there are: one line a method. */
import {
  privateAdapterSchema,
  type AdapterConfig,
  type AdapterConfigOf,
  type AdapterKind,
  type BackboneGeometry,
} from '@consilium/shared/protocol';
import type { TensorSchema, TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Adapter, AdapterMethod, MergeParameter } from './adapter.js';
import { bottleneck } from './bottleneck/adapter.js';
import { dora } from './dora/adapter.js';
import { withoutHead } from './head.js';
import { ia3 } from './ia3/adapter.js';
import { linearHead } from './linear-head/adapter.js';
import { lora } from './lora/adapter.js';
import { parameterDeltas } from './parameter-deltas/adapter.js';
import { visualPrompts } from './visual-prompts/adapter.js';

type Configs = { readonly [K in AdapterKind]: AdapterConfigOf<K> };
type AdapterMethods = { readonly [K in AdapterKind]: AdapterMethod<Configs[K]> };

export const ADAPTERS: AdapterMethods = {
  'linear-head': linearHead,
  lora,
  rslora: lora,
  dora,
  ia3,
  'last-blocks': parameterDeltas,
  bitfit: parameterDeltas,
  'norm-tuning': parameterDeltas,
  full: parameterDeltas,
  bottleneck,
  'visual-prompts': visualPrompts,
};

/**
 * A fresh adapter, every tensor zero, without the head.
 * @param schema of the adapter, with or without the head's tensors
 * @throws ConsiliumError 'bad-tensor-schema' when config, geometry and schema do not belong together
 */
export function createAdapter(
  config: AdapterConfig,
  geometry: BackboneGeometry,
  schema: TensorSchema,
): Adapter {
  const own = withoutHead(schema);
  requireSchemaOf(config, geometry, own);
  return create(config.kind, config, geometry, own);
}

/**
 * The way to the merged backbone, or undefined for a method that adds layers or tokens.
 * @param tensors the adapter's, by name of the schema; the head's may be among them
 */
export function mergeAdapter(
  config: AdapterConfig,
  geometry: BackboneGeometry,
  tensors: TensorSet,
): MergeParameter | undefined {
  return merge(config.kind, config, geometry, tensors);
}

/** Generic, so that the compiler sees that kind and config are of one method. */
function create<K extends AdapterKind>(
  kind: K,
  config: Configs[K],
  geometry: BackboneGeometry,
  schema: TensorSchema,
): Adapter {
  return ADAPTERS[kind].create(config, geometry, schema);
}

function merge<K extends AdapterKind>(
  kind: K,
  config: Configs[K],
  geometry: BackboneGeometry,
  tensors: TensorSet,
): MergeParameter | undefined {
  return ADAPTERS[kind].merge?.(config, geometry, tensors);
}

function requireSchemaOf(
  adapter: AdapterConfig,
  geometry: BackboneGeometry,
  schema: TensorSchema,
): void {
  const expected = privateAdapterSchema({ geometry, adapter, updateRange: 1 });
  const astray = expected.findIndex((spec, i) => !isSame(spec, schema[i]));
  const extra = schema[expected.length];
  if (astray === -1 && extra === undefined) {
    return;
  }
  const wanted = astray === -1 ? 'no further tensor' : describe(expected[astray]);
  const found = astray === -1 ? describe(extra) : describe(schema[astray]);
  throw new ConsiliumError(
    'bad-tensor-schema',
    `${adapter.kind}: expected ${wanted}, the schema has ${found}`,
  );
}

type Heading = Pick<TensorSchema[number], 'name' | 'shape'>;

function isSame(a: Heading, b: Heading | undefined): boolean {
  return describe(a) === describe(b);
}

function describe(spec: Heading | undefined): string {
  return spec === undefined ? 'nothing' : `${spec.name} [${spec.shape.join(', ')}]`;
}
