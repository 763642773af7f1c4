import fc from 'fast-check';
import { LIMITS } from '../vocabulary/index.js';
import { fromUtf8, utf8 } from './bytes.js';
import { canonicalBytes, canonicalJson, parseCanonicalJson, type Json } from './canonical-json.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const key = fc
  .string({ unit: 'binary', maxLength: 8 })
  .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));

const { value: anyJson } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** The same value with the keys of every object in reverse order. */
function reversed(value: Json | undefined): Json {
  if (Array.isArray(value)) {
    return value.map((item: Json) => reversed(item));
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value as Record<string, Json>).reverse();
    return Object.fromEntries(entries.map(([name, item]) => [name, reversed(item)]));
  }
  return value as Json;
}

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units, as in RFC 8785 section 3.2.3', () => {
    const text = canonicalJson({
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    });
    expect(Object.values(JSON.parse(text) as object).sort()).toHaveLength(7);
    const order = [...text.matchAll(/:"([^"]+)"/g)].map((match) => match[1]);
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('escapes as in RFC 8785 section 3.2.2.2', () => {
    const string: unknown = JSON.parse(
      '"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"',
    );
    expect(canonicalJson(string as string)).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
    expect(canonicalJson('\u0000\b\t\n\f\r\u001f\u007f\u2028')).toBe(
      '"\\u0000\\b\\t\\n\\f\\r\\u001f\u007f\u2028"',
    );
  });

  it('has the bytes of RFC 8785 section 3.2.4 for the part that it covers', () => {
    const literals = { string: '€$\u000f\nA\'B"\\\\"/', literals: [true, false] };
    expect(Buffer.from(canonicalBytes(literals)).toString('hex')).toBe(
      '7b226c69746572616c73223a5b747275652c66616c73655d2c22737472696e67' +
        '223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [-1, '-1'],
    [1e15, '1000000000000000'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [-Number.MAX_SAFE_INTEGER, '-9007199254740991'],
  ])('writes the whole number %p as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('takes objects without a prototype, and absent properties', () => {
    const bare = Object.assign(Object.create(null) as Record<string, Json>, { b: 1, a: {} });
    expect(canonicalJson(bare)).toBe('{"a":{},"b":1}');
    const optional: { a: number; b?: number } = { a: 1 };
    expect(canonicalJson(optional)).toBe('{"a":1}');
  });

  it('is read back as the same value', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(parseCanonicalJson(canonicalBytes(value)) as Json)).toBe(
          canonicalJson(value),
        );
      }),
    );
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(anyJson, (value) => canonicalJson(reversed(value)) === canonicalJson(value)),
    );
  });

  it.each([
    ['null', { a: null }, '$.a: null has no form'],
    ['undefined', { a: undefined }, '$.a: undefined has no form'],
    ['a hole', [1, , 2], '$[1]: undefined has no form'], // eslint-disable-line no-sparse-arrays
    ['a fraction', { a: [0.5] }, '$.a[0]: only whole numbers up to 2^53 - 1 have a form'],
    ['a number too large', 2 ** 53, '$: only whole numbers'],
    ['not a number', Number.NaN, '$: only whole numbers'],
    ['infinity', Infinity, '$: only whole numbers'],
    ['a bigint', 1n, '$: bigint has no form'],
    ['a function', { toJSON: () => 1 }, '$.toJSON: function has no form'],
    ['a symbol', Symbol('a'), '$: symbol has no form'],
    ['a date', new Date(0), '$: only plain objects and arrays have a form'],
    ['bytes', new Uint8Array(2), '$: only plain objects'],
    ['a map', new Map([['a', 1]]), '$: only plain objects'],
    ['half a surrogate pair', ['\ud800'], '$[0]: half a surrogate pair'],
    ['half a pair in a key', { '\udc00': 1 }, 'half a surrogate pair'],
    ['a forbidden key', { constructor: 1 }, '$: key "constructor" is forbidden'],
    ['an own __proto__', JSON.parse('{"__proto__":1}'), '$: key "__proto__" is forbidden'],
  ])('refuses %s and names the path', (_, value, message) => {
    expect(() => canonicalJson(value as Json)).toThrow(refusal('bad-encoding', message));
  });

  it('refuses a ring and what is nested too deep', () => {
    const ring: Json[] = [];
    ring.push(ring);
    expect(() => canonicalJson(ring)).toThrow('nested deeper than 32');
    const deep = Array.from({ length: LIMITS.jsonDepth - 1 }).reduce<Json>((inner) => [inner], []);
    expect(canonicalJson(deep)).toHaveLength(2 * LIMITS.jsonDepth);
    expect(() => canonicalJson([deep])).toThrow('nested deeper than 32');
  });
});

describe('reading canonical JSON', () => {
  it.each([
    ['white space', '{"a": 1}'],
    ['a line end', '{"a":1}\n'],
    ['unsorted keys', '{"b":1,"a":1}'],
    ['a needless escape', '"\\u0061"'],
    ['an upper-case escape', '"\\u001F"'],
    ['minus zero', '-0'],
    ['a whole number with an exponent', '1e2'],
    ['a whole number with a fraction', '1.0'],
    ['a fraction', '0.5'],
    ['null', '[null]'],
    ['a number too large', '9007199254740993'],
    ['a repeated key', '{"a":1,"a":1}'],
    ['a byte order mark', '\ufeff1'],
  ])('refuses %s', (_, text) => {
    expect(() => parseCanonicalJson(utf8(text))).toThrow(refusal('bad-encoding'));
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseCanonicalJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('UTF-8');
  });

  it('refuses bytes beyond the given limit', () => {
    expect(() => parseCanonicalJson(utf8('[1,2]'), { maxBytes: 4 })).toThrow(
      refusal('message-too-large'),
    );
  });

  it('takes only the bytes that it would write', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (text) => {
        let value: unknown;
        try {
          value = parseCanonicalJson(utf8(text));
        } catch {
          return;
        }
        expect(fromUtf8(canonicalBytes(value as Json))).toBe(text);
      }),
    );
  });
});
