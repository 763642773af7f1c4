export type { Forgery } from './sample-context.js';
export { playSampleStudy, type SampleStudy } from './sample-study.js';
