/** A linear head alone: the whole backbone is frozen trunk. */
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';

export type LinearHeadConfig = Extract<AdapterConfig, { kind: 'linear-head' }>;

/** The head reads the feature. */
export function linearHeadLevel(geometry: BackboneGeometry): number {
  return geometry.layers;
}
