/** English, from which every other language takes its keys. One section for each folder of features. */
import { accountEn } from './account-words.js';
import { auditVerifyEn } from './audit-verify-words.js';
import { auditEn } from './audit-words.js';
import { curvesEn } from './curves-words.js';
import { feedEn } from './feed-words.js';
import { keysEn } from './keys-words.js';
import { healthEn } from './health-words.js';
import { peopleEn } from './people-words.js';
import { sessionEn } from './session-words.js';
import { shellEn } from './shell-words.js';
import { sitesEn } from './sites-words.js';
import { studiesEn } from './studies-words.js';
import { studyEn } from './study-words.js';
import { timelineEn } from './timeline-words.js';
import { newStudyEn } from './new-study-words.js';
import { studyFieldEn } from './study-field-words.js';
import { studyOutcomeEn } from './study-outcome-words.js';
import { adaptersEn } from './adapters-words.js';

export const en = {
  health: healthEn,
  account: accountEn,
  people: peopleEn,
  session: sessionEn,
  shell: shellEn,
  sites: sitesEn,
  keys: keysEn,
  studies: studiesEn,
  study: studyEn,
  feed: feedEn,
  timeline: timelineEn,
  curves: curvesEn,
  audit: auditEn,
  auditVerify: auditVerifyEn,
  newStudy: newStudyEn,
  studyField: studyFieldEn,
  studyOutcome: studyOutcomeEn,
  adapters: adaptersEn,
};
