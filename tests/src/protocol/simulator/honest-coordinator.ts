/**
 * A coordinator that does what docs/protocol/v1.md section 4.1 says, one attempt after another, by the table of attempts and the
 * functions of shared/src/secagg. It writes down what it takes before it acts on it, and may stop dead on either side of that.
 */
import { contentHash } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import { leafHash } from '@consilium/shared/log';
import {
  dueEvent,
  mayUnmask,
  step,
  type Phase,
  type RoundEvent,
  type RoundRules,
} from '@consilium/shared/rounds';
import {
  mayEndorse,
  openSecrets,
  secureContext,
  sitesNeeded,
  thresholdAfter,
  unmaskSum,
  type OpenedSecret,
  type ShareFault,
} from '@consilium/shared/secagg';
import { sharersHash } from '@consilium/shared/protocol';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import type { AuditLog } from './audit-log.js';
import { WORDS } from './cast.js';
import { isAwaited, isSound } from './coordinator-checks.js';
import {
  AttemptRecord,
  valuesOf,
  type CoordinatorEntry,
  type SurvivorsNamed,
} from './coordinator-journal.js';
import { secureTerms } from './defences.js';
import { ofAttempt, type ToCoordinator, type ToSite } from './messages.js';
import {
  abortedLeaf,
  manifestLeaf,
  relayOf,
  resultLeaf,
  signedManifest,
  survivorsLeaf,
} from './messages-of-attempt.js';
import { secureAttempt } from './site-checks.js';

export interface Sum {
  readonly attemptId: AttemptId;
  readonly survivors: readonly SiteId[];
  readonly words: Uint32Array;
}

interface Owed {
  readonly kind: ToSite['kind'];
  readonly make: () => ToSite;
}

export interface CoordinatorSetting {
  readonly roster: ReadonlyMap<SiteId, Uint8Array>;
  readonly colluders: number;
  readonly log: AuditLog;
}

export class HonestCoordinator {
  readonly sums: Sum[] = [];
  readonly faults: ShareFault[] = [];
  private readonly records: AttemptRecord[] = [];
  private entries: CoordinatorEntry[] = [];

  constructor(private readonly setting: CoordinatorSetting) {}

  /** The attempt under way, or the last one. */
  get record(): AttemptRecord {
    const record = this.records.at(-1);
    if (record === undefined) {
      throw new Error('no attempt was opened yet');
    }
    return record;
  }

  get attemptId(): AttemptId {
    return this.record.manifest.body.attemptId;
  }

  get phase(): Phase {
    return this.record.phase;
  }

  open(attemptId: AttemptId, cohort: readonly SiteId[]): void {
    const { colluders, log } = this.setting;
    const earlier = this.records.map(({ manifest }) => manifest.body.cohort);
    const threshold = thresholdAfter({ cohort, earlier, colluders });
    const attemptNo = this.records.length + 1;
    const manifest = signedManifest({ attemptId, attemptNo, cohort, colluders, threshold });
    this.entries = [];
    this.records.push(new AttemptRecord(manifest, log.append(manifestLeaf(manifest))));
  }

  /** Stops, and comes back with what it wrote down. */
  restart(): void {
    const { manifest, manifestLeafIndex } = this.record;
    this.records.pop();
    this.records.push(new AttemptRecord(manifest, manifestLeafIndex, this.entries));
  }

  /** @returns whether it was new and well */
  take(from: SiteId, message: ToCoordinator): boolean {
    const { record } = this;
    const isTaken =
      isAwaited(record, from, message) && isSound(record, this.setting.roster, from, message);
    if (isTaken) {
      this.append({ kind: 'taken', from, message });
    }
    return isTaken;
  }

  /** Does what is due. */
  async advance(deadlinePassed: boolean): Promise<void> {
    const { record } = this;
    const event = dueEvent(record.phase, record.tally(), this.rules(), deadlinePassed);
    if (event !== undefined) {
      this.apply(event);
    } else if (mayUnmask(record.phase, record.tally(), this.rules())) {
      await this.unmask();
    }
  }

  abandon(reason: string): void {
    this.apply({ kind: 'abandoned', reason });
  }

  /** What a site is owed, in order, each made when it is called for. */
  owed(siteId: SiteId): readonly Owed[] {
    const { record, attemptId } = this;
    const { adverts, peers, sharers, survivors, manifest, endLeafIndex } = record;
    const of = ofAttempt(attemptId);
    const isSharer = sharers.includes(siteId);
    const leafIndex = record.manifestLeafIndex;
    const owed: Owed[] = [
      { kind: 'round.manifest', make: () => ({ kind: 'round.manifest', manifest, leafIndex }) },
    ];
    if (endLeafIndex !== undefined) {
      const end = { kind: 'ended', attemptId, leafIndex: endLeafIndex } as const;
      return [...owed, { kind: 'ended', make: () => end }];
    }
    if (peers.includes(siteId)) {
      const make = () => ({ ...of, adverts: [...valuesOf(adverts, peers)] });
      owed.push({ kind: 'round.peers', make: () => ({ kind: 'round.peers', ...make() }) });
    }
    if (isSharer) {
      const make = () => relayOf(attemptId, siteId, valuesOf(record.dealings, sharers));
      owed.push({ kind: 'round.relay', make });
    }
    if (isSharer && survivors !== undefined) {
      const make = () => survivorsMessage(record, survivors);
      owed.push({ kind: 'round.survivors', make });
    }
    if (isSharer && record.phase === 'unmasking') {
      const endorsements = [...record.endorsements.values()];
      owed.push({
        kind: 'round.quorum',
        make: () => ({ kind: 'round.quorum', ...of, endorsements }),
      });
    }
    return owed;
  }

