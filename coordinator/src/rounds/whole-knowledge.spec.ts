/** What a coordinator could compute of single updates from all that it has, with the help of corrupt sites. Cases 20 and 29. */
import { toBase64, toHex, utf8 } from '@consilium/shared/encoding';
import { encodeVector } from '@consilium/shared/tensors';
import {
  knowledgeOf,
  maskedVectorOf,
  readUpdate,
  type Knowledge,
} from './testing/pooled-knowledge.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SecureSite } from './testing/secure-site.js';
import { required } from './testing/simulated-site.js';

/** Of five sites with one assumed colluder. */
const THRESHOLD = 4;
/** Wide enough that the bytes of a vector can be counted. */
const GEOMETRY = { hiddenSize: 3072 };

let round: SecureBench;
let victim: SecureSite;
let others: readonly SecureSite[];
/** Everybody endorsed, and one answer is missing: as much as a coordinator ever has at a time. */
let before: Knowledge;
/** Boxes and answers are gone, what was opened is published. */
let after: Knowledge;

beforeAll(async () => {
  round = await SecureBench.start(5);
  [victim, others] = [required(round.sites[2]), round.sites.filter((_, i) => i !== 2)];
  await round.begin({ geometry: GEOMETRY });
  await round.advertise();
  await round.deal();
  await round.update();
  await round.endorse();
  await round.unmask(round.sites.slice(0, THRESHOLD - 1));
  await round.bench.restart();
  before = await knowledgeOf(round.bench, round.folder);
  await round.unmask(round.sites.slice(THRESHOLD - 1));
  after = await knowledgeOf(round.bench, round.folder);
});
afterAll(() => round.close());

/** Each choice of so many of the other sites. */
function choices(count: number, from = others): SecureSite[][] {
  const [first, ...rest] = from;
  if (count === 0 || first === undefined) {
    return count === 0 ? [[]] : [];
  }
  return [...choices(count - 1, rest).map((some) => [first, ...some]), ...choices(count, rest)];
}

function sentBy(site: SecureSite): Uint32Array {
  return site.vector(1, site.latest('round.peers').adverts);
}

describe('all rows and files of a coordinator, with what corrupt sites hold (case 29)', () => {
  it('are an attempt that waits for one answer, and one that is committed', async () => {
    expect((await round.latest())?.phase).toBe('committed');
    expect(before.rows.filter((row) => typeof row['entries'] === 'string')).toHaveLength(5);
    expect(before.rows.filter((row) => typeof row['unmasking'] === 'string')).toHaveLength(3);
    expect(after.rows.filter((row) => typeof row['entries'] === 'string')).toEqual([]);
    expect(choices(THRESHOLD - 1)).toHaveLength(4);
  });

  it('give no single update with fewer than t sites, before and after the sum is opened', async () => {
    for (const knowledge of [before, after]) {
      for (let count = 0; count < THRESHOLD; count += 1) {
        for (const corrupt of choices(count)) {
          expect(await readUpdate(knowledge, victim.siteId, corrupt)).toBeUndefined();
        }
      }
    }
  });

  it('give it to the bit with t, so that the attack is one', async () => {
    for (const knowledge of [before, after]) {
      const read = await readUpdate(knowledge, victim.siteId, others);
      const expected = sentBy(victim);
      expect(read?.slice(0, expected.length)).toEqual(expected);
    }
  });

  it('hold no secret of a site and no update before the sum is opened, in whichever form', () => {
    const bytes = before.files.map((file) => Buffer.from(file));
    for (const site of round.sites) {
      const { attemptId } = site.latest('round.relay');
      const { transport, mask, selfSeed } = site.secretsOf(attemptId);
      const secrets = [transport.secretKey, mask.secretKey, selfSeed];
      const update = encodeVector(sentBy(site)).subarray(0, 64);
      const forms = [...secrets, update].flatMap((secret) => [
        Buffer.from(secret),
        Buffer.from(utf8(toBase64(secret))),
        Buffer.from(utf8(toHex(secret))),
      ]);
      expect(forms.filter((form) => bytes.some((file) => file.includes(form)))).toEqual([]);
    }
  });
});

describe('a masked vector that lies on the disk (case 20)', () => {
  /** Chi-square of the bytes against equal counts, in standard deviations (Fisher's approximation). */
  function deviation(bytes: Uint8Array): number {
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes) {
      counts[byte] = required(counts[byte]) + 1;
    }
    const expected = bytes.length / 256;
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    return Math.sqrt(2 * chi) - Math.sqrt(2 * 255 - 1);
  }

  it('has bytes of each value equally often; the update under it has not', () => {
    const masked = encodeVector(maskedVectorOf(before, victim.siteId));
    const plain = encodeVector(sentBy(victim));
    expect(masked.length).toBeGreaterThan(36_000);
    expect(Math.abs(deviation(masked))).toBeLessThan(6);
    expect(deviation(plain)).toBeGreaterThan(6);
  });
});
