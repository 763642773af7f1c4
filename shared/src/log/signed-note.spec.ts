import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { generateSigningKeyPair, signDetached, signingKeyPairFrom } from '../crypto/index.js';
import { concatBytes, fromBase64, toBase64, toHex, utf8 } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { noteKeyId, signNote, verifyNote } from './index.js';

interface PublishedKey {
  readonly name: string;
  readonly keyId: string;
  readonly publicKey: string;
  readonly signature: string;
}

const published = JSON.parse(readFileSync(join(__dirname, 'vectors', 'notes.json'), 'utf8')) as {
  readonly text: string;
  readonly keys: readonly [PublishedKey & { readonly seed: string }, PublishedKey];
};

const name = 'coordinator.example/log';
const pair = generateSigningKeyPair();
const key = { name, publicKey: pair.publicKey };
const body = 'coordinator.example/log\n1\nroot\n';
const note = signNote(body, name, pair);
const line = note.slice(body.length + 1);
const stranger = generateSigningKeyPair();
const strangerLine = signNote(body, 'witness.example', stranger).slice(body.length + 1);

/** A signature line of any bytes after the key id. */
function lineOf(signer: string, keyId: Uint8Array, signature: Uint8Array): string {
  return `\u2014 ${signer} ${toBase64(concatBytes(keyId, signature))}\n`;
}

function bytesWith(text: string, ...inserted: number[]): Uint8Array {
  return concatBytes(Uint8Array.from(inserted), utf8(text));
}

const ownId = noteKeyId(name, pair.publicKey);
const ownSignature = signDetached(utf8(body), pair.secretKey);
const otherSignature = signDetached(utf8('another text\n'), pair.secretKey);

describe('a published signed note (golang.org/x/mod/sumdb/note)', () => {
  it.each(published.keys)('by $name verifies', ({ name: signer, publicKey, signature }) => {
    const signed = `${published.text}\n${signature}\n`;
    const found = verifyNote(signed, { name: signer, publicKey: fromBase64(publicKey) });
    expect(found.body).toBe(published.text);
  });

  it.each(published.keys)('by both verifies for $name', ({ name: signer, publicKey }) => {
    const lines = published.keys.map(({ signature }) => `${signature}\n`).join('');
    const found = verifyNote(utf8(`${published.text}\n${lines}`), {
      name: signer,
      publicKey: fromBase64(publicKey),
    });
    expect(found.body).toBe(published.text);
  });

  it.each(published.keys)('names the key of $name by $keyId', (vector) => {
    expect(toHex(noteKeyId(vector.name, fromBase64(vector.publicKey)))).toBe(vector.keyId);
  });

  it('is what we write with the same key', () => {
    const [peter] = published.keys;
    const secretKey = concatBytes(fromBase64(peter.seed), fromBase64(peter.publicKey));
    expect(signNote(published.text, peter.name, signingKeyPairFrom(secretKey))).toBe(
      `${published.text}\n${peter.signature}\n`,
    );
  });
});

