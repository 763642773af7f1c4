import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_VERSION } from './version.js';

describe('the version that the agent names', () => {
  it('is the one of its package', () => {
    const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
    expect(AGENT_VERSION).toBe((JSON.parse(text) as { version: string }).version);
  });
});
