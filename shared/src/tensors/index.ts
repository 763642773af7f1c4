export {
  dequantiseMean,
  fixedPointScale,
  quantise,
  type MeanDelta,
  type MeanInput,
  type QuantisedDelta,
  type QuantiseInput,
} from './fixed-point.js';
export { initialTensors } from './initial-tensors.js';
export { decodeVector, encodeVector, ringAdd, ringAddAt } from './ring.js';
export { decodeTensor, readSafetensors, writeSafetensors } from './safetensors.js';
export {
  readSafetensorsHeader,
  type Dtype,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensors-header.js';
export {
  parseTensorSchema,
  schemaHash,
  schemaSize,
  shapeSize,
  TensorSchemaJson,
  type TensorInit,
  type TensorSchema,
  type TensorSpec,
} from './tensor-schema.js';
export {
  inSchemaOrder,
  nonFinite,
  requireFinite,
  requireMatches,
  requireTensor,
  type Tensor,
  type TensorSet,
} from './tensor-set.js';
