import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { toHex, utf8 } from '../encoding/index.js';
import { generateBoxKeyPair, sharedSecret } from './box.js';
import { createChannel, type Channel } from './channel.js';
import { randomBytes } from './random.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const secret = randomBytes(32);
const transcript = utf8('everything that was said');

function bothEnds(frames?: number): { readonly site: Channel; readonly coordinator: Channel } {
  return {
    site: createChannel('site', secret, transcript, frames),
    coordinator: createChannel('coordinator', secret, transcript, frames),
  };
}

const refused = refusal('bad-message');
const closed = refusal('wrong-state');

describe('a channel', () => {
  it('carries frames of any length both ways, in order', () => {
    const { site, coordinator } = bothEnds();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (plain, up) => {
        const [from, to] = up ? [site, coordinator] : [coordinator, site];
        expect(to.open(from.seal(plain))).toEqual(plain);
      }),
    );
  });

  it('stands between two ends that each know their own ephemeral key', () => {
    const a = generateBoxKeyPair();
    const b = generateBoxKeyPair();
    const site = createChannel('site', sharedSecret(b.publicKey, a.secretKey), transcript);
    const other = createChannel('coordinator', sharedSecret(a.publicKey, b.secretKey), transcript);
    expect(other.open(site.seal(utf8('hello')))).toEqual(utf8('hello'));
  });

  it('has keys, nonces and tag as documented, so that others can implement it', () => {
    const { site } = bothEnds();
    site.seal(utf8('frame 0'));
    const sealed = site.seal(utf8('frame 1'));
    const salt = createHash('sha256').update(transcript).digest();
    const key = hkdfSync('sha256', secret, salt, 'consilium/v1/site-to-coordinator', 32);
    const nonce = Buffer.from('000000000000000000000001', 'hex');
    const decipher = createDecipheriv('aes-256-gcm', new Uint8Array(key), nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    expect(plain.toString()).toBe('frame 1');
  });

  it('never seals equal frames to equal bytes', () => {
    const { site, coordinator } = bothEnds();
    const frames = [site, site, coordinator, coordinator].map((end) => toHex(end.seal(transcript)));
    expect(new Set(frames).size).toBe(4);
  });

  it.each<[string, (a: Uint8Array, b: Uint8Array) => readonly Uint8Array[]]>([
    ['reordered', (a, b) => [b, a]],
    ['repeated', (a) => [a, a]],
    ['left out', (_, b) => [b]],
    ['cut short', (a) => [a.subarray(0, -1)]],
    ['shorter than a tag', () => [new Uint8Array(15)]],
    ['empty', () => [new Uint8Array(0)]],
    ['made up', () => [randomBytes(40)]],
  ])('refuses a frame that was %s', (_, arrange) => {
    const { site, coordinator } = bothEnds();
    const frames = arrange(site.seal(utf8('first')), site.seal(utf8('second')));
    expect(() => frames.forEach((frame) => coordinator.open(frame))).toThrow(refused);
  });

  it('refuses its own frames sent back to it', () => {
    const { site } = bothEnds();
    expect(() => site.open(site.seal(utf8('hello')))).toThrow(refused);
  });

  it('refuses a frame with any bit changed', () => {
    for (let bit = 0; bit < 8 * 21; bit += 1) {
      const { site, coordinator } = bothEnds();
      const frame = site.seal(utf8('hello'));
      frame[bit >> 3] = (frame[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => coordinator.open(frame)).toThrow(refused);
    }
  });

  it.each([
    ['another transcript', createChannel('coordinator', secret, utf8('something else'))],
    ['another secret', createChannel('coordinator', randomBytes(32), transcript)],
    ['the same role', createChannel('site', secret, transcript)],
  ])('does not understand an end with %s', (_, other) => {
    expect(() => other.open(bothEnds().site.seal(utf8('hello')))).toThrow(refused);
  });

  it('is dead in both directions after one refusal', () => {
    const { site, coordinator } = bothEnds();
    const good = site.seal(utf8('hello'));
    expect(() => coordinator.open(randomBytes(21))).toThrow(refused);
    expect(() => coordinator.open(good)).toThrow(refused);
    expect(() => coordinator.seal(utf8('hello'))).toThrow(closed);
  });

  it('ends before a counter could repeat', () => {
    const { site, coordinator } = bothEnds(2);
    const frames = [site.seal(transcript), site.seal(transcript)];
    expect(() => site.seal(transcript)).toThrow(closed);
    frames.forEach((frame) => expect(coordinator.open(frame)).toEqual(transcript));
    expect(() => coordinator.open(new Uint8Array(16))).toThrow(refused);
  });

  it('does not take a frame beyond the last, however well sealed', () => {
    const site = createChannel('site', secret, transcript, 2);
    const coordinator = createChannel('coordinator', secret, transcript, 1);
    expect(coordinator.open(site.seal(transcript))).toEqual(transcript);
    expect(() => coordinator.open(site.seal(transcript))).toThrow(refused);
  });

  it('still opens after it has sealed its last frame', () => {
    const site = createChannel('site', secret, transcript, 0);
    const coordinator = createChannel('coordinator', secret, transcript, 1);
    expect(() => site.seal(transcript)).toThrow(closed);
    expect(() => site.open(coordinator.seal(transcript))).toThrow(refused);
  });

  it('asks for a secret of 32 bytes', () => {
    expect(() => createChannel('site', new Uint8Array(31), transcript)).toThrow(
      'channel secret: expected 32 bytes, got 31 bytes',
    );
  });
});
