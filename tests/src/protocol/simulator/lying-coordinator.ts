/**
 * A coordinator that lies: it keeps to no table, tells two stories in one attempt, leaves sites out, names lists as it likes, takes
 * sums and says that the attempt was aborted. Its corrupt sites sign and show whatever it needs. What it plans is in attack-plan.ts.
 */
import { signBody } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import { leafHash } from '@consilium/shared/log';
import {
  peersHash,
  sharersHash,
  type Endorsement,
  type Leaf,
  type Manifest,
} from '@consilium/shared/protocol';
import { mayEndorse, thresholdAfter, type SurvivorsLeaf } from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import type { AttackPlan, Stage } from './attack-plan.js';
import { AuditLog } from './audit-log.js';
import { Dossier, type Branch, type NamedLeaf } from './branch.js';
import type { EarlierList, Reach, Telling } from './coordinator-reach.js';
import { ofAttempt, ofSite, type ToCoordinator, type ToSite } from './messages.js';
import {
  abortedLeaf,
  manifestLeaf,
  relayOf,
  signedManifest,
  survivorsLeaf,
} from './messages-of-attempt.js';
import type { Schedule } from './schedule.js';
import type { SimulatedSite } from './simulated-site.js';

export class LyingAttempt {
  private readonly dossier = new Dossier();
  private manifest: Manifest | undefined;

  constructor(
    private readonly attemptId: AttemptId,
    private readonly plan: AttackPlan,
    private readonly setting: {
      readonly schedule: Schedule;
      readonly log: AuditLog;
      readonly reach: Reach;
      readonly cohorts: (readonly SiteId[])[];
      readonly lists: EarlierList[];
    },
  ) {}

  take(siteId: SiteId, message: ToCoordinator): void {
    this.dossier.keep(siteId, message);
  }

  async run(): Promise<void> {
    const begun = await this.begin();
    const peered = await this.forEach(this.splitAt('peers', [begun]), (one) => this.deal(one));
    const relayed = await this.forEach(this.splitAt('sharers', peered), (one) => this.relay(one));
    const left = this.plan.endsEarly === true ? await this.endForSome(relayed) : relayed;
    const split = this.splitAt('survivors', left);
    const named = await this.forEach(split, (one) => Promise.resolve(this.name(one)));
    await this.askAll(named);
    await this.end(this.honest());
    this.remember(named);
  }

  private async end(sites: readonly SiteId[]): Promise<void> {
    const { reach, log } = this.setting;
    const leafIndex = log.append(abortedLeaf(this.attemptId, 'so says the coordinator'));
    const message: ToSite = { kind: 'ended', attemptId: this.attemptId, leafIndex };
    await reach.tell(sites.map((siteId) => ({ siteId, message, log })));
  }

  /** Those whom no quorum needs hear no more of it, before the log names any survivors. */
  private async endForSome(branches: readonly Branch[]): Promise<readonly Branch[]> {
    const { random } = this.setting.schedule;
    return this.forEach(branches, async (branch) => {
      const shuffled = random.shuffled(branch.listeners);
      const needed = this.honestQuorum(branch);
      await this.end(shuffled.slice(needed));
      return { ...branch, listeners: shuffled.slice(0, needed) };
    });
  }

  private async begin(): Promise<Branch> {
    const { schedule, log, reach, cohorts } = this.setting;
    const { colluders } = schedule;
    const cohort = this.narrowed(
      'cohort',
      schedule.members.map(({ siteId }) => siteId),
    ).sort();
    const threshold = this.thresholdFor(cohort);
    const attemptNo = cohorts.length + 1;
    cohorts.push(cohort);
    const manifest = signedManifest({
      attemptId: this.attemptId,
      attemptNo,
      cohort,
      colluders,
      threshold,
    });
    this.manifest = manifest.body;
    const leafIndex = log.append(manifestLeaf(manifest));
    const message: ToSite = { kind: 'round.manifest', manifest, leafIndex };
    const puppets = reach.puppets.filter(({ siteId }) => cohort.includes(siteId));
    const listeners = this.honest().filter((siteId) => cohort.includes(siteId));
    const branch = { listeners, puppets, wanted: this.plan.wanted, peers: [], sharers: [] };
    await this.say(branch, () => message);
    return branch;
  }

  private thresholdFor(cohort: readonly SiteId[]): number {
    const { schedule, cohorts } = this.setting;
    const { colluders } = schedule;
    switch (this.plan.threshold) {
      case 'right':
        return thresholdAfter({ cohort, earlier: cohorts, colluders });
      case 'of-cohort':
        return thresholdAfter({ cohort, earlier: [], colluders });
      case 'low':
        return Math.max(2, cohort.length >> 1);
    }
  }

  /** U1 is closed. */
  private async deal(branch: Branch): Promise<Branch> {
    const sites = this.narrowed('peers', this.sitesOf(branch), branch.wanted);
    const adverts = this.dossier.advertsOf(sites);
    const peers = adverts.map(({ body }) => body.siteId);
    const message = { kind: 'round.peers', ...ofAttempt(this.attemptId), adverts } as const;
    const dealing = { ...branch, peers };
    await this.say(dealing, (siteId) => (peers.includes(siteId) ? message : undefined));
    return dealing;
  }

