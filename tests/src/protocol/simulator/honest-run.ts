/**
 * A round under an honest coordinator: sites and coordinator crash at any time and come back with their journals, some sites die,
 * deadlines pass, an operator gives up. It ends in the exact sum or a clean abort, and the corrupt sites learn nothing by it.
 */
import { verifyConsistency } from '@consilium/shared/log';
import { isEnded } from '@consilium/shared/rounds';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { AuditLog } from './audit-log.js';
import { HonestCoordinator } from './honest-coordinator.js';
import { COORDINATOR } from './cast.js';
import type { ToSite } from './messages.js';
import { Network } from './network.js';
import { PooledKnowledge } from './pooled-knowledge.js';
import { attemptIdOf, type Outcome, type Schedule } from './schedule.js';
import { SimulatedSite } from './simulated-site.js';
import { SiteHost } from './site-host.js';
import { judge, plainSum, type Violation } from './verdict.js';
import { Witness } from './witness.js';
import { openedLeaf } from './messages-of-attempt.js';

const ATTEMPTS = 3;
const STEPS_PER_ATTEMPT = 1500;
/** So often is everything said again before a deadline passes or an operator gives up. */
const PATIENCE = 4;
const DEATHS = 2;

export async function runHonestly(schedule: Schedule): Promise<Outcome> {
  const run = new HonestRun(schedule);
  for (let attempt = 1; attempt <= ATTEMPTS && run.isOpen; attempt += 1) {
    await run.attempt(attemptIdOf(schedule, attempt));
  }
  return run.outcome();
}

class HonestRun {
  private readonly log = new AuditLog([openedLeaf(COORDINATOR.publicKey)]);
  private readonly knowledge: PooledKnowledge;
  private readonly witness: Witness;
  private readonly sites: ReadonlyMap<SiteId, SimulatedSite>;
  private readonly network: Network;
  private readonly host: SiteHost;
  private readonly coordinator: HonestCoordinator;
  private readonly states = new Set<string>();
  private readonly attempts: AttemptId[] = [];
  /** What was last said to a site, by kind. */
  private readonly said = new Map<SiteId, string>();
  private violations: readonly Violation[] = [];
  private steps = 0;
  private repeated = 0;

  constructor(private readonly schedule: Schedule) {
    const { members, corrupt, roster, colluders, defences, random, weather, crashes } = schedule;
    this.knowledge = new PooledKnowledge(corrupt);
    this.witness = new Witness(corrupt);
    this.network = new Network(random, weather);
    this.sites = new Map(
      members.map((self) => [
        self.siteId,
        new SimulatedSite({ self, roster, colluders, defences }),
      ]),
    );
    this.host = new SiteHost({ sites: this.sites, random, crashes, onSent: this.onSent });
    this.coordinator = new HonestCoordinator({ roster, colluders, log: this.log });
  }

  get isOpen(): boolean {
    return this.coordinator.sums.length === 0;
  }

  async attempt(attemptId: AttemptId): Promise<void> {
    const { log, coordinator } = this;
    const before = { size: log.leaves.length, root: log.rootAt(log.leaves.length) };
    this.attempts.push(attemptId);
    this.repeated = 0;
    coordinator.open(attemptId, this.cohort());
    for (let step = 0; step < STEPS_PER_ATTEMPT && !isEnded(coordinator.phase); step += 1) {
      this.say();
      await this.step(attemptId);
      this.note(attemptId);
    }
    if (!isEnded(coordinator.phase)) {
      coordinator.abandon('it took too long');
    }
    await this.spreadTheEnd(attemptId);
    this.requireGrown(before);
    this.poolHeld(attemptId);
  }

  async outcome(): Promise<Outcome> {
    const { attempts, knowledge, schedule, coordinator } = this;
    const honest = [...this.sites.values()].filter(({ siteId }) => !schedule.corrupt.has(siteId));
    const { colluders, seed } = schedule;
    const judged = await judge({ attempts, honest, knowledge, colluders });
    return {
      seed,
      violations: [
        ...this.witness.violations,
        ...judged.violations,
        ...this.violations,
        ...this.judgeSums(),
      ],
      refusals: [...this.sites.values()].flatMap(({ refusals }) => refusals),
      steps: this.steps,
      crashed: this.host.crashed,
      committed: coordinator.sums.length,
      aborted: attempts.length - coordinator.sums.length,
      states: this.states,
    };
  }

  /** In later attempts a member may be gone. */
  private cohort(): readonly SiteId[] {
    const { members, random } = this.schedule;
    const names = members.map(({ siteId }) => siteId);
    const isSmaller = this.attempts.length > 1 && names.length > 4 && random.integer(4) === 0;
    return isSmaller ? random.shuffled(names).slice(1).sort() : names;
  }

  private readonly onSent: ConstructorParameters<typeof SiteHost>[0]['onSent'] = (
    siteId,
    attemptId,
    message,
  ) => {
    const site = this.sites.get(siteId);
    if (site !== undefined && !this.schedule.corrupt.has(siteId)) {
      this.witness.saw(site, attemptId, message);
    }
    this.knowledge.heard(siteId, attemptId, message);
    this.network.send({ kind: 'to-coordinator', siteId, message });
  };

