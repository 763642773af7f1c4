/**
 * Bundles are made and verified with nothing but what a browser has.
 *
 * @jest-environment-options {"customExportConditions": ["@consilium/source", "browser", "require", "default"]}
 */
import * as primitives from '#primitives';
import { createWordLanes } from '#word-lanes';
import * as browserPrimitives from '../crypto/primitives.browser.js';
import { randomBytes } from '../crypto/index.js';
import * as browserLanes from '../secagg/word-lanes.browser.js';
import { createWordLanes as createVectorLanes } from '../secagg/word-lanes.js';
import { bundleFromFiles, type BundleFile } from './bundle-source.js';
import { playSecureStudy } from './testing/sample-secure-study.js';
import { verifyBundle } from './verify-bundle.js';

describe('the browser half', () => {
  let files: readonly BundleFile[];

  beforeAll(async () => {
    ({ files } = await playSecureStudy());
  });

  it('is what the condition "browser" chooses', () => {
    expect(primitives.verifyEd25519).toBe(browserPrimitives.verifyEd25519);
    expect(createWordLanes).toBe(browserLanes.createWordLanes);
  });

  it('verifies a secure study and computes its sums again', () => {
    expect(verifyBundle(bundleFromFiles(files))).toMatchObject({
      verified: true,
      sumRecomputable: true,
    });
  });

  it('names a masked update of which somebody altered a byte', () => {
    const path = files.find((file) => file.path.includes('/masked/'))?.path ?? '';
    const changed = files.map((file) =>
      file.path === path
        ? { path, bytes: file.bytes.map((byte, i) => byte ^ (i === 9 ? 1 : 0)) }
        : file,
    );
    const { checks } = verifyBundle(bundleFromFiles(changed));
    const failed = checks.filter(({ ok }) => !ok);
    expect(failed.map(({ name }) => name)).toEqual(['files', 'sums']);
    expect(failed[1]?.failures[0]).toMatchObject({
      path,
      what: expect.stringMatching(/^vectorHash of/) as string,
    });
  });

  it('adds words as the vector instructions do', () => {
    for (const words of [0, 4, 1000]) {
      const start = randomBytes(words * 4);
      const streams = Array.from({ length: 5 }, () => {
        const bytes = randomBytes(words * 4);
        return () => bytes.slice();
      });
      const [sum, expected] = [start.slice(), start.slice()];
      for (const [create, into] of [
        [createWordLanes, sum],
        [createVectorLanes, expected],
      ] as const) {
        const lanes = create(4096);
        lanes.load(into);
        lanes.add(streams, 1);
        lanes.add(streams.slice(0, 2), -1);
        lanes.store(into);
        lanes.wipe();
      }
      expect(sum).toEqual(expected);
    }
  });
});
