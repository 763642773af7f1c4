/** tfjs on onnxruntime: the backend, and functions captured with their gradients as graphs. */
export { startOnnxruntime, type Started, type StartOptions } from './start.js';
