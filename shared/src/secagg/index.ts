export { secureContext, type SecureContextParts } from './context.js';
export { requireDealing, type DealingToCheck, type SecureAttempt } from './dealings.js';
export { mayEndorse, mayEndorseAll, type EndorsementRuling } from './difference-rule.js';
export {
  requireQuorum,
  requireSurvivors,
  unmaskingShares,
  type Member,
  type QuorumToCheck,
  type SurvivorsLeaf,
  type SurvivorsToCheck,
} from './endorsement.js';
export {
  explainSecurity,
  type SecureNumbers,
  type SecurityExplanation,
} from './explain-security.js';
export {
  byGroup,
  companyOf,
  cutIntoGroups,
  groupsOfCohort,
  groupsThatCount,
  listsOf,
  requireGroups,
  type CohortToCut,
  type GroupedStudy,
} from './groups.js';
export { maskUpdate, siteMasks, type Sharer, type SiteMasks } from './mask-update.js';
export { addMask, addMasks, type Mask, type WordRange } from './mask.js';
export {
  decodeMetricWords,
  encodeMetricWords,
  metricWordCount,
  type FiguresBeforeAndAfter,
  type MetricWordsInput,
  type SummedFigures,
} from './metric-words.js';
export {
  isSecretOf,
  openSecrets,
  type Dealer,
  type Opening,
  type SecretsToOpen,
  type ShareFault,
} from './open-secrets.js';
export {
  faultyDealing,
  openDealt,
  openRelay,
  requireDealt,
  type DealtToOpen,
  type Holder,
  type OpenedRelay,
  type Peer,
  type RelayToOpen,
} from './relay.js';
export { pairMaskSeed, selfMaskSeed, selfSeedHash, type PairOfSites } from './seeds.js';
export { summedBefore, summedTrainings, type SummedTrainings } from './repeats.js';
export {
  dealShares,
  dealtBy,
  dealtTo,
  type Dealing,
  type SharePair,
  type SharesToDeal,
} from './shares.js';
export {
  requiredSites,
  requireSecureSize,
  secureThreshold,
  sitesNeeded,
  thresholdAfter,
  type SecureRules,
  type SecureSize,
} from './threshold.js';
export { unmaskPlan, unmaskSum, type MasksOfSum, type OpenedSecret } from './unmask.js';
