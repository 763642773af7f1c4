import { preset } from '../jest.preset.mjs';

export default { ...preset, displayName: 'node-agent', testTimeout: 20_000 };
