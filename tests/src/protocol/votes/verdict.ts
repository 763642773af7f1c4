/** What must never happen to an honest site's adapter, whatever the coordinator says of candidates, votes and their counts. */
import { exceedsNorm } from '@consilium/shared/aggregation';
import { contentHashOf, type Signed } from '@consilium/shared/crypto';
import { signedHash, type Manifest, type Vote } from '@consilium/shared/protocol';
import { acceptancesNeeded } from '@consilium/shared/rounds';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { adapterFrom, firstAdapter } from './candidate.js';
import type { Schedule, Store } from './schedule.js';
import { isOfDrawnGroups, meanOfRecord } from './voter-checks.js';
import type { Voter } from './voter.js';

export type Invariant =
  /** Of the sites that are summed, by the keys that signed, not by what anybody says. */
  | 'accepted by more than half'
  | 'one vote an attempt'
  | 'from the adapter in force'
  | 'what its sum gives'
  | 'within the norm'
  | 'groups as drawn'
  /** Of an honest coordinator: what the votes that it took come to, at every site that hears of it. */
  | 'the count decides';

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** What came of a schedule. */
export interface Outcome {
  readonly seed: string;
  readonly violations: readonly Violation[];
  readonly committed: number;
  readonly rejected: number;
  /** Votes of honest sites. */
  readonly votes: number;
  readonly refusals: number;
  readonly states: ReadonlySet<string>;
}

/** What an attempt is in truth. */
export interface Truth {
  readonly manifest: Signed<Manifest>;
  readonly survivors: readonly SiteId[];
}

export class Witness {
  readonly violations: Violation[] = [];
  readonly truths = new Map<AttemptId, Truth>();
  votes = 0;
  /** What a site said in an attempt first. */
  private readonly first = new Map<string, string>();
  /** Honest sites that accepted a record. */
  private readonly accepted = new Map<string, Set<SiteId>>();

  constructor(
    private readonly schedule: Schedule,
    private readonly store: Store,
  ) {}

  saw(vote: Signed<Vote>): void {
    const { siteId, attemptId, recordHash, verdict } = vote.body;
    const name = `${siteId} ${attemptId}`;
    const hash = signedHash(vote);
    const before = this.first.get(name);
    this.votes += before === undefined ? 1 : 0;
    this.first.set(name, before ?? hash);
    if (before !== undefined && before !== hash) {
      this.violate('one vote an attempt', `${siteId} signed two votes`);
    }
    if (verdict === 'accept') {
      const sites = this.accepted.get(recordHash) ?? new Set();
      this.accepted.set(recordHash, sites.add(siteId));
    }
  }

  /** Every adapter that the site has had in force, one after the other. */
  judge({ self, results }: Voter): void {
    const { study } = this.schedule;
    let base = firstAdapter();
    for (const { attemptId, record } of results) {
      const truth = this.truths.get(attemptId);
      const ringSum = this.store.read(record.ringSumHash);
      const mean = meanOfRecord(study, record, ringSum);
      const next = adapterFrom(base, record, mean.ringSums, mean.combine);
      const sites = truth?.survivors ?? [];
      const accepting = this.acceptingOf(sites, contentHashOf(record));
      const isWithin = !exceedsNorm(mean, study.maxNorm);
      const isSequel = record.previousAdapterCheckpointHash === base.hash;
      const isDrawn = truth !== undefined && isOfDrawnGroups(study, truth.manifest.body, record);
      const detail = `${self.siteId} in round ${record.roundNo}`;
      const needed = acceptancesNeeded(sites.length);
      const counted = `${accepting} of ${sites.length} accepted`;
      this.require(accepting >= needed, 'accepted by more than half', `${detail}: ${counted}`);
      this.require(isWithin, 'within the norm', detail);
      this.require(isSequel, 'from the adapter in force', detail);
      this.require(isDrawn, 'groups as drawn', detail);
      const isOfSum = next.hash === record.adapterCheckpointHash;
      this.require(isOfSum || !isSequel, 'what its sum gives', detail);
      base = next;
    }
  }

  require(isSo: boolean, invariant: Invariant, detail: string): void {
    if (!isSo) {
      this.violate(invariant, detail);
    }
  }

  private acceptingOf(sites: readonly SiteId[], recordHash: string): number {
    const honest = this.accepted.get(recordHash) ?? new Set<SiteId>();
    const { corrupt } = this.schedule;
    return sites.filter((siteId) => corrupt.has(siteId) || honest.has(siteId)).length;
  }

  private violate(invariant: Invariant, detail: string): void {
    this.violations.push({ invariant, detail });
  }
}