  private async step(attemptId: AttemptId): Promise<void> {
    this.steps += 1;
    const { crashes, troubles } = this.schedule;
    const roll = this.schedule.random.integer(1000);
    if (roll < crashes) {
      this.coordinator.restart();
      this.network.dropToSites();
      this.said.clear();
    } else if (roll < crashes + troubles) {
      await this.makeTrouble();
    } else if (roll < 150 || this.network.isEmpty) {
      await this.trainOrRepeat(attemptId);
    } else {
      await this.deliver();
    }
  }

  private async makeTrouble(): Promise<void> {
    switch (this.schedule.random.integer(3)) {
      case 0:
        return this.coordinator.advance(true);
      case 1:
        return this.coordinator.abandon('an operator');
      default:
        return this.kill();
    }
  }

  private async deliver(): Promise<void> {
    const flight = this.network.next();
    if (flight?.kind === 'to-site') {
      await this.host.tell(flight.siteId, flight.message, this.log);
    } else if (flight !== undefined && this.coordinator.take(flight.siteId, flight.message)) {
      this.repeated = 0;
      await this.coordinator.advance(false);
    }
  }

  private async trainOrRepeat(attemptId: AttemptId): Promise<void> {
    const { random } = this.schedule;
    const ready = this.host.alive.filter((site) => site.attempt(attemptId).phase === 'peered');
    const site = ready[random.integer(Math.max(ready.length, 1))];
    if (site !== undefined) {
      await this.host.train(site.siteId, attemptId);
    } else if (this.network.isEmpty) {
      await this.repeat(attemptId);
    }
  }

  /** Nobody says anything any more: all is said again, and at last a deadline passes. */
  private async repeat(attemptId: AttemptId): Promise<void> {
    this.repeated += 1;
    if (this.repeated > PATIENCE && this.coordinator.phase === 'unmasking') {
      this.coordinator.abandon('an operator: too few answer');
      return;
    }
    if (this.repeated > PATIENCE) {
      await this.coordinator.advance(true);
      return;
    }
    for (const { siteId } of this.host.alive) {
      this.coordinator
        .owed(siteId)
        .slice(-2)
        .forEach(({ make }) => this.sendTo(siteId, make()));
      this.host.resend(siteId, attemptId);
    }
  }

  /** What is new is said to each site once. */
  private say(): void {
    for (const siteId of this.coordinator.record.manifest.body.cohort) {
      const newest = this.coordinator.owed(siteId).at(-1);
      if (newest !== undefined && this.said.get(siteId) !== newest.kind) {
        this.said.set(siteId, newest.kind);
        this.sendTo(siteId, newest.make());
      }
    }
  }

  private sendTo(siteId: SiteId, message: ToSite): void {
    this.network.send({ kind: 'to-site', siteId, message });
  }

  private kill(): void {
    const { random } = this.schedule;
    const { alive, dead } = this.host;
    const site = alive[random.integer(alive.length)];
    if (site !== undefined && dead.size < DEATHS) {
      dead.add(site.siteId);
    }
  }

  /** Everybody who is alive hears of the end, in time. */
  private async spreadTheEnd(attemptId: AttemptId): Promise<void> {
    this.said.clear();
    for (let tries = 0; tries < PATIENCE; tries += 1) {
      for (const { siteId } of this.host.alive) {
        const end = this.coordinator.owed(siteId).at(-1);
        if (end?.kind === 'ended' && this.sites.get(siteId)?.attempt(attemptId).phase !== 'idle') {
          this.sendTo(siteId, end.make());
        }
      }
      while (!this.network.isEmpty) {
        await this.deliver();
        this.note(attemptId);
      }
    }
  }

  private poolHeld(attemptId: AttemptId): void {
    for (const siteId of this.schedule.corrupt) {
      const held = this.sites.get(siteId)?.attempt(attemptId).facts.relay?.held;
      this.knowledge.shown(siteId, attemptId, held ?? new Map());
    }
  }

  private requireGrown(before: { readonly size: number; readonly root: Uint8Array }): void {
    const { size, root, consistency } = this.log.prove(0, before.size);
    verifyConsistency({
      oldSize: before.size,
      oldRoot: before.root,
      newSize: size,
      newRoot: root,
      proof: consistency,
    });
  }

  private judgeSums(): readonly Violation[] {
    return this.coordinator.sums.flatMap(({ attemptId, survivors, words }): Violation[] => {
      const summed = [...this.sites.values()].filter(({ siteId }) => survivors.includes(siteId));
      const expected = plainSum(attemptId, summed);
      const isExact = words.every((word, i) => word === expected[i]);
      const detail = `of ${survivors.join(', ')}`;
      return [
        ...(isExact ? [] : [{ invariant: 'exact sum' as const, detail }]),
        ...(survivors.length < 3
          ? [{ invariant: 'no fewer than three summed' as const, detail }]
          : []),
      ];
    });
  }

  private note(attemptId: AttemptId): void {
    const phases = [...this.sites.values()].map((site) => site.attempt(attemptId).phase);
    this.states.add(`${this.coordinator.phase}: ${phases.sort().join(' ')}`);
  }
}
