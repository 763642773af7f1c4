export { ERROR_CODES, type ErrorCode, type ErrorEntry, type ExitCode } from './error-codes.js';
export {
  ConsiliumError,
  errorCodeOf,
  isConsiliumError,
  isErrorCode,
  type ErrorDetail,
} from './errors.js';
export {
  isAttemptId,
  isContentHash,
  isKeyId,
  isSiteId,
  isStudyId,
  parseAttemptId,
  parseContentHash,
  parseKeyId,
  parseRoundNo,
  parseSiteId,
  parseStudyId,
  type AttemptId,
  type Brand,
  type ContentHash,
  type KeyId,
  type RoundNo,
  type SiteId,
  type StudyId,
} from './ids.js';
export { LIMITS } from './limits.js';
export { PRODUCT, PROTOCOL_VERSION } from './version.js';
