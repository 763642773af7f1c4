export { requireBytes } from './assert.js';
export { fromBase64, toBase64 } from './base64.js';
export { concatBytes, equalBytes, fromUtf8, isWellFormed, utf8 } from './bytes.js';
export {
  canonicalBytes,
  canonicalJson,
  parseCanonicalJson,
  type Json,
  type JsonObject,
} from './canonical-json.js';
export { decodeFloat, encodeFloat, isFloatBits, type FloatBits } from './float-bits.js';
export { fromHex, toHex } from './hex.js';
export { parseJson, type JsonLimits } from './json.js';
