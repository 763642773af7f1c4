/** tfjs's plain JavaScript: needs nothing, and is slow. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerComposites } from '../composites.js';
import { absent, PROCESSOR, type EngineStarter } from '../starter.js';

export const cpu: EngineStarter = {
  name: 'cpu',
  start: async ({ device }) => {
    if (device === 'gpu') {
      return absent('it computes on the processor', 'Choose webgpu or tensorflow for a GPU.');
    }
    await tf.setBackend('cpu');
    registerComposites('cpu');
    const version = tf.version_core;
    return { kind: 'started', backend: 'cpu', version, device: PROCESSOR, threads: 1 };
  },
};
