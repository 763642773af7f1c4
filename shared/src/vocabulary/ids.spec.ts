import { ConsiliumError } from './errors.js';
import {
  isAttemptId,
  isContentHash,
  isKeyId,
  isSiteId,
  isStudyId,
  parseAttemptId,
  parseContentHash,
  parseKeyId,
  parseRoundNo,
  parseSiteId,
  parseStudyId,
} from './ids.js';
import { refusal } from './testing/refusal.js';

const HASH = `sha256:${'0f'.repeat(32)}`;

describe.each([
  ['study id', parseStudyId, isStudyId],
  ['site id', parseSiteId, isSiteId],
] as const)('a %s', (_, parse, is) => {
  it.each(['a', '0', 'blood-cells', 'st-marys-2', 'a-', 'x'.repeat(63)])('may be %s', (text) => {
    expect(parse(text)).toBe(text);
    expect(is(text)).toBe(true);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(64)],
    ['upper case', 'Blood'],
    ['led by a hyphen', '-a'],
    ['a path', '../a'],
    ['followed by a line end', 'a\n'],
    ['accented', 'é'],
    ['a key that JSON objects must not have', 'constructor'],
    ['the other such key', 'prototype'],
    ['a number', 7],
    ['null', null],
    ['missing', undefined],
  ])('is refused when %s', (_case, value) => {
    expect(() => parse(value)).toThrow(ConsiliumError);
    expect(is(value)).toBe(false);
  });
});

describe('an id in hex', () => {
  it.each([
    ['attempt id', parseAttemptId, isAttemptId, 'ab'.repeat(16)],
    ['key id', parseKeyId, isKeyId, 'ab'.repeat(8)],
    ['content hash', parseContentHash, isContentHash, HASH],
  ] as const)('%s has one length and lower case only', (_, parse, is, text) => {
    expect(parse(text)).toBe(text);
    expect(is(text)).toBe(true);
    for (const wrong of [text.toUpperCase(), `${text}0`, text.slice(1), `${text}\n`, [text], {}]) {
      expect(() => parse(wrong)).toThrow(ConsiliumError);
      expect(is(wrong)).toBe(false);
    }
  });
});

describe('a refusal', () => {
  it('names the kind, the rule and what came', () => {
    expect(() => parseSiteId('St Mary')).toThrow(
      'site id: expected 1 to 63 of a-z, 0-9 and "-", starting with a letter or digit, no reserved word, got "St Mary"',
    );
    expect(() => parseKeyId(null)).toThrow('got null');
    expect(() => parseKeyId(7)).toThrow('got number');
  });

  it('is a bad request', () => {
    expect(() => parseStudyId('')).toThrow(refusal('bad-request'));
  });

  it('shows a long value short and quoted', () => {
    expect(() => parseStudyId('\u001b'.repeat(1000))).toThrow(/, got "(\\u001b){77}\.{3}"$/);
  });
});

describe('a round number', () => {
  it.each([1, 2, 2 ** 31 - 1])('may be %d', (value) => {
    expect(parseRoundNo(value)).toBe(value);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 31, '1', undefined])('is refused when %p', (value) => {
    expect(() => parseRoundNo(value)).toThrow('round number: expected a whole number from 1');
  });
});
