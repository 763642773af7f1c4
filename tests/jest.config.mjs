import { preset } from '../jest.preset.mjs';

// These suites start programs, each of which takes seconds where cores are few or busy.
export default { ...preset, displayName: 'tests', testTimeout: 60_000 };