describe('a signed note (C2SP signed-note)', () => {
  it.each([
    ['one signature', note],
    ['its bytes', utf8(note)],
    ['a signature of an unknown key after it', note + strangerLine],
    ['a signature of an unknown key before it', `${body}\n${strangerLine}${line}`],
    ['the same signature twice', note + line],
    ['our key id under another name', note + lineOf('witness.example', ownId, otherSignature)],
    [
      'our name with another key id',
      note + lineOf(name, Uint8Array.of(1, 2, 3, 4), otherSignature),
    ],
    ['a long signature of an unknown key', note + lineOf('pq', ownId, new Uint8Array(5000))],
    ['a thousand signatures of unknown keys', note + manyStrangers(1000)],
  ])('is accepted with %s', (_, accepted) => {
    expect(verifyNote(accepted, key)).toEqual({ body });
  });

  it('may hold empty lines and other scripts in its text', () => {
    const text = 'Über\n\n— no signature AAAAAAAA\n\n血液\n';
    expect(verifyNote(signNote(text, name, pair), key)).toEqual({ body: text });
  });

  it.each([
    ['no signature of the key', `${body}\n${strangerLine}`],
    ['a signature of another text', `${body}\n${lineOf(name, ownId, otherSignature)}`],
    ['a valid and an invalid signature', note + lineOf(name, ownId, otherSignature)],
    ['an invalid and a valid signature', `${body}\n${lineOf(name, ownId, otherSignature)}${line}`],
    ['a truncated signature', `${body}\n${lineOf(name, ownId, ownSignature.slice(0, 63))}`],
    [
      'a byte after the signature',
      `${body}\n${lineOf(name, ownId, new Uint8Array([...ownSignature, 0]))}`,
    ],
    ['the name of another key', `${body}\n${lineOf('other', ownId, ownSignature)}`],
    ['the id of another key', `${body}\n${lineOf(name, Uint8Array.of(0, 0, 0, 0), ownSignature)}`],
    ['one letter of its text changed', note.replace('root', 'rook')],
    ['a line added to its text', `more\n${note}`],
    ['an empty line added to its text', `${body}\n\n${line}`],
    ['a byte order mark', `\ufeff${note}`],
  ])('is not believed with %s', (_, refused) => {
    expect(() => verifyNote(refused, key)).toThrow(refusal('bad-signature'));
  });

  it.each([
    ['nothing', ''],
    ['only a text', body],
    ['no empty line before the signatures', body + line],
    ['no newline at the end', note.slice(0, -1)],
    ['no signature after the empty line', `${body}\n`],
    ['an empty line at the end', `${note}\n`],
    ['line ends of Windows', note.replaceAll('\n', '\r\n')],
    ['a carriage return in a line', note.replace('root', 'root\r')],
    ['a tab', note.replace('root', 'ro\tot')],
    ['a null character', note.replace('root', 'ro\0ot')],
    ['bytes that are not UTF-8', bytesWith(note, 0xff)],
    ['an overlong form of UTF-8', bytesWith(note, 0xc0, 0x80)],
    ['half a surrogate pair', `\ud800${note}`],
    ['a hyphen for the dash', note.replace('\u2014', '-')],
    ['two spaces after the dash', note.replace('\u2014 ', '\u2014  ')],
    ['a space at the end of the signature', note.replace(/\n$/, ' \n')],
    ['a malformed line among valid ones', `${note}no signature\n`],
    ['a space of another kind in a name', `${note}\u2014 a\u00a0b AAAAAAAA\n`],
    ['a plus in a name', `${note}\u2014 a+b AAAAAAAA\n`],
    ['no name', `${note}\u2014  AAAAAAAA\n`],
    ['a signature that is not base64', `${note}\u2014 other AAA\n`],
    ['a signature with padding bits', `${note}\u2014 other AAAAAAB=\n`],
    ['a signature of four bytes', `${note}\u2014 other AAAAAA==\n`],
    ['more bytes than any note needs', note + manyStrangers(16_000)],
  ])('is no note with %s', (_, refused) => {
    expect(() => verifyNote(refused, key)).toThrow(refusal('checkpoint-invalid'));
  });

  it.each([
    ['no newline at its end', 'text', name],
    ['a carriage return', 'text\r\n', name],
    ['half a surrogate pair', '\ud800\n', name],
    ['an empty name', body, ''],
    ['a space in the name', body, 'two words'],
    ['a plus in the name', body, 'a+b'],
    ['a newline in the name', body, 'a\nb'],
    ['a control character in the name', body, 'a\u0001b'],
  ])('is not written with %s', (_, text, signer) => {
    expect(() => signNote(text, signer, pair)).toThrow(RangeError);
  });

  it('is not verified against a key of another length', () => {
    expect(() => verifyNote(note, { name, publicKey: new Uint8Array(31) })).toThrow('public key');
  });
});

function manyStrangers(count: number): string {
  return Array.from({ length: count }, (_, i) =>
    lineOf(`witness${i}.example`, ownId, ownSignature.slice(0, 32)),
  ).join('');
}