  /** U2 is closed. */
  private async relay(branch: Branch): Promise<Branch> {
    const { reach } = this.setting;
    const sites = this.narrowed('sharers', branch.peers, branch.wanted);
    const dealings = this.dossier.dealingsOf(sites, this.peersHashOf(branch));
    const sharers = dealings.map(({ shares }) => shares.body.siteId);
    const relayed = { ...branch, sharers };
    await this.say(relayed, (siteId) =>
      sharers.includes(siteId) ? relayOf(this.attemptId, siteId, dealings) : undefined,
    );
    await reach.train(branch.listeners);
    for (const puppet of branch.puppets) {
      puppet.train(this.attemptId);
      this.hearPuppet(puppet);
      reach.onHeld(puppet);
    }
    return relayed;
  }

  /** U3 is named, in the log that the sites are to see. */
  private name(branch: Branch): Branch {
    const { log } = this.setting;
    const dealings = this.dossier.dealingsOf(branch.sharers, this.peersHashOf(branch));
    const wanted = this.narrowed('survivors', branch.sharers, branch.wanted);
    const updates = this.dossier.updatesOf(wanted, sharersHashOf(this.attemptId, dealings));
    const headers = updates.map(({ header }) => header);
    const sites = headers.map(({ body }) => body.siteId).sort();
    const { asked, named } = this.choose(branch, sites);
    const leaf = survivorsLeaf({
      attemptId: this.attemptId,
      adverts: this.dossier.advertsOf(branch.peers),
      dealings,
      headers,
      earlier: named,
    });
    const shown = this.plan.rewritesLog ? rewritten(log.leaves, sites) : log;
    const index = shown.append(leaf);
    if (shown !== log) {
      log.append(leaf);
    }
    const hash = toBase64(leafHash(canonicalBytes(leaf)));
    return { ...branch, leaf: { index, hash, sites, log: shown, asked } };
  }

  /** Whom to ask, and which earlier lists to name so that they see no harm. */
  private choose(
    branch: Branch,
    sites: readonly SiteId[],
  ): { asked: readonly SiteId[]; named: readonly number[] } {
    const { schedule, lists } = this.setting;
    const { random, colluders } = schedule;
    const able = branch.listeners.filter((siteId) => branch.sharers.includes(siteId));
    const needed = this.honestQuorum(branch);
    const tries = Array.from({ length: this.plan.asksFew ? 12 : 1 }, () => {
      const asked = this.plan.asksFew ? random.shuffled(able).slice(0, needed) : able;
      return { asked, named: this.listsToName(lists, asked) };
    });
    const isHarmless = ({ named }: { named: readonly EarlierList[] }) =>
      mayEndorse(
        named.map((list) => list.sites),
        sites,
        colluders,
      ).kind === 'ok';
    const { asked, named } = tries.find(isHarmless) ?? tries[0] ?? { asked: able, named: [] };
    return { asked, named: named.map(({ index }) => index) };
  }

  private honestQuorum({ peers }: Branch): number {
    const { corrupt, defences } = this.setting.schedule;
    const quorum = this.manifest ? defences.threshold(this.manifest, peers.length) : 1;
    return Math.max(quorum - corrupt.size, 1);
  }

  private listsToName(
    lists: readonly EarlierList[],
    asked: readonly SiteId[],
  ): readonly EarlierList[] {
    switch (this.plan.names) {
      case 'all':
        return lists;
      case 'theirs':
        return lists.filter(({ endorsers }) => asked.some((siteId) => endorsers.has(siteId)));
      case 'none':
        return [];
    }
  }

  private async askAll(branches: readonly Branch[]): Promise<void> {
    const { crossTalk } = this.plan;
    const everyone = this.honest();
    const asked = branches.map((branch) => ({ branch, sites: branch.leaf?.asked ?? [] }));
    const crossed = branches.map((branch) => ({ branch, sites: everyone }));
    await this.ask(crossTalk === 'together' ? [...asked, ...crossed] : asked);
    if (crossTalk === 'after') {
      await this.ask(crossed);
    }
  }

  /** Endorsements, then shares. */
  private async ask(
    asked: readonly { readonly branch: Branch; readonly sites: readonly SiteId[] }[],
  ): Promise<void> {
    const { reach } = this.setting;
    const survivors = asked.flatMap(({ branch, sites }) => this.survivorsFor(branch, sites));
    await reach.tell(survivors);
    const quorums = asked.flatMap(({ branch, sites }) => this.quorumFor(branch, sites));
    await reach.tell(quorums);
  }

  private survivorsFor(branch: Branch, sites: readonly SiteId[]): Telling[] {
    const { leaf } = branch;
    if (leaf === undefined) {
      return [];
    }
    const dealings = this.dossier.dealingsOf(branch.sharers, this.peersHashOf(branch));
    const updates = this.dossier.updatesOf(leaf.sites, sharersHashOf(this.attemptId, dealings));
    const headers = updates.map(({ header }) => header);
    const of = ofAttempt(this.attemptId);
    const message: ToSite = { kind: 'round.survivors', ...of, leafIndex: leaf.index, headers };
    return sites.map((siteId) => ({ siteId, message, log: leaf.log }));
  }

