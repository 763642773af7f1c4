/**
 * Rounds under an honest coordinator: words are lost, doubled and reordered, sites stop and come back, deadlines pass. The votes that
 * it took decide, and everybody ends with the same adapter.
 */
import { contentHashOf, verifyBody, type Signed } from '@consilium/shared/crypto';
import { signedHash, votesHash, type RoundRecord, type Vote } from '@consilium/shared/protocol';
import { dueEvent, step, type Tally } from '@consilium/shared/rounds';
import { isConsiliumError, type AttemptId, type SiteId } from '@consilium/shared/vocabulary';
import { AuditLog } from '../simulator/audit-log.js';
import { COORDINATOR } from '../simulator/cast.js';
import { openedLeaf } from '../simulator/messages-of-attempt.js';
import { Network } from '../simulator/network.js';
import { adapterFrom, firstAdapter, makeCandidate, type Adapter } from './candidate.js';
import { leafOf, signedManifest, type ToSite } from './messages.js';
import { attemptIdOf, deltasOf, drawLists, Store, votersOf, type Schedule } from './schedule.js';
import { Witness, type Outcome } from './verdict.js';
import { meanOfRecord } from './voter-checks.js';

const ROUNDS = 2;
const ATTEMPTS = 3;
/** So often is everything said before a deadline passes. */
const PATIENCE = 3;

type Flight =
  | { readonly kind: 'to-site'; readonly siteId: SiteId; readonly message: ToSite }
  | { readonly kind: 'to-coordinator'; readonly siteId: SiteId; readonly message: Signed<Vote> };

export function runHonestly(schedule: Schedule): Outcome {
  const run = new HonestRun(schedule);
  for (let roundNo = 1; roundNo <= ROUNDS; roundNo += 1) {
    for (let attemptNo = 1; attemptNo <= ATTEMPTS && run.roundsDone < roundNo; attemptNo += 1) {
      run.attempt(roundNo, attemptNo);
    }
    if (run.roundsDone < roundNo) {
      break;
    }
  }
  return run.outcome();
}

class HonestRun {
  private readonly store = new Store();
  private readonly log = new AuditLog([openedLeaf(COORDINATOR.publicKey)]);
  private readonly voters;
  private readonly witness;
  private readonly network;
  private readonly states = new Set<string>();
  private base: Adapter = firstAdapter();
  private rejected = 0;
  private taken = new Map<SiteId, Signed<Vote>>();

  constructor(private readonly schedule: Schedule) {
    this.voters = votersOf(schedule, this.store);
    this.witness = new Witness(schedule, this.store);
    this.network = new Network<Flight>(schedule.random, schedule.weather);
  }

  get roundsDone(): number {
    return this.base.roundNo;
  }

  attempt(roundNo: number, attemptNo: number): void {
    const { schedule, base, log, store, witness } = this;
    const attemptId = attemptIdOf(schedule, `${roundNo}/${attemptNo}`);
    const cohort = schedule.members.map(({ siteId }) => siteId);
    const terms = { attemptId, roundNo, attemptNo, cohort, base: base.hash };
    const manifest = signedManifest(schedule.study, terms);
    const lists = drawLists(schedule);
    const survivors = lists.flat().sort();
    witness.truths.set(attemptId, { manifest, survivors });
    const place = leafOf(attemptId, roundNo);
    const manifestHash = signedHash(manifest);
    const leafIndex = log.append({ ...place, type: 'round.manifest', attemptNo, manifestHash });
    const begun = { kind: 'begun', attemptId, manifest, leafIndex, endorsed: survivors } as const;
    this.tellEach(cohort, begun);
    this.untilSilent(attemptId);
    const deltaOf = deltasOf(schedule, base);
    const combine = combineOf(schedule);
    const candidate = makeCandidate({
      ...terms,
      manifest,
      lists,
      combine,
      previous: base,
      deltaOf,
    });
    store.keep(candidate);
    this.vote(attemptId, candidate.record);
  }

  outcome(): Outcome {
    const { schedule, witness, states, rejected } = this;
    for (const voter of this.voters.values()) {
      witness.judge(voter);
      const isSame = voter.base.hash === this.base.hash;
      witness.require(isSame, 'the count decides', `${voter.self.siteId} has another adapter`);
    }
    const refusals = [...this.voters.values()].flatMap((voter) => voter.refusals).length;
    const { violations, votes } = witness;
    const committed = this.base.roundNo;
    return { seed: schedule.seed, violations, votes, refusals, states, committed, rejected };
  }

  private vote(attemptId: AttemptId, record: RoundRecord): void {
    const { log } = this;
    const { survivors, roundNo, ringSumHash } = record;
    const recordHash = contentHashOf(record);
    const place = leafOf(attemptId, roundNo);
    const leafIndex = log.append({ ...place, type: 'round.candidate', recordHash, ringSumHash });
    this.taken = new Map();
    const candidate = { kind: 'round.candidate', attemptId, record, leafIndex } as const;
    const silent = (): SiteId[] => survivors.filter((siteId) => !this.taken.has(siteId));
    for (let tries = 0; tries < PATIENCE && !this.isDecided(record); tries += 1) {
      this.tellEach(silent(), candidate);
      this.untilSilent(attemptId, record);
    }
    this.conclude(attemptId, record);
  }

  private isDecided(record: RoundRecord): boolean {
    return dueEvent('voting', this.tally(record), this.rulesOf(record), false) !== undefined;
  }

