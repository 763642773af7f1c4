/**
 * Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature. The log signs its checkpoints this way
 * and witnesses add lines of their own, so anybody can append lines: all but those of the expected key are ignored, malformed
 * ones are refused.
 */
import { sha256, signDetached, verifyDetached, type SigningKeyPair } from '../crypto/index.js';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromUtf8,
  isWellFormed,
  requireBytes,
  toBase64,
  utf8,
} from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';

/** The key a note is expected to be signed with, known beforehand. */
export interface NoteKey {
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
/** A bound on the number of signatures, as the specification asks: a thousand witnesses fit, and 16 post-quantum ones. */
const LARGEST_NOTE_BYTES = 2 ** 20;

const SIGNATURE_LINE = /^\u2014 (?<name>[^ ]+) (?<signature>[A-Za-z0-9+/=]+)$/u;
/** Any Unicode space or plus: they would make a signature line or an encoded key ambiguous. */
const FORBIDDEN_IN_NAME = /[\s\u0085+]/u;
/** The specification forbids those below U+0020; no text of ours has the others either. */
const CONTROL_BUT_NEWLINE = /(?!\n)\p{Cc}/u;

/**
 * Signs a text that ends in a newline.
 * @returns the note with one signature line
 * @throws RangeError when the body or the name breaks the form of a note
 */
export function signNote(body: string, name: string, key: SigningKeyPair): string {
  requireName(name);
  if (!body.endsWith('\n') || CONTROL_BUT_NEWLINE.test(body) || !isWellFormed(body)) {
    throw new RangeError('the body of a note must be whole lines without control characters');
  }
  const signature = signDetached(utf8(body), key.secretKey);
  return `${body}\n\u2014 ${name} ${toBase64(concatBytes(noteKeyId(name, key.publicKey), signature))}\n`;
}

/**
 * Verifies a note and gives its text, which must not be looked at otherwise. Every line of the expected name and key id must
 * carry a valid signature, and there must be one.
 * @param note text, or its bytes as read
 * @throws ConsiliumError 'checkpoint-invalid' when it is no note, 'bad-signature' when the key did not sign it
 */
export function verifyNote(note: string | Uint8Array, key: NoteKey): { readonly body: string } {
  requireName(key.name);
  requireBytes(key.publicKey, PUBLIC_KEY_BYTES, 'public key');
  const { body, signatures } = parseNote(note);
  const keyId = noteKeyId(key.name, key.publicKey);
  const own = signatures.filter((line) => line.name === key.name && equalBytes(line.keyId, keyId));
  const message = utf8(body);
  if (own.length === 0) {
    throw new ConsiliumError('bad-signature', `note: not signed by ${key.name}`);
  }
  if (!own.every((line) => verifyDetached(message, line.signature, key.publicKey))) {
    throw new ConsiliumError('bad-signature', `note: the signature of ${key.name} does not fit`);
  }
  return { body };
}

/** The four bytes that name a key in a signature line: SHA-256(name || newline || type || public key). */
export function noteKeyId(name: string, publicKey: Uint8Array): Uint8Array {
  const hash = sha256(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey);
  return hash.slice(0, KEY_ID_BYTES);
}

interface SignatureLine {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

function parseNote(note: string | Uint8Array): {
  readonly body: string;
  readonly signatures: readonly SignatureLine[];
} {
  const text = noteText(note);
  if (CONTROL_BUT_NEWLINE.test(text)) {
    throw invalid('it holds a control character');
  }
  const gap = text.lastIndexOf('\n\n');
  if (gap < 0 || !text.endsWith('\n')) {
    throw invalid('it has no empty line before its signatures, or does not end in a newline');
  }
  // Repeated lines say nothing new, and would let whoever appends them choose how long verifying takes.
  const lines = [...new Set(text.slice(gap + 2, -1).split('\n'))];
  return { body: text.slice(0, gap + 1), signatures: lines.map(parseSignatureLine) };
}

function noteText(note: string | Uint8Array): string {
  if (note.length > LARGEST_NOTE_BYTES) {
    throw invalid(`it is longer than ${LARGEST_NOTE_BYTES} bytes`);
  }
  try {
    return fromUtf8(typeof note === 'string' ? utf8(note) : note);
  } catch (cause) {
    throw invalid('it is not UTF-8', cause);
  }
}

function parseSignatureLine(line: string): SignatureLine {
  const { name = '', signature = '' } = SIGNATURE_LINE.exec(line)?.groups ?? {};
  if (name === '' || FORBIDDEN_IN_NAME.test(name)) {
    throw invalid('a line after the empty one is no signature line');
  }
  const bytes = decodeSignature(signature);
  if (bytes.length <= KEY_ID_BYTES) {
    throw invalid('a signature is shorter than a key id');
  }
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

function decodeSignature(base64: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch (cause) {
    throw invalid('a signature is not base64', cause);
  }
}

function requireName(name: string): void {
  if (name === '' || FORBIDDEN_IN_NAME.test(name) || CONTROL_BUT_NEWLINE.test(name)) {
    throw new RangeError('the name of a note key must be non-empty, without spaces and plus');
  }
}

function invalid(fault: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('checkpoint-invalid', `signed note: ${fault}`, { cause });
}
