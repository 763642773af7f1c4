import { ERROR_CODES, type ErrorEntry } from './error-codes.js';
import { ConsiliumError, errorCodeOf, isConsiliumError, isErrorCode } from './errors.js';

const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(ERROR_CODES);

describe('a coded error', () => {
  it('carries its code, message, cause and evidence', () => {
    const cause = new Error('underneath');
    const error = new ConsiliumError('bad-chunk', 'chunk 3 does not open', {
      cause,
      detail: { index: 3 },
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'ConsiliumError',
      code: 'bad-chunk',
      message: 'chunk 3 does not open',
      cause,
      detail: { index: 3 },
    });
  });

  it('has no cause and no detail unless they are given', () => {
    const error = new ConsiliumError('late', 'too late');
    expect('cause' in error).toBe(false);
    expect(error.detail).toBeUndefined();
  });

  it('is told from other errors, and by its code', () => {
    const error: unknown = new ConsiliumError('late', 'too late');
    expect(isConsiliumError(error)).toBe(true);
    expect(isConsiliumError(error, 'late')).toBe(true);
    expect(isConsiliumError(error, 'conflict')).toBe(false);
    expect(isConsiliumError(new Error('late'))).toBe(false);
  });

  it('counts as our own fault when it has no code', () => {
    expect(errorCodeOf(new ConsiliumError('disk-full', 'no space left'))).toBe('disk-full');
    expect(errorCodeOf(new TypeError('x is undefined'))).toBe('internal');
    expect(errorCodeOf(undefined)).toBe('internal');
  });

  it('has a code of the table, not of the prototype of the table', () => {
    expect(isErrorCode('not-found')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode('no-such-code')).toBe(false);
    expect(isErrorCode(7)).toBe(false);
  });
});

describe('the table of codes', () => {
  it.each(entries)('%s has a name, a status, an exit code, a title and help', (code, entry) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect([1, 2, 3, 4, 5]).toContain(entry.exit);
    expect(entry.title).toMatch(/^[A-Z][^.]+$/);
    expect(entry.help).toMatch(/^[A-Z].+\.$/);
  });

  it('keeps the exit code of our own faults for those', () => {
    const faults = entries.filter(([, entry]) => entry.exit === 5).map(([code]) => code);
    expect(faults).toEqual(['internal']);
  });

  it('gives every code a title of its own', () => {
    expect(new Set(entries.map(([, entry]) => entry.title)).size).toBe(entries.length);
  });
});
