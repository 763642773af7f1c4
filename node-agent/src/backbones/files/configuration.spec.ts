import { z } from 'zod';
import { parseConfiguration } from './configuration.js';

const schema = z.object({ sizes: z.array(z.int()) });

describe('a configuration', () => {
  it('is refused naming every key at fault', () => {
    expect(() => parseConfiguration('config.json', { sizes: [1, 'a', 2.5] }, schema)).toThrow(
      /^backbone: config.json: sizes.1: .*; sizes.2: /,
    );
  });

  it('is refused in one line, however much of it is at fault', () => {
    expect(() =>
      parseConfiguration('config.json', { sizes: Array(1000).fill('a') }, schema),
    ).toThrow(/sizes.7: [^;]*; and 992 more$/);
  });

  it('is refused where it is missing', () => {
    expect(() => parseConfiguration('config.json', undefined, schema)).toThrow(
      'backbone: config.json: is missing',
    );
  });
});
