/** Threat: somebody alters stored evidence without any key. */
import { BUNDLE_PATHS } from '../protocol/index.js';
import { bundleFromFiles, type BundleFile } from './bundle-source.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';

const { files } = playSampleStudy();

/** Each byte of a file up to this size is altered, of a larger one this many, evenly spread. */
const SMALL_BYTES = 256;
const POSITIONS = 16;

function failedPaths(altered: readonly BundleFile[]): (string | undefined)[] {
  const { verified, checks } = verifyBundle(bundleFromFiles(altered));
  expect(verified).toBe(false);
  return checks.flatMap(({ failures }) => failures.map(({ path }) => path));
}

function replaced(path: string, bytes: Uint8Array): BundleFile[] {
  return files.map((file) => (file.path === path ? { path, bytes } : file));
}

describe('a bundle of which somebody altered a byte', () => {
  it.each(files.map(({ path, bytes }) => [path, bytes] as const))('names %s', (path, bytes) => {
    const step = bytes.length <= SMALL_BYTES ? 1 : bytes.length / POSITIONS;
    for (let at = 0; at < bytes.length; at += step) {
      const position = Math.floor(at);
      const altered = bytes.slice();
      altered[position] = (altered[position] ?? 0) ^ (1 << (position % 8));

      expect(failedPaths(replaced(path, altered))).toContain(path);
    }
  });

  it.each(files.map(({ path, bytes }) => [path, bytes] as const))(
    'names %s when it is cut short or longer',
    (path, bytes) => {
      for (const altered of [
        bytes.subarray(1),
        bytes.subarray(0, -1),
        Uint8Array.of(...bytes, 0),
      ]) {
        expect(failedPaths(replaced(path, altered))).toContain(path);
      }
    },
  );

  it.each(files.map(({ path }) => path))('names %s when it is missing', (path) => {
    expect(failedPaths(files.filter((file) => file.path !== path))).toContain(path);
  });

  it.each(['notes.txt', 'adapters/3.safetensors', 'attempts/x/../../../etc/passwd'])(
    'names %s when it is surplus',
    (path) => {
      expect(failedPaths([...files, { path, bytes: Uint8Array.of(1) }])).toEqual([path]);
    },
  );

  it('names what an altered file breaks besides its hash', () => {
    const path = files.find((file) => file.path.endsWith('adverts.json'))?.path ?? '';
    const bytes = files.find((file) => file.path === path)?.bytes.slice() ?? new Uint8Array();
    const text = new TextDecoder().decode(bytes).replace('"weight":40', '"weight":41');
    const altered = replaced(path, new TextEncoder().encode(text));
    const { checks } = verifyBundle(bundleFromFiles(altered));

    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['files', 'adverts']);
  });

  it('takes two swapped adapter checkpoints for two altered files', () => {
    const first = BUNDLE_PATHS.adapter(1);
    const second = BUNDLE_PATHS.adapter(2);
    const bytesOf = (path: string): Uint8Array =>
      files.find((file) => file.path === path)?.bytes ?? new Uint8Array();
    const swapped = files.map(({ path, bytes }) => {
      const other = path === first ? second : path === second ? first : path;
      return { path, bytes: other === path ? bytes : bytesOf(other) };
    });

    expect(failedPaths(swapped)).toEqual(expect.arrayContaining([first, second]));
  });
});
