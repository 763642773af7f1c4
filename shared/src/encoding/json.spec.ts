import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { isConsiliumError, LIMITS } from '../vocabulary/index.js';
import { parseJson } from './json.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

type Outcome =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly error: unknown };

function outcome(read: () => unknown): Outcome {
  try {
    return { kind: 'read', value: read() };
  } catch (error) {
    return { kind: 'refused', error };
  }
}

const isCoded = (error: unknown): boolean => isConsiliumError(error, 'bad-encoding');

/** Everything JSON can say, with the keys and strings that give parsers trouble. */
const anyValue = fc.jsonValue({ maxDepth: 5 });

describe('reading JSON', () => {
  it('agrees with JSON.parse on whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        fc.pre(!/"(?:__proto__|constructor|prototype)"/.test(text) && !/\\ud[89a-f]/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes no text that JSON.parse refuses, however it is bent', () => {
    const pieces = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u00', 'a', '"a"', '0', '-', '1.', 'e5'],
      ...['true', 'nul', ' ', '\n', '\u0000', '\u00a0', '\ufeff', '"__proto__"'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const ours = outcome(() => parseJson(text));
        const theirs = outcome(() => JSON.parse(text) as unknown);
        return ours.kind === 'refused' ? isCoded(ours.error) : isDeepStrictEqual(ours, theirs);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['', 'JSON at character 0: expected a value'],
    ['  ', 'JSON at character 2: expected a value'],
    ['01', 'JSON at character 1: text after the value'],
    ['+1', 'JSON at character 0: expected a value'],
    ['1.', 'JSON at character 1: text after the value'],
    ['NaN', 'JSON at character 0: expected a value'],
    ['nil', 'JSON at character 0: expected a value'],
    ['1e999', 'JSON at character 0: number out of range'],
    ['"a', 'JSON at character 0: string without an end'],
    ['"a\\"', 'JSON at character 0: string without an end'],
    ['"\\x"', 'JSON at character 0: bad string'],
    ['"\n"', 'JSON at character 0: bad string'],
    ['"\\ud800"', 'JSON at character 0: half a surrogate pair'],
    ['[1,]', 'JSON at character 3: expected a value'],
    ['[1 2]', 'JSON at character 3: expected "]"'],
    ['{"a" 1}', 'JSON at character 5: expected ":"'],
    ['{"a":1,}', 'JSON at character 7: expected a string'],
    ['{a:1}', 'JSON at character 1: expected a string'],
    ['{"a":1]', 'JSON at character 6: expected "}"'],
    ['{} {}', 'JSON at character 3: text after the value'],
  ])('refuses %p and names the place', (text, message) => {
    expect(() => parseJson(text)).toThrow(refusal('bad-encoding', message));
  });

  it.each([['{"a":1,"a":1}'], ['{"a":1,"b":2,"\\u0061":3}'], ['[{"toString":1,"toString":2}]']])(
    'refuses the repeated key of %s',
    (text) => {
      expect(() => parseJson(text)).toThrow('repeated key');
    },
  );

  it.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__'])(
    'refuses the key %s at any depth and leaves Object.prototype as it is',
    (key) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      expect(() => parseJson(`{"${key}":{"polluted":true}}`)).toThrow('forbidden key');
      expect(() => parseJson(`[{"a":{"${key}":1}}]`)).toThrow('forbidden key');
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect('polluted' in {}).toBe(false);
    },
  );

  it('takes inherited names as ordinary keys', () => {
    const value = parseJson('{"toString":1,"hasOwnProperty":2}') as Record<string, unknown>;
    expect(Object.entries(value)).toEqual([
      ['toString', 1],
      ['hasOwnProperty', 2],
    ]);
  });

  it('reads escapes and backslashes before a quote', () => {
    expect(parseJson('["\\\\","\\\\\\"","\\u20ac\\ud83d\\ude00\\/"]')).toEqual([
      '\\',
      '\\"',
      '€😀/',
    ]);
  });

  it('nests as deep as allowed and no deeper, without recursion running out', () => {
    expect(parseJson(nested(LIMITS.jsonDepth))).toHaveLength(1);
    expect(() => parseJson(nested(LIMITS.jsonDepth + 1))).toThrow('nested deeper than 32');
    expect(() => parseJson('{"a":'.repeat(10_000))).toThrow('nested deeper than 32');
    expect(parseJson('[{}]', { maxDepth: 2 })).toEqual([{}]);
    expect(() => parseJson('[{}]', { maxDepth: 1 })).toThrow('nested deeper than 1');
  });

  it('counts the depth anew in each branch', () => {
    expect(parseJson('[[],[],{},[[]]]', { maxDepth: 3 })).toEqual([[], [], {}, [[]]]);
  });

  it('measures the text in bytes of UTF-8', () => {
    expect(parseJson('"éé"', { maxBytes: 6 })).toBe('éé');
    for (const text of ['"ééé"', '"abcdef"']) {
      expect(() => parseJson(text, { maxBytes: 6 })).toThrow(refusal('message-too-large'));
    }
  });

  it('refuses an object of a million keys by its size alone', () => {
    const keys = Array.from({ length: 1_000_000 }, (_, i) => `"${i}":0`);
    expect(() => parseJson(`{${keys.join(',')}}`)).toThrow(
      'JSON text is longer than 2097152 bytes',
    );
  });

  it('reads a string of a megabyte', () => {
    const long = 'x"\\'.repeat(300_000);
    expect(parseJson(JSON.stringify(long))).toBe(long);
  });
});
