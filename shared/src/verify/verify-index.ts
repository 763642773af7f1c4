/** The checks `index` and `files`: the folder is what the coordinator signed, no more and no less. */
import { contentHash, verifyBody, type Signed } from '../crypto/index.js';
import { equalBytes, fromBase64, toBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, signedBundleIndexSchema, type BundleIndex } from '../protocol/index.js';
import type { ContentHash } from '../vocabulary/index.js';
import { isBundlePath, largestFileBytes } from './bundle-paths.js';
import type { BundleSource } from './bundle-source.js';
import type { PinnedPersonKey, TrustedKeys } from './evidence.js';
import type { Check } from './findings.js';
import { readDocument } from './read-document.js';

/** Keys that the auditor got by another way than the bundle. */
export interface PinnedKeys {
  readonly coordinatorKey?: Uint8Array;
  readonly logKey?: Uint8Array;
  /** Where a key of a person stands here, acts of that person count by such a key only. */
  readonly personKeys?: readonly PinnedPersonKey[];
}

export interface ReadIndex {
  readonly index: BundleIndex;
  readonly keys: TrustedKeys;
}

const PLACE = { path: BUNDLE_PATHS.index };

/** Undefined when the index cannot be read: then nothing else can be judged. */
export function verifyIndex(
  check: Check,
  source: BundleSource,
  pinned: PinnedKeys,
): ReadIndex | undefined {
  check.covers();
  const signed = check.attempt(PLACE, 'form', () =>
    readDocument(source, BUNDLE_PATHS.index, signedBundleIndexSchema),
  );
  const keys = signed && check.attempt(PLACE, 'keys', () => trustedKeys(signed, pinned));
  if (signed === undefined || keys === undefined) {
    return undefined;
  }
  const { body } = signed;
  check.same(PLACE, 'coordinatorKey', toBase64(keys.coordinator), body.coordinatorKey);
  check.same(PLACE, 'logKey', toBase64(keys.log), body.logKey);
  check.signature(PLACE, 'signature', () => verifyBody('bundle', signed, keys.coordinator));
  return { index: body, keys };
}

/** @throws ConsiliumError 'bad-encoding' when a key of the index is not the base64 of 32 bytes */
function trustedKeys({ body }: Signed<BundleIndex>, pinned: PinnedKeys): TrustedKeys {
  return {
    coordinator: pinned.coordinatorKey ?? fromBase64(body.coordinatorKey),
    log: pinned.logKey ?? fromBase64(body.logKey),
  };
}

/** Reads every listed file once, by the source's own list of paths: a path of the index is never turned into a file name. */
export function verifyFiles(check: Check, source: BundleSource, index: BundleIndex): void {
  const present = new Set(source.paths());
  const listed = new Set<string>();
  for (const [i, entry] of index.files.entries()) {
    check.covers();
    const place = { path: entry.path };
    if (!isBundlePath(entry.path) || entry.path === BUNDLE_PATHS.index) {
      check.fail(place, { what: 'path', expected: 'a path of the format', found: 'another' });
    } else if (listed.has(entry.path)) {
      check.fail(place, { what: 'entries in the index', expected: 'one', found: 'several' });
    } else if (!present.has(entry.path)) {
      check.fail(place, { what: 'file', expected: 'present', found: 'missing' });
    } else {
      verifyFile(check, source, entry, i / index.files.length);
    }
    listed.add(entry.path);
  }
  for (const path of [...present].sort()) {
    if (!listed.has(path) && path !== BUNDLE_PATHS.index) {
      check.fail({ path }, { what: 'file', expected: 'listed in the index', found: 'surplus' });
    }
  }
}

function verifyFile(
  check: Check,
  source: BundleSource,
  { path, ...entry }: BundleIndex['files'][number],
  fraction: number,
): void {
  const place = { path };
  const bytes = check.attempt(place, 'file', () => source.read(path, largestFileBytes(path)));
  if (bytes !== undefined) {
    check.same(place, 'bytes', entry.bytes, bytes.length);
    const hash = contentHash(bytes);
    check.see?.({ kind: 'file-hash', path, bytes: bytes.length, result: digits(hash) }, fraction);
    check.same(place, 'hash', entry.hash, hash);
  }
}

/** A content hash without its prefix. */
function digits(hash: ContentHash): string {
  return hash.slice(hash.indexOf(':') + 1);
}

/** Whether the auditor pinned the key that is in use. */
export function isPinned(pinned: Uint8Array | undefined, used: Uint8Array): boolean {
  return pinned !== undefined && equalBytes(pinned, used);
}
