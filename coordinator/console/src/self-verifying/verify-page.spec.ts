/** What the page that verifies itself comes to. */
import { toBase64 } from '@consilium/shared/encoding';
import {
  bundleFromFiles,
  reportText,
  verifyBundle,
  type PageDocuments,
} from '@consilium/shared/verify';
import { playSampleStudy } from '@consilium/shared/verify/testing';
import { stepText } from './step-text.js';
import { verifyPage } from './verify-page.js';

const { files, coordinatorKey, logKey } = playSampleStudy();
const WHOLE: PageDocuments = {
  v: 1,
  files: files.map(({ path, bytes }) => ({ path, content: toBase64(bytes) })),
  leftOut: [],
};

function without(name: RegExp): PageDocuments {
  const leftOut = files
    .filter(({ path }) => name.test(path))
    .map(({ path, bytes }) => ({ path, bytes: bytes.length }));
  return { v: 1, files: WHOLE.files.filter(({ path }) => !name.test(path)), leftOut };
}

describe('the page that verifies itself', () => {
  it('says what consilium-verify says', () => {
    const verdict = verifyPage(WHOLE, {});
    expect(verdict.kind).toBe('verified');
    expect(verdict.text).toBe(
      'VERIFIED against keys that the evidence itself names.\nCompare both keys with those you were given: enter them below.',
    );
    expect(verdict.reportText).toBe(reportText(verifyBundle(bundleFromFiles(files))));
  });

  it('says so without more where both keys were entered', () => {
    const pinned = { coordinatorKey: coordinatorKey.publicKey, logKey: logKey.publicKey };
    expect(verifyPage(WHOLE, pinned).text).toBe('VERIFIED.');
  });

  it('says of what is too large for it that it is not verified, and takes the rest for what it is', () => {
    const verdict = verifyPage(without(/^adapters\/1/), {});
    expect(verdict.kind).toBe('partly');
    expect(verdict.text).toContain('Not verified: 1 file that is too large');
    expect(verdict.reportText).toMatch(
      /Too large for this file.*\n {2}adapters\/1\.safetensors, \d+ bytes/,
    );
  });

  it('refuses what is wrong besides', () => {
    const documents = without(/^adapters\/1/);
    const altered = documents.files.map((file) =>
      file.path === 'joins.json' ? { ...file, content: toBase64(new Uint8Array(2)) } : file,
    );
    const verdict = verifyPage({ ...documents, files: altered }, {});
    expect(verdict.kind).toBe('refused');
    expect(verdict.text).toMatch(/^NOT VERIFIED\. Failed: .*documents/);
  });

  it('refuses where a file is missing that it does not name as left out', () => {
    const documents = { ...without(/^adapters\/1/), leftOut: [] };
    expect(verifyPage(documents, {}).kind).toBe('refused');
  });

  it('has a line for each step', () => {
    const lines = verifyPage(WHOLE, {}).steps.map(stepText);
    expect(lines).toContainEqual(
      expect.stringMatching(/^leaf 1 in \d+: SHA-256\(01, [0-9a-f]{64}, /),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^from \d+ to \d+, new tree: SHA-256/));
    expect(lines).toContainEqual(expect.stringMatching(/^bundle\.json: signature holds$/));
    expect(lines).toContainEqual(expect.stringMatching(/^joins\.json, \d+ bytes: SHA-256 /));
    expect(lines).toContainEqual(
      expect.stringMatching(/^round 1, .*ring-sum\.bin: (\d+) of \1 numbers$/),
    );
  });
});
