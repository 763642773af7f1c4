/** tfjs on onnxruntime: the backend, and functions captured with their gradients as graphs. */
export { startOnnxruntime, type Started, type StartOptions } from './start.js';
export { gelu, layerNorm } from './kernels/composites.js';
export { CaptureError } from './capture/capture-error.js';
export { compiled, type Compiled, type CompileOptions, perCall } from './capture/compiled.js';
export type { Memory } from './capture/trace-graphs.js';
