import { ParsedTexts } from './parsed-texts.js';

describe('parsed texts', () => {
  const read: unknown[] = [];
  let texts: ParsedTexts<{ readonly n: number }>;

  beforeEach(() => {
    read.length = 0;
    texts = new ParsedTexts((json) => {
      read.push(json);
      return json as { readonly n: number };
    });
  });

  it('are parsed once for as long as they stay the same', () => {
    expect(texts.of('a', '{"n":1}')).toBe(texts.of('a', '{"n":1}'));
    expect(read).toEqual([{ n: 1 }]);
  });

  it('are parsed again when a row has changed', () => {
    texts.of('a', '{"n":1}');
    expect(texts.of('a', '{"n":2}')).toEqual({ n: 2 });
  });

  it('of one key are not those of another', () => {
    expect(texts.of('a', '{"n":1}')).not.toBe(texts.of('b', '{"n":1}'));
  });

  it('are forgotten when there are too many, the oldest first', () => {
    for (let n = 0; n <= 256; n += 1) {
      texts.of(`key ${n}`, `{"n":${n}}`);
    }
    read.length = 0;
    texts.of('key 256', '{"n":256}');
    texts.of('key 0', '{"n":0}');
    expect(read).toEqual([{ n: 0 }]);
  });
});