  private conclude(attemptId: AttemptId, record: RoundRecord): void {
    const { log } = this;
    const tally = this.tally(record);
    const event = dueEvent('voting', tally, this.rulesOf(record), true);
    const next = event && step('voting', event, this.rulesOf(record));
    const votes = [...this.taken.values()];
    const place = leafOf(attemptId, record.roundNo);
    const { ringSumHash, adapterCheckpointHash } = record;
    const recordHash = contentHashOf(record);
    log.append({
      ...{ ...place, type: 'round.votes', recordHash, votesHash: votesHash(attemptId, votes) },
      ...{ accepted: tally.accepted ?? 0, refused: tally.refused ?? 0 },
    });
    if (next?.kind === 'moved') {
      const leaf = { ...place, recordHash, ringSumHash, adapterCheckpointHash } as const;
      const leafIndex = log.append({ ...leaf, type: 'round.result' });
      this.tellTheEnd({ kind: 'round.result', attemptId, record, leafIndex, votes });
      this.base = this.applied(record);
    } else {
      const leafIndex = log.append({ ...place, type: 'round.aborted', reason: 'rejected' });
      this.tellTheEnd({ kind: 'round.aborted', attemptId, leafIndex });
      this.rejected += 1;
    }
    const isRight =
      (next?.kind === 'moved') === (tally.accepted ?? 0) * 2 > record.survivors.length;
    this.witness.require(isRight, 'the count decides', `${votes.length} votes on ${attemptId}`);
  }

  private applied(record: RoundRecord): Adapter {
    const { schedule, store, base } = this;
    const mean = meanOfRecord(schedule.study, record, store.read(record.ringSumHash));
    return adapterFrom(base, record, mean.ringSums, mean.combine);
  }

  private tally({ survivors }: RoundRecord): Tally {
    const saying = (verdict: Vote['verdict']): number =>
      [...this.taken.values()].filter(({ body }) => body.verdict === verdict).length;
    const none = { cohort: 0, advertised: 0, declined: 0, updated: 0 };
    const [accepted, refused] = [saying('accept'), saying('refuse')];
    return { ...none, survivors: survivors.length, accepted, refused };
  }

  private rulesOf({ attemptId }: RoundRecord) {
    const truth = this.witness.truths.get(attemptId);
    if (truth === undefined) {
      throw new Error(`attempt ${attemptId} never began`);
    }
    return truth.manifest.body;
  }

  private tellEach(sites: readonly SiteId[], message: ToSite): void {
    sites.forEach((siteId) => {
      this.network.send({ kind: 'to-site', siteId, message });
    });
  }

  /** In time everybody hears of it. */
  private tellTheEnd(message: ToSite): void {
    const { attemptId } = message;
    for (const voter of this.voters.values()) {
      const begun = this.voters.get(voter.self.siteId)?.phaseOf(attemptId) !== 'idle';
      if (begun) {
        voter.hear(message, this.log);
      }
    }
  }

  private untilSilent(attemptId: AttemptId, record?: RoundRecord): void {
    const { network, schedule, log } = this;
    while (!network.isEmpty) {
      const flight = network.next();
      if (flight?.kind === 'to-coordinator') {
        this.take(flight.siteId, flight.message, record);
      } else if (flight !== undefined) {
        const voter = this.voters.get(flight.siteId);
        voter?.hear(flight.message, log);
        this.answer(attemptId, flight.siteId);
        if (schedule.random.integer(100) < schedule.crashes) {
          voter?.restart();
        }
      }
      this.note(attemptId);
    }
    this.everyoneBegan(attemptId, record);
  }

  /** The manifest is told until it is heard, which the rounds before the candidate would see to. */
  private everyoneBegan(attemptId: AttemptId, record: RoundRecord | undefined): void {
    if (record !== undefined) {
      return;
    }
    const { log, witness } = this;
    const truth = witness.truths.get(attemptId);
    const index = log.leaves.length - 1;
    for (const voter of this.voters.values()) {
      if (truth !== undefined && voter.phaseOf(attemptId) === 'idle') {
        const { manifest, survivors: endorsed } = truth;
        voter.hear({ kind: 'begun', attemptId, manifest, leafIndex: index, endorsed }, log);
      }
    }
  }

  private answer(attemptId: AttemptId, siteId: SiteId): void {
    const vote = this.voters.get(siteId)?.voteOn(attemptId);
    if (vote !== undefined) {
      this.witness.saw(vote);
      this.network.send({ kind: 'to-coordinator', siteId, message: vote });
    }
  }

  /** As the coordinator takes votes: signed by a site of the sum, about this candidate, the first one counts. */
  private take(siteId: SiteId, vote: Signed<Vote>, record: RoundRecord | undefined): void {
    const key = this.schedule.members.find((member) => member.siteId === siteId)?.identity
      .publicKey;
    if (record === undefined || key === undefined || this.taken.has(siteId)) {
      return;
    }
    try {
      const body = verifyBody('vote', vote, key);
      const isHis = body.siteId === siteId && record.survivors.includes(siteId);
      if (isHis && body.recordHash === contentHashOf(record)) {
        this.taken.set(siteId, vote);
      }
    } catch (error) {
      if (!isConsiliumError(error)) {
        throw error;
      }
    }
  }

  private note(attemptId: AttemptId): void {
    const phases = [...this.voters.values()].map((voter) => voter.phaseOf(attemptId)).sort();
    this.states.add(`${this.taken.size}: ${phases.join(' ')}`);
  }
}

export function combineOf({ study }: Schedule) {
  const { privacy } = study;
  return privacy.secureAggregation === 'on' ? privacy.groups?.combine : undefined;
}
