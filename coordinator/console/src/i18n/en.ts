/** English, from which every other language takes its keys. One section for each folder of features. */
import { curvesEn } from './curves-words.js';
import { feedEn } from './feed-words.js';
import { sessionEn } from './session-words.js';
import { shellEn } from './shell-words.js';
import { studiesEn } from './studies-words.js';
import { studyEn } from './study-words.js';
import { timelineEn } from './timeline-words.js';
import { newStudyEn } from './new-study-words.js';
import { studyFieldEn } from './study-field-words.js';
import { studyOutcomeEn } from './study-outcome-words.js';

export const en = {
  session: sessionEn,
  shell: shellEn,
  studies: studiesEn,
  study: studyEn,
  feed: feedEn,
  timeline: timelineEn,
  curves: curvesEn,
  newStudy: newStudyEn,
  studyField: studyFieldEn,
  studyOutcome: studyOutcomeEn,
};
