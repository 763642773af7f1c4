/**
 * Attempts under a coordinator that wants an adapter in force which the sites did not accept: it shows two candidates, asks twice,
 * forges and counts votes as it likes, picks sums, survivors and groups, and goes on from what was refused. Its corrupt site signs.
 */
import { contentHashOf, signBody, type Signed } from '@consilium/shared/crypto';
import {
  signedHash,
  type Leaf,
  type Manifest,
  type RoundRecord,
  type Vote,
} from '@consilium/shared/protocol';
import { acceptancesNeeded } from '@consilium/shared/rounds';
import { cutIntoGroups } from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { AuditLog } from '../simulator/audit-log.js';
import { COORDINATOR, memberNamed } from '../simulator/cast.js';
import { openedLeaf } from '../simulator/messages-of-attempt.js';
import { anyOf } from '../simulator/schedule.js';
import {
  adapterFrom,
  adapterOf,
  makeCandidate,
  tensorsOf,
  type Adapter,
  type Candidate,
} from './candidate.js';
import { combineOf } from './honest-run.js';
import { leafOf, signedManifest } from './messages.js';
import { attemptIdOf, deltasOf, drawLists, Store, votersOf, type Schedule } from './schedule.js';
import { Witness, type Outcome } from './verdict.js';
import { meanOfRecord } from './voter-checks.js';
import type { Voter } from './voter.js';

const ATTEMPTS = 6;

/** What it proposes. */
const CANDIDATES = [
  'true',
  'true',
  'worse',
  'long',
  'other-adapter',
  'few-sites',
  'groups',
] as const;
/** Whom it shows what. */
const STORIES = ['one', 'one', 'two-halves', 'asks-again'] as const;
/** Which votes it shows with the result. */
const COUNTS = [
  'true',
  'few',
  'none',
  'forged',
  'twice',
  'outsiders',
  'other',
  'refusals',
] as const;

interface Plan {
  readonly candidate: (typeof CANDIDATES)[number];
  readonly story: (typeof STORIES)[number];
  readonly count: (typeof COUNTS)[number];
  /** Goes on from what the sites refused last, if they refused something. */
  readonly fromRefused: boolean;
}

interface Scene {
  readonly attemptId: AttemptId;
  readonly manifest: Signed<Manifest>;
  readonly lists: readonly (readonly SiteId[])[];
  readonly base: Adapter;
  readonly plan: Plan;
}

export function runLies(schedule: Schedule): Outcome {
  const run = new LyingRun(schedule);
  for (let attemptNo = 1; attemptNo <= ATTEMPTS; attemptNo += 1) {
    run.attempt(attemptNo);
  }
  return run.outcome();
}

class LyingRun {
  private readonly store = new Store();
  private readonly log = new AuditLog([openedLeaf(COORDINATOR.publicKey)]);
  private readonly voters;
  private readonly witness;
  private readonly states = new Set<string>();
  /** Every vote that it ever had. */
  private votes: Signed<Vote>[] = [];
  private refused: Adapter | undefined;
  private rejected = 0;

  constructor(private readonly schedule: Schedule) {
    this.voters = votersOf(schedule, this.store);
    this.witness = new Witness(schedule, this.store);
  }

  attempt(attemptNo: number): void {
    const { random } = this.schedule;
    const scene = this.begin(attemptNo, {
      candidate: anyOf(random, CANDIDATES),
      story: anyOf(random, STORIES),
      count: anyOf(random, COUNTS),
      fromRefused: random.integer(4) === 0,
    });
    const first = this.propose(scene, scene.plan.candidate);
    const second = this.propose(scene, 'worse');
    this.ask(scene, first, second);
    const aim = scene.plan.story !== 'one' && random.integer(2) === 0 ? second : first;
    this.conclude(scene, aim);
    const { candidate, story, count } = scene.plan;
    const ends = this.honest().filter((voter) => voter.phaseOf(scene.attemptId) === 'done').length;
    this.states.add(`${candidate} ${story} ${count}: ${ends} of ${this.voters.size}`);
  }

  outcome(): Outcome {
    const { schedule, witness, states, rejected } = this;
    const honest = this.honest();
    honest.forEach((voter) => {
      witness.judge(voter);
    });
    const { violations, votes } = witness;
    const refusals = honest.flatMap((voter) => voter.refusals).length;
    const committed = Math.max(0, ...honest.map(({ results }) => results.length));
    return { seed: schedule.seed, violations, votes, refusals, states, committed, rejected };
  }

