import { preset } from '../../jest.preset.mjs';

/** tfjs-core for Node comes without gradients; its own ones are modules beside it, which Jest has to turn into CommonJS. */
const gradients = '@tensorflow/tfjs-core/dist/(?!tf-core)';

export default {
  ...preset,
  displayName: 'node-agent/onnxruntime-backend',
  transformIgnorePatterns: [`/node_modules/(?!(@consilium/|${gradients}))`],
};
