import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOFTWARE_VERSION } from './software-version.js';

describe('the software version', () => {
  it('is that of package.json', () => {
    const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
    expect((JSON.parse(text) as { version: string }).version).toBe(SOFTWARE_VERSION);
  });
});