  private begin(attemptNo: number, plan: Plan): Scene {
    const { schedule, log, witness } = this;
    const inForce = this.newestBase();
    const base = (plan.fromRefused ? this.refused : undefined) ?? inForce;
    const roundNo = base.roundNo + 1;
    const attemptId = attemptIdOf(schedule, `${attemptNo}`);
    const cohort = schedule.members.map(({ siteId }) => siteId);
    const terms = { attemptId, roundNo, attemptNo, cohort, base: base.hash };
    const manifest = signedManifest(this.studyShown(plan), terms);
    const lists = drawLists(schedule);
    const survivors = lists.flat().sort();
    witness.truths.set(attemptId, { manifest, survivors });
    const place = leafOf(attemptId, roundNo);
    const manifestHash = signedHash(manifest);
    const leafIndex = log.append({ ...place, type: 'round.manifest', attemptNo, manifestHash });
    this.honest().forEach((voter) => {
      voter.hear({ kind: 'begun', attemptId, manifest, leafIndex, endorsed: survivors }, log);
    });
    return { attemptId, manifest, lists, base, plan };
  }

  /** With groups of its own choice it signs a manifest of its own choice. */
  private studyShown({ candidate }: Plan): Schedule['study'] {
    const { study } = this.schedule;
    return candidate === 'groups' ? { ...study, seed: 'picked' } : study;
  }

  private propose(scene: Scene, kind: Plan['candidate']): Candidate {
    const { schedule, store } = this;
    const combine = combineOf(schedule);
    const { base, manifest } = scene;
    const deltaOf = deltaFor(kind, schedule, base);
    const lists = this.listsFor(kind, scene);
    const { attemptNo } = manifest.body;
    const made = makeCandidate({ attemptNo, manifest, lists, combine, previous: base, deltaOf });
    const candidate = kind === 'other-adapter' ? this.withOtherAdapter(made) : made;
    store.keep(candidate);
    const { record } = candidate;
    const mean = meanOfRecord(schedule.study, record, candidate.ringSum);
    store.keepAdapter(adapterFrom(base, record, mean.ringSums, mean.combine));
    return candidate;
  }

  private listsFor(kind: Plan['candidate'], { lists }: Scene): readonly (readonly SiteId[])[] {
    const { corrupt, members, study } = this.schedule;
    const all = lists.flat();
    if (kind === 'few-sites' && lists.length === 1) {
      const bought = members.map(({ siteId }) => siteId).filter((siteId) => corrupt.has(siteId));
      return [[...new Set([...bought, ...all])].slice(0, 1)];
    }
    if (kind === 'groups' && lists.length > 1) {
      const { studyId } = study;
      return cutIntoGroups({ studyId, seed: 'picked', cohort: all, sites: 5 });
    }
    return lists;
  }

  private withOtherAdapter({ record, ringSum }: Candidate): Candidate {
    const own = adapterOf(record.roundNo, tensorsOf([9, 9, 9, 9]));
    this.store.keepAdapter(own);
    return { ringSum, record: { ...record, adapterCheckpointHash: own.hash } };
  }

  private ask(scene: Scene, first: Candidate, second: Candidate): void {
    const { story } = scene.plan;
    const voters = this.schedule.random.shuffled(this.honest());
    const half = story === 'two-halves' ? voters.length >> 1 : voters.length;
    this.show(scene, first, voters.slice(0, half));
    this.show(scene, second, voters.slice(half));
    if (story === 'asks-again') {
      this.show(scene, second, voters);
    }
  }

  private show(scene: Scene, { record }: Candidate, voters: readonly Voter[]): void {
    const { schedule, log, witness } = this;
    const { attemptId } = scene;
    const { roundNo, ringSumHash } = record;
    const place = leafOf(attemptId, roundNo);
    const recordHash = contentHashOf(record);
    const leafIndex = log.append({ ...place, type: 'round.candidate', recordHash, ringSumHash });
    for (const voter of voters) {
      voter.hear({ kind: 'round.candidate', attemptId, record, leafIndex }, log);
      const vote = voter.voteOn(attemptId);
      if (vote !== undefined) {
        witness.saw(vote);
        this.votes.push(vote);
      }
      if (schedule.random.integer(100) < schedule.crashes) {
        voter.restart();
      }
    }
  }

