/** The adapters there are: one line a method. */
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import type { TensorSchema } from '@consilium/shared/tensors';
import type { Adapter, AdapterMethod } from './adapter.js';
import { linearHead } from './linear-head/adapter.js';
import { lora } from './lora/adapter.js';

type AdapterMethods = {
  readonly [K in AdapterConfig['kind']]: AdapterMethod<Extract<AdapterConfig, { kind: K }>>;
};

export const ADAPTERS: AdapterMethods = {
  'linear-head': linearHead,
  lora,
};

/** @throws ConsiliumError 'bad-tensor-schema' when config, geometry and schema do not belong together */
export function createAdapter(
  config: AdapterConfig,
  geometry: BackboneGeometry,
  schema: TensorSchema,
): Adapter {
  switch (config.kind) {
    case 'linear-head':
      return ADAPTERS[config.kind].create(config, geometry, schema);
    case 'lora':
      return ADAPTERS[config.kind].create(config, geometry, schema);
  }
}
