import * as argon2 from '@node-rs/argon2';
import { Passwords } from './passwords.js';

jest.mock('@node-rs/argon2', () => {
  const actual = jest.requireActual<typeof argon2>('@node-rs/argon2');
  return { ...actual, verify: jest.fn(actual.verify) };
});

const verified = jest.mocked(argon2.verify);

describe('a password', () => {
  const passwords = new Passwords();

  beforeEach(() => {
    verified.mockClear();
  });

  it('holds against its own hash alone', async () => {
    const hash = await passwords.hash('correct horse battery');
    expect(await passwords.verify(hash, 'correct horse battery')).toBe(true);
    expect(await passwords.verify(hash, 'correct horse buttery')).toBe(false);
  });

  it('costs as much to try for a name that nobody has, and never holds', async () => {
    const hash = await passwords.hash('correct horse battery');
    expect(await passwords.verify(undefined, 'correct horse battery')).toBe(false);
    const costOf = (text: unknown): string => String(text).split('$').slice(0, 4).join('$');
    expect(verified.mock.calls.map(([expected]) => costOf(expected))).toEqual([costOf(hash)]);
    expect(costOf(hash)).toBe('$argon2id$v=19$m=19456,t=2,p=1');
  });
});