  private quorumFor({ leaf }: Branch, sites: readonly SiteId[]): Telling[] {
    if (leaf === undefined) {
      return [];
    }
    const endorsements = [...this.dossier.endorsements(leaf.hash), ...this.bought(leaf)];
    const of = ofAttempt(this.attemptId);
    const message: ToSite = { kind: 'round.quorum', ...of, endorsements };
    return sites.map((siteId) => ({ siteId, message, log: leaf.log }));
  }

  /** Corrupt sites endorse every leaf. */
  private bought({ index, hash }: NamedLeaf) {
    const { members, corrupt } = this.setting.schedule;
    return members
      .filter(({ siteId }) => corrupt.has(siteId))
      .map(({ siteId, identity }) => {
        const body: Endorsement = {
          ...ofSite(this.attemptId, siteId),
          leafIndex: index,
          leafHash: hash,
        };
        return signBody('endorsement', body, identity);
      });
  }

  private remember(branches: readonly Branch[]): void {
    for (const { leaf } of branches) {
      if (leaf !== undefined) {
        const endorsers = this.dossier.endorsements(leaf.hash).map(({ body }) => body.siteId);
        const { index, sites } = leaf;
        this.setting.lists.push({ index, sites, endorsers: new Set(endorsers) });
      }
    }
  }

  /** Two halves hear two stories from here on. */
  private splitAt(stage: Stage, branches: readonly Branch[]): readonly Branch[] {
    const { split } = this.plan;
    if (split?.at !== stage) {
      return branches;
    }
    const { random } = this.setting.schedule;
    return branches.flatMap((branch) => {
      const shuffled = random.shuffled(branch.listeners);
      const half = shuffled.length >> 1;
      const puppets = branch.puppets.map((puppet) => puppet.twin());
      return [
        { ...branch, listeners: shuffled.slice(0, half) },
        { ...branch, listeners: shuffled.slice(half), wanted: split.other, puppets },
      ];
    });
  }

  private async forEach(
    branches: readonly Branch[],
    go: (branch: Branch) => Promise<Branch>,
  ): Promise<readonly Branch[]> {
    const gone: Branch[] = [];
    for (const branch of branches) {
      gone.push(await go(branch));
    }
    return gone;
  }

  /** Says it to those who hear this story, the corrupt sites among them. */
  private async say(
    { listeners, puppets }: Branch,
    messageFor: (siteId: SiteId) => ToSite | undefined,
  ): Promise<void> {
    const { log, reach } = this.setting;
    for (const puppet of puppets) {
      const message = messageFor(puppet.siteId);
      if (message !== undefined) {
        await puppet.hear(message, log);
        this.hearPuppet(puppet);
      }
    }
    const told = listeners.flatMap((siteId): Telling[] => {
      const message = messageFor(siteId);
      return message === undefined ? [] : [{ siteId, message, log }];
    });
    await reach.tell(told);
  }

  private hearPuppet(puppet: SimulatedSite): void {
    puppet.documents(this.attemptId).forEach((one) => this.dossier.keep(puppet.siteId, one));
  }

  private narrowed(
    stage: Stage,
    sites: readonly SiteId[],
    wanted: readonly SiteId[] = this.plan.wanted,
  ): SiteId[] {
    const isNarrow =
      this.plan.narrowAt === stage || stage === 'survivors' || this.plan.split?.at === stage;
    return isNarrow ? sites.filter((siteId) => wanted.includes(siteId)) : [...sites];
  }

  private sitesOf({ listeners, puppets }: Branch): readonly SiteId[] {
    const all = this.plan.split?.at === 'peers' ? this.honest() : listeners;
    return [...all, ...puppets.map(({ siteId }) => siteId)].sort();
  }

  private honest(): readonly SiteId[] {
    const { members, corrupt } = this.setting.schedule;
    return members.map(({ siteId }) => siteId).filter((siteId) => !corrupt.has(siteId));
  }

  private peersHashOf({ peers }: Branch): string {
    return peersHash(this.attemptId, this.dossier.advertsOf(peers));
  }
}

function sharersHashOf(attemptId: AttemptId, dealings: ReturnType<Dossier['dealingsOf']>): string {
  return sharersHash(
    attemptId,
    dealings.map(({ shares }) => shares),
  );
}

/** A log in which every earlier list is like the one that is asked for. */
function rewritten(leaves: readonly Leaf[], sites: readonly SiteId[]): AuditLog {
  return new AuditLog(
    leaves.map((leaf): Leaf => (leaf.type === 'round.survivors' ? likeness(leaf, sites) : leaf)),
  );
}

function likeness(leaf: SurvivorsLeaf, sites: readonly SiteId[]): SurvivorsLeaf {
  return { ...leaf, sites: [...sites] };
}
