export { samplePeople } from './sample-people.js';
export type { Forgery } from './sample-context.js';
export { createSoftPasskey } from '../../crypto/testing/soft-passkey.js';
export { playSampleStudy, type SampleStudy } from './sample-study.js';
export { playSecureStudy } from './sample-secure-study.js';
