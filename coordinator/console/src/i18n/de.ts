/** German. */
import { accountDe } from './account-words.js';
import { auditVerifyDe } from './audit-verify-words.js';
import { auditDe } from './audit-words.js';
import { curvesDe } from './curves-words.js';
import type { en } from './en.js';
import { feedDe } from './feed-words.js';
import { keysDe } from './keys-words.js';
import { healthDe } from './health-words.js';
import { peopleDe } from './people-words.js';
import { sessionDe } from './session-words.js';
import { shellDe } from './shell-words.js';
import { sitesDe } from './sites-words.js';
import { studiesDe } from './studies-words.js';
import { studyDe } from './study-words.js';
import { timelineDe } from './timeline-words.js';
import type { Words } from './words.js';
import { newStudyDe } from './new-study-words.js';
import { studyFieldDe } from './study-field-words.js';
import { studyOutcomeDe } from './study-outcome-words.js';
import { adaptersDe } from './adapters-words.js';

export const de: Words<typeof en> = {
  health: healthDe,
  account: accountDe,
  people: peopleDe,
  session: sessionDe,
  shell: shellDe,
  sites: sitesDe,
  keys: keysDe,
  studies: studiesDe,
  study: studyDe,
  feed: feedDe,
  timeline: timelineDe,
  curves: curvesDe,
  audit: auditDe,
  auditVerify: auditVerifyDe,
  newStudy: newStudyDe,
  studyField: studyFieldDe,
  studyOutcome: studyOutcomeDe,
  adapters: adaptersDe,
};
