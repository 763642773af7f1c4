/** What must never happen in any schedule, and how it is found out. docs/protocol/v1.md section 4.1, docs/decisions/0012. */
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { smallestCombination } from '../repeats/linear-span.js';
import { isAboutUpdateOf, WORDS } from './cast.js';
import type { PooledKnowledge } from './pooled-knowledge.js';
import { readAttempt, type ReadableSum } from './readable-sums.js';
import type { SimulatedSite } from './simulated-site.js';

export type Invariant =
  /** Two documents of one kind left a site in one attempt: two endorsements, for one. */
  | 'one document of a kind'
  /** An answer holds one share of each dealer. */
  | 'one kind of a dealer'
  | 'no share without a quorum'
  | 'no fewer than three summed'
  | 'never both secrets of a site'
  /** By no combination of sums is fewer than c + 2 sites told apart, the corrupt ones among them. */
  | 'difference rule'
  | 'one update in one sum'
  | 'exact sum'
  | 'log append-only';

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
  /** The site whose update the attacker computed by it. */
  readonly computed?: SiteId;
}

export interface CaseToJudge {
  readonly attempts: readonly AttemptId[];
  readonly honest: readonly SimulatedSite[];
  readonly knowledge: PooledKnowledge;
  readonly colluders: number;
}

export interface Judgement {
  readonly violations: readonly Violation[];
  readonly sums: readonly ReadableSum[];
}

/** Opens what can be opened, and holds it against the invariants. */
export async function judge(judged: CaseToJudge): Promise<Judgement> {
  const { attempts, honest, knowledge } = judged;
  const sums: ReadableSum[] = [];
  const violations: Violation[] = [];
  for (const attemptId of attempts) {
    const read = await readAttempt(attemptId, honest, knowledge);
    sums.push(...read.sums);
    if (read.bothOpen.length > 0) {
      const detail = `both secrets of ${read.bothOpen.join(', ')} are open`;
      violations.push({ invariant: 'never both secrets of a site', detail });
    }
  }
  const inexact = sums.filter((sum) => !isExact(sum, honest));
  violations.push(
    ...inexact.map(({ sites }): Violation => {
      return { invariant: 'exact sum', detail: `the sum of ${sites.join(', ')} is another one` };
    }),
    ...judgeDifferences(sums, judged),
    ...judgeRepeats(sums, honest),
  );
  return { violations, sums };
}

/** What the site's words sum to, without masks. */
export function plainSum(attemptId: AttemptId, summed: readonly SimulatedSite[]): Uint32Array {
  const sum = new Uint32Array(WORDS);
  for (const site of summed) {
    site.plain(attemptId).forEach((word, i) => {
      sum[i] = (sum[i] ?? 0) + word;
    });
  }
  return sum;
}

function isExact({ attemptId, sites, words }: ReadableSum, honest: readonly SimulatedSite[]) {
  const expected = plainSum(
    attemptId,
    honest.filter(({ siteId }) => sites.includes(siteId)),
  );
  return words.every((word, i) => word === expected[i]);
}

function judgeDifferences(
  sums: readonly ReadableSum[],
  { knowledge, colluders }: CaseToJudge,
): Violation[] {
  const found = smallestCombination(sums.map(({ sites }) => sites));
  const least = Math.max(colluders + 2 - knowledge.corrupt.size, 2);
  if (found === undefined || found.sites.length >= least) {
    return [];
  }
  const sites = found.sites as readonly SiteId[];
  const detail = `sums of ${sums.map((sum) => sum.sites.join('+')).join(' and ')} tell apart ${sites.join(', ')}`;
  const [site] = sites;
  const isComputed = site !== undefined && sites.length === 1 && isComputedFrom(site, sums, found);
  return [{ invariant: 'difference rule', detail, ...(isComputed ? { computed: site } : {}) }];
}

/** The combination of the sums, divided by how often the site is in it, is the site's update but for the noise of training. */
function isComputedFrom(
  site: SiteId,
  sums: readonly ReadableSum[],
  { coefficients }: { readonly coefficients: readonly number[] },
): boolean {
  const times = sums.reduce(
    (sum, { sites }, i) => sum + (sites.includes(site) ? (coefficients[i] ?? 0) : 0),
    0,
  );
  const combined = new Int32Array(WORDS);
  sums.forEach(({ words }, i) => {
    words.forEach((word, k) => {
      combined[k] = (combined[k] ?? 0) + Math.imul(word, coefficients[i] ?? 0);
    });
  });
  return isAboutUpdateOf(
    site,
    combined.map((word) => Math.round(word / times)),
  );
}

function judgeRepeats(sums: readonly ReadableSum[], honest: readonly SimulatedSite[]): Violation[] {
  const summed = new Set<string>();
  const violations: Violation[] = [];
  for (const { attemptId, sites } of sums) {
    for (const site of honest.filter(({ siteId }) => sites.includes(siteId))) {
      const update = `${site.siteId}, training ${site.trainingOf(attemptId)}`;
      if (summed.has(update)) {
        violations.push({ invariant: 'one update in one sum', detail: update });
      }
      summed.add(update);
    }
  }
  return violations;
}