  private conclude(scene: Scene, { record }: Candidate): void {
    const { log, witness } = this;
    const { attemptId, plan } = scene;
    const place = leafOf(attemptId, record.roundNo);
    const { ringSumHash, adapterCheckpointHash } = record;
    const recordHash = contentHashOf(record);
    const votes = this.votesToShow(plan.count, record);
    const leaf: Leaf = {
      ...{ ...place, type: 'round.result', recordHash, ringSumHash, adapterCheckpointHash },
    };
    const leafIndex = log.append(leaf);
    this.honest().forEach((voter) => {
      voter.hear({ kind: 'round.result', attemptId, record, leafIndex, votes }, log);
    });
    const survivors = witness.truths.get(attemptId)?.survivors ?? [];
    const accepted = this.votesOn(record, 'accept').length;
    if (accepted < acceptancesNeeded(survivors.length)) {
      this.rejected += 1;
      this.refused = this.adapterNamed(record);
    }
    const aborted = log.append({ ...place, type: 'round.aborted', reason: 'so it says' });
    this.honest().forEach((voter) => {
      voter.hear({ kind: 'round.aborted', attemptId, leafIndex: aborted }, log);
    });
  }

  private adapterNamed({ adapterCheckpointHash }: RoundRecord): Adapter {
    return this.store.readAdapter(adapterCheckpointHash);
  }

  private votesToShow(count: Plan['count'], record: RoundRecord): Signed<Vote>[] {
    const { corrupt, members } = this.schedule;
    const accepting = this.votesOn(record, 'accept');
    const bought = [...corrupt].map((siteId) => voteOf(record, siteId, siteId));
    const [paid] = bought.filter(({ body }) => record.survivors.includes(body.siteId));
    const real = [...accepting, ...(paid === undefined ? [] : [paid])];
    const needed = acceptancesNeeded(record.survivors.length);
    switch (count) {
      case 'true':
        return real;
      case 'few':
        return real.slice(0, needed - 1);
      case 'none':
        return [];
      case 'forged':
        return record.survivors.map((siteId) => voteOf(record, siteId));
      case 'twice':
        return Array.from({ length: needed }, (_, i) => real[i % Math.max(real.length, 1)]).flatMap(
          (vote) => vote ?? [],
        );
      case 'outsiders':
        return [
          ...real,
          ...bought,
          ...members.map(({ siteId }) => voteOf(record, siteId, [...corrupt][0])),
        ];
      case 'other': {
        const others = this.votes.filter(({ body }) => body.verdict === 'accept');
        return [...real, ...firstOfEach(others, record)];
      }
      case 'refusals':
        return [...real, ...this.votesOn(record, 'refuse')];
    }
  }

  private votesOn(record: RoundRecord, verdict: Vote['verdict']): Signed<Vote>[] {
    const recordHash = contentHashOf(record);
    return this.votes.filter(
      ({ body }) => body.recordHash === recordHash && body.verdict === verdict,
    );
  }

  private honest(): Voter[] {
    const { corrupt } = this.schedule;
    return [...this.voters.values()].filter(({ self }) => !corrupt.has(self.siteId));
  }

  /** What most rounds have led to, wherever. */
  private newestBase(): Adapter {
    const [newest] = this.honest()
      .map(({ base }) => base)
      .sort((a, b) => b.roundNo - a.roundNo);
    if (newest === undefined) {
      throw new Error('there is no honest site');
    }
    return newest;
  }
}

function deltaFor(
  kind: Plan['candidate'],
  schedule: Schedule,
  base: Adapter,
): (siteId: SiteId) => readonly number[] {
  const { acceptance } = schedule.study;
  if (acceptance.metric === 'loss' && (kind === 'worse' || kind === 'few-sites')) {
    return () => [-0.3, 0.3, -0.3, -0.3];
  }
  // Beyond what there is to learn by as much as it was missing: no site measures it as worse.
  return kind === 'long' ? () => [0.8, -0.6, 0.4, 1] : deltasOf(schedule, base);
}

/** @param signer the coordinator's own key unless a site's is named */
function voteOf(record: RoundRecord, siteId: SiteId, signer?: SiteId): Signed<Vote> {
  const { v, studyId, roundNo, attemptId, manifestHash } = record;
  const recordHash = contentHashOf(record);
  const fields = { v, studyId, roundNo, attemptId, siteId, manifestHash, recordHash };
  const body: Vote = { ...fields, verdict: 'accept', code: 'within-tolerance' };
  const identity = signer === undefined ? COORDINATOR : memberNamed(signer).identity;
  return signBody('vote', body, identity);
}

/** Of each site of the record one vote, whatever it is about. */
function firstOfEach(votes: readonly Signed<Vote>[], { survivors }: RoundRecord): Signed<Vote>[] {
  return survivors.flatMap((siteId) => votes.findLast(({ body }) => body.siteId === siteId) ?? []);
}
