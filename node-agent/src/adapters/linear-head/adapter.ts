/** Trains the head only, on cached features: the cheapest method, and the base line for every other. */
import type { AdapterConfigOf } from '@consilium/shared/protocol';
import { unadapted } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';

export const linearHead: AdapterMethod<AdapterConfigOf<'linear-head'>> = {
  create: (_, { layers }) => ({
    level: layers,
    variables: new Map(),
    adaptation: unadapted,
    dispose: () => undefined,
  }),
  merge: () => (_, frozen) => frozen,
};
