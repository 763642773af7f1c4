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
  isOperatorId,
  isSiteId,
  isStudyId,
  parseAttemptId,
  parseContentHash,
  parseKeyId,
  parseOperatorId,
  parseRoundNo,
  parseSiteId,
  parseStudyId,
  type AttemptId,
  type Brand,
  type ContentHash,
  type KeyId,
  type OperatorId,
  type RoundNo,
  type SiteId,
  type StudyId,
} from './ids.js';
export { LIMITS } from './limits.js';
export {
  isOperatorRole,
  isRight,
  OPERATOR_ROLES,
  RIGHTS,
  rightsOfRoles,
  ROLE_RIGHTS,
  SENSITIVE_RIGHTS,
  type OperatorRole,
  type Right,
  type RoleEntry,
  type RoleReach,
} from './rights.js';
export { PRODUCT, PROTOCOL_VERSION } from './version.js';
