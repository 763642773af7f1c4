/** For specs: one value of each scalar form. */
import { toBase64, type FloatBits } from '../../encoding/index.js';
import {
  parseAttemptId,
  parseContentHash,
  parseKeyId,
  parseOperatorId,
  parseSiteId,
  parseStudyId,
  type ContentHash,
} from '../../vocabulary/index.js';

export const STUDY_ID = parseStudyId('blood-cells');
export const SITE_ID = parseSiteId('northgate');
export const ATTEMPT_ID = parseAttemptId('9c'.repeat(16));
export const KEY_ID = parseKeyId('a1'.repeat(8));
export const OPERATOR_ID = parseOperatorId('op-0123456789ab');
export const OTHER_OPERATOR_ID = parseOperatorId('op-ba9876543210');
export const ONE: FloatBits = 'f64:3ff0000000000000';

/** A hash that ends in the two digits. */
export function hash(digits = 'ab'): ContentHash {
  return parseContentHash(`sha256:${'0'.repeat(62)}${digits}`);
}

/** So many bytes in base64, all alike. */
export function bytes(length: number, value = 7): string {
  return toBase64(new Uint8Array(length).fill(value));
}