  private rules(): RoundRules {
    return this.record.manifest.body;
  }

  private apply(event: RoundEvent): void {
    const { record, attemptId } = this;
    const { log } = this.setting;
    const next = step(record.phase, event, this.rules());
    if (next.kind === 'refused') {
      throw new Error(`${event.kind} does not follow ${record.phase}`);
    }
    if (next.kind === 'failed') {
      const endLeafIndex = log.append(abortedLeaf(attemptId, next.reason));
      this.append({ kind: 'moved', event: event.kind, to: next.to, endLeafIndex });
      return;
    }
    if (event.kind !== 'updates-closed') {
      this.append({ kind: 'moved', event: event.kind, to: next.to });
      return;
    }
    const survivors = this.nameSurvivors();
    if (survivors === undefined) {
      this.abandon('the difference rule');
      return;
    }
    this.append({ kind: 'moved', event: event.kind, to: next.to, survivors });
  }

  /** Everybody whose update is whole, or else those of an earlier list. */
  private nameSurvivors(): SurvivorsNamed | undefined {
    const { record, attemptId } = this;
    const { log } = this.setting;
    const earlier = this.records.flatMap(({ survivors }) => survivors ?? []);
    const sites = this.survivorsToName(earlier.map((named) => named.sites));
    if (sites === undefined) {
      return undefined;
    }
    const leaf = survivorsLeaf({
      attemptId,
      adverts: valuesOf(record.adverts, record.peers),
      dealings: valuesOf(record.dealings, record.sharers),
      headers: valuesOf(record.updates, sites).map(({ header }) => header),
      earlier: earlier.map(({ leafIndex }) => leafIndex),
    });
    const named = toBase64(leafHash(canonicalBytes(leaf)));
    return { sites, leafIndex: log.append(leaf), leafHash: named };
  }

  private survivorsToName(lists: readonly (readonly SiteId[])[]): readonly SiteId[] | undefined {
    const { body } = this.record.manifest;
    const { colluders } = secureTerms(body);
    const senders = this.record.senders();
    const required = sitesNeeded({ minSites: body.minSites, ...secureTerms(body) });
    const complete = lists.filter((sites) => sites.every((siteId) => senders.includes(siteId)));
    return [senders, ...complete].find(
      (sites) => sites.length >= required && mayEndorse(lists, sites, colluders).kind === 'ok',
    );
  }

  private async unmask(): Promise<void> {
    const { record, attemptId } = this;
    const opening = await openSecrets({
      attemptId,
      sharers: record.dealers(),
      survivors: record.survivors?.sites ?? [],
      threshold: secureTerms(record.manifest.body).threshold,
      answers: [...record.answers.values()].map(({ body }) => body),
    });
    this.faults.push(...opening.faults);
    if (opening.kind === 'spoilt') {
      this.abandon('a secret cannot be opened');
    } else if (opening.kind === 'opened') {
      this.commit(opening.secrets);
    }
  }

  private commit(secrets: readonly OpenedSecret[]): void {
    const { record, attemptId } = this;
    const { log } = this.setting;
    const survivors = record.survivors?.sites ?? [];
    const words = ringSum(valuesOf(record.updates, survivors).map(({ vector }) => vector));
    const context = secureContext({
      ...secureAttempt(record.manifest, valuesOf(record.adverts, record.peers)),
      sharersHash: sharersHash(
        attemptId,
        valuesOf(record.dealings, record.sharers).map(({ shares }) => shares),
      ),
    });
    unmaskSum(words, { secrets, sharers: record.dealers(), survivors, context });
    const next = step(record.phase, { kind: 'summed', sites: survivors.length }, this.rules());
    if (next.kind !== 'moved') {
      throw new Error(`a sum of ${survivors.length} sites may not be committed`);
    }
    const ringSumHash = contentHash(new Uint8Array(words.buffer));
    const endLeafIndex = log.append(resultLeaf(attemptId, ringSumHash));
    this.append({ kind: 'moved', event: 'summed', to: next.to, endLeafIndex });
    this.sums.push({ attemptId, survivors, words });
  }

  private append(entry: CoordinatorEntry): void {
    this.entries.push(entry);
    this.record.follow(entry);
  }
}

function survivorsMessage(record: AttemptRecord, { sites, leafIndex }: SurvivorsNamed): ToSite {
  const headers = valuesOf(record.updates, sites).map(({ header }) => header);
  const { attemptId } = record.manifest.body;
  return { kind: 'round.survivors', ...ofAttempt(attemptId), leafIndex, headers };
}

function ringSum(vectors: readonly Uint32Array[]): Uint32Array {
  const sum = new Uint32Array(WORDS);
  for (const vector of vectors) {
    vector.forEach((word, i) => {
      sum[i] = (sum[i] ?? 0) + word;
    });
  }
  return sum;
}
