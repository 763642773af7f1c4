/** A bundle within a page. */
import { fromBase64, utf8 } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { selfVerifyingHtml, type PageDocuments } from './self-verifying-html.js';

const TEMPLATE = '<script type="application/json">"consilium-bundle"</script>';
const FILES = [
  { path: 'adapters/0.safetensors', bytes: new Uint8Array(600) },
  { path: 'attempts/a/ring-sum.bin', bytes: new Uint8Array(500).fill(1) },
  { path: 'attempts/a/masked/north.bin', bytes: Uint8Array.from({ length: 100_001 }, (_, i) => i) },
  { path: 'bundle.json', bytes: utf8('{"a":"</script><!-- $& \u{1f9ec}"}') },
];

function documentsIn(html: string): PageDocuments {
  const [, json = ''] = /<script type="application\/json">([^<]*)<\/script>/.exec(html) ?? [];
  return JSON.parse(json) as PageDocuments;
}

describe('a page that verifies itself', () => {
  it('holds every file of the bundle', () => {
    const { files, leftOut } = documentsIn(selfVerifyingHtml(TEMPLATE, FILES));
    const found = new Map(files.map(({ path, content }) => [path, fromBase64(content)]));
    expect(found).toEqual(new Map(FILES.map(({ path, bytes }) => [path, bytes])));
    expect(leftOut).toEqual([]);
  });

  it('names what is too large for it, and takes documents first, then what is small', () => {
    const { files, leftOut } = documentsIn(selfVerifyingHtml(TEMPLATE, FILES, { mostBytes: 1000 }));
    expect(files.map(({ path }) => path)).toEqual(['bundle.json', 'attempts/a/ring-sum.bin']);
    expect(leftOut).toEqual([
      { path: 'adapters/0.safetensors', bytes: 600 },
      { path: 'attempts/a/masked/north.bin', bytes: 100_001 },
    ]);
  });

  it('cannot be left by the name of a file', () => {
    const files = [{ path: '</script><script>alert(1)</script>', bytes: utf8('') }];
    const html = selfVerifyingHtml(TEMPLATE, files);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(documentsIn(html).files[0]?.path).toBe(files[0]?.path);
  });

  it.each(['', `${TEMPLATE}${TEMPLATE}`])('is made of no other page: %s', (template) => {
    expect(() => selfVerifyingHtml(template, FILES)).toThrow(refusal('bad-request'));
  });
});
