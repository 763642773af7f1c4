/** Threat: documents made to crash the verifier: valid JSON of any content, listed and signed as it should be. */
import { seededRandom } from '../crypto/index.js';
import { canonicalBytes, fromUtf8, parseJson, type Json } from '../encoding/index.js';
import { bundleFileEntry, bundleIndexFile } from './assemble-bundle.js';
import { bundleFromFiles } from './bundle-source.js';
import { CHECKS } from './checks.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';

const RUNS = 100;

const VALUES: readonly Json[] = [
  0,
  -1,
  1,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  true,
  '',
  'eastfield',
  '0'.repeat(32),
  `sha256:${'0'.repeat(64)}`,
  'f64:7ff0000000000000',
  'f64:0000000000000000',
  `${'A'.repeat(43)}=`,
  [],
  {},
];

type Random = ReturnType<typeof seededRandom>;

/** The value with the member at some path exchanged, repeated or taken away. */
function mutated(value: Json, random: Random): Json {
  const isLeaf = typeof value !== 'object' || Object.keys(value).length === 0;
  if (isLeaf || random.integer(6) === 0) {
    const isRaised = typeof value === 'number' && random.integer(2) === 0;
    return isRaised ? value + 1 : pick(VALUES, random);
  }
  return Array.isArray(value)
    ? mutatedList(value as readonly Json[], random)
    : mutatedObject(value as Readonly<Record<string, Json>>, random);
}

function mutatedList(items: readonly Json[], random: Random): Json {
  const at = random.integer(items.length);
  const item = items[at] ?? 0;
  const replacement = pick([[mutated(item, random)], [], [item, item]], random);
  return [...items.slice(0, at), ...replacement, ...items.slice(at + 1)];
}

function mutatedObject(object: Readonly<Record<string, Json>>, random: Random): Json {
  const key = pick(Object.keys(object), random);
  const { [key]: member = 0, ...others } = object;
  return random.integer(4) > 0 ? { ...others, [key]: mutated(member, random) } : others;
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)] as T;
}

describe('verifyBundle on hostile documents', () => {
  it('gives a whole report, whatever the documents say', () => {
    const { files, signing } = playSampleStudy();
    const random = seededRandom('hostile documents');
    const documents = files.filter(({ path }) => path.endsWith('.json') && path !== 'bundle.json');
    for (let run = 0; run < RUNS; run += 1) {
      const target = documents[random.integer(documents.length)];
      const altered = files.slice(1).map(({ path, bytes }) => {
        const json = path === target?.path ? (parseJson(fromUtf8(bytes)) as Json) : undefined;
        return { path, bytes: json === undefined ? bytes : canonicalBytes(mutated(json, random)) };
      });
      const index = bundleIndexFile(altered.map(bundleFileEntry), signing);
      const { checks } = verifyBundle(bundleFromFiles([index, ...altered]));

      expect(checks).toHaveLength(CHECKS.length);
      expect(checks.find(({ name }) => name === 'files')?.failures).toEqual([]);
    }
  });
});
