import { preset } from '../jest.preset.mjs';

// These suites start programs that use every core: one at a time.
export default { ...preset, displayName: 'tests', maxWorkers: 1 };
