export {
  dequantiseMean,
  fixedPointScale,
  quantise,
  type MeanDelta,
  type MeanInput,
  type QuantisedDelta,
  type QuantiseInput,
} from './fixed-point.js';
export {
  float16Bytes,
  float32Bytes,
  floatBytes,
  isFloatDtype,
  widenFloats,
  type FloatDtype,
} from './float-bytes.js';
export { initialTensors } from './initial-tensors.js';
export { decodeVector, encodeVector, ringAdd, ringAddAt } from './ring.js';
export { decodeTensor, readSafetensors, safetensorsHead, writeSafetensors } from './safetensors.js';
export {
  parseSafetensorsHeader,
  readSafetensorsHeader,
  SAFETENSORS_LENGTH_BYTES,
  safetensorsHeaderLength,
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
  firstNonFinite,
  inSchemaOrder,
  nonFinite,
  requireFinite,
  requireMatches,
  requireTensor,
  type Tensor,
  type TensorSet,
} from './tensor-set.js';
