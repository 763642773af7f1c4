import { toBase64 } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { EMPTY_ROOT, formatCheckpoint, leafHash, parseCheckpoint } from './index.js';

const root = leafHash(Uint8Array.of(1));
const base64 = toBase64(root);
const origin = 'coordinator.example/log';

describe('a log checkpoint (C2SP tlog-checkpoint)', () => {
  it('is three lines: origin, size in decimal, root in base64', () => {
    expect(formatCheckpoint({ origin, size: 20852163, root })).toBe(
      `${origin}\n20852163\n${base64}\n`,
    );
  });

  it.each([
    { origin, size: 0, root: EMPTY_ROOT },
    { origin, size: 1, root },
    { origin: 'go.sum database tree', size: 2 ** 53 - 1, root },
    { origin: 'Krankenhaus Süd', size: 10, root },
  ])('of $origin with $size leaves is the same after parsing', (checkpoint) => {
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it.each([
    ['an empty text', ''],
    ['no newline at the end', `${origin}\n1\n${base64}`],
    ['two lines', `${origin}\n1\n`],
    ['an extension line', `${origin}\n1\n${base64}\nextension\n`],
    ['an empty line at the end', `${origin}\n1\n${base64}\n\n`],
    ['an empty origin', `\n1\n${base64}\n`],
    ['a control character in the origin', `a\tb\n1\n${base64}\n`],
    ['line ends of Windows', `${origin}\r\n1\r\n${base64}\r\n`],
    ['a leading zero', `${origin}\n01\n${base64}\n`],
    ['two zeros', `${origin}\n00\n${base64}\n`],
    ['a plus sign', `${origin}\n+1\n${base64}\n`],
    ['a minus sign', `${origin}\n-1\n${base64}\n`],
    ['an exponent', `${origin}\n1e3\n${base64}\n`],
    ['a hexadecimal size', `${origin}\n0x1\n${base64}\n`],
    ['a fraction', `${origin}\n1.0\n${base64}\n`],
    ['a space before the size', `${origin}\n 1\n${base64}\n`],
    ['digits of another script', `${origin}\n١\n${base64}\n`],
    ['an empty size', `${origin}\n\n${base64}\n`],
    ['a size of 2^53', `${origin}\n9007199254740992\n${base64}\n`],
    ['an empty root', `${origin}\n1\n\n`],
    ['a root without padding', `${origin}\n1\n${base64.replaceAll('=', '')}\n`],
    ['a root of 31 bytes', `${origin}\n1\n${toBase64(root.slice(1))}\n`],
    ['a root in hexadecimal', `${origin}\n1\n${'ab'.repeat(32)}\n`],
    ['a space after the root', `${origin}\n1\n${base64} \n`],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(refusal('checkpoint-invalid'));
  });

  it.each([
    ['an empty origin', { origin: '', size: 1, root }],
    ['an origin of two lines', { origin: 'a\nb', size: 1, root }],
    ['a negative size', { origin, size: -1, root }],
    ['a size between two', { origin, size: 0.5, root }],
    ['a short root', { origin, size: 1, root: root.slice(1) }],
  ])('is not written with %s', (_, checkpoint) => {
    expect(() => formatCheckpoint(checkpoint)).toThrow();
  });
});
