/** What the coordinator answers to programs of people: one form for the routes that give it and for the console that reads it. */
export { activitySchema, type Activity } from './activity.js';
export { barsOf, type Bar } from './bars.js';
export { adapterViewSchema, type AdapterView } from './adapter-view.js';
export { bundleAnswerSchema, consistencyAnswerSchema } from './evidence.js';
export { entriesSchema, provenEntrySchema, type Entries, type ProvenEntry } from './entries.js';
export {
  bestOf,
  FIGURES,
  figureSeries,
  joinFigures,
  roundFigures,
  withReported,
  type FigureName,
  type FigureSeries,
  type Measured,
  type Reported,
  type RoundFigures,
  type SiteSeries,
} from './figures.js';
export {
  healthViewSchema,
  logCheckSchema,
  supportBundleSchema,
  type HealthView,
  type LogCheck,
  type SupportBundle,
} from './health.js';
export {
  liveBeatSchema,
  liveChangeSchema,
  liveLeafSchema,
  sessionEndSchema,
  type LiveBeat,
  type LiveChange,
  type LiveLeaf,
  type SessionEnd,
} from './live.js';
export { meSchema, type Me } from './person.js';
export { retryAfterMs } from './retry-after.js';
export {
  activationSchema,
  newTokenViewSchema,
  operatorCredentialsSchema,
  operatorViewSchema,
  passkeySummarySchema,
  sessionViewSchema,
  tokenViewSchema,
  type ActivationView,
  type NewTokenView,
  type OperatorCredentials,
  type OperatorView,
  type PasskeySummary,
  type SessionView,
  type TokenView,
} from './people.js';
export {
  roundViewSchema,
  type AttemptView,
  type ParticipantView,
  type RoundView,
  type WordTimes,
} from './round-view.js';
export {
  newInviteSchema,
  openInviteSchema,
  siteViewSchema,
  type NewInvite,
  type OpenInvite,
  type SiteView,
  type Uptime,
} from './site-view.js';
export { REASON_LENGTH, studyViewSchema, type StudyView } from './study-view.js';
export { studyCheckSchema, type StudyCheck } from './study-check.js';
