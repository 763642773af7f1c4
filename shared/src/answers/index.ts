/** What the coordinator answers to programs of people: one form for the routes that give it and for the console that reads it. */
export { activitySchema, type Activity } from './activity.js';
export {
  bestOf,
  FIGURES,
  figureSeries,
  type FigureName,
  type FigureSeries,
  type Measured,
  type Reported,
  type SiteSeries,
} from './figures.js';
export {
  liveBeatSchema,
  liveChangeSchema,
  liveLeafSchema,
  type LiveBeat,
  type LiveChange,
  type LiveLeaf,
} from './live.js';
export { meSchema, type Me } from './person.js';
export {
  roundViewSchema,
  type AttemptView,
  type ParticipantView,
  type RoundView,
  type WordTimes,
} from './round-view.js';
export { studyViewSchema, type StudyView } from './study-view.js';
