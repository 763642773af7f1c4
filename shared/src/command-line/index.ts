export { commandsSection, leavesOf } from './commands-page.js';
export { describeCommand, type CommandDescription, type Examples } from './command-tree.js';
export { requireConsent } from './consent.js';
export { addContract, schemaLine, type SettingsPlace } from './contract.js';
export {
  answerLine,
  answerLineOf,
  eventLine,
  failureLine,
  lastLine,
  ReportedFailure,
  withoutEnvelope,
} from './envelope.js';
export { explainFailure } from './failure.js';
export { type ProgramExit } from './exit-codes.js';
export { nextStepLine, type NextSteps } from './next-step.js';
export { progressBlock, progressNews, redrawn, type Progress, type Told } from './progress.js';
export { settingsWithOrigin, type Setting, type SettingsLayer } from './settings.js';
export { drawsInPlace, readSwitches, showsColours, type Switches } from './switches.js';
