/**
 * Attempts from one adapter checkpoint under a coordinator that lies, with corrupt sites at its side. Honest sites are real ones,
 * over the same network, and crash as they do elsewhere. In the end the attackers compute what they can.
 */
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { drawPlans, type AttackPlan } from './attack-plan.js';
import { AuditLog } from './audit-log.js';
import { COORDINATOR } from './cast.js';
import type { EarlierList, Reach, Telling } from './coordinator-reach.js';
import { NONE } from './defences.js';
import { forged } from './forgeries.js';
import { LyingAttempt } from './lying-coordinator.js';
import { openedLeaf } from './messages-of-attempt.js';
import { Network } from './network.js';
import { PooledKnowledge } from './pooled-knowledge.js';
import { attemptIdOf, type Outcome, type Schedule } from './schedule.js';
import { SimulatedSite } from './simulated-site.js';
import { SiteHost } from './site-host.js';
import { judge } from './verdict.js';
import { Witness } from './witness.js';

/** So often is something said to a site that does not take it. */
const PATIENCE = 3;

export async function runAttack(schedule: Schedule): Promise<Outcome> {
  const run = new AttackRun(schedule);
  const plans = drawPlans(schedule);
  for (const [i, plan] of plans.entries()) {
    await run.attempt(attemptIdOf(schedule, i + 1), plan);
  }
  return run.outcome();
}

class AttackRun {
  private readonly log = new AuditLog([openedLeaf(COORDINATOR.publicKey)]);
  private readonly knowledge: PooledKnowledge;
  private readonly witness: Witness;
  private readonly sites: ReadonlyMap<SiteId, SimulatedSite>;
  private readonly network: Network;
  private readonly host: SiteHost;
  private readonly states = new Set<string>();
  private readonly attempts: AttemptId[] = [];
  private readonly cohorts: (readonly SiteId[])[] = [];
  private readonly lists: EarlierList[] = [];
  private current: LyingAttempt | undefined;
  private forgeries = 0;
  private steps = 0;

  constructor(private readonly schedule: Schedule) {
    const { members, corrupt, roster, colluders, defences, random, weather, crashes } = schedule;
    this.knowledge = new PooledKnowledge(corrupt);
    this.witness = new Witness(corrupt);
    this.network = new Network(random, weather);
    const honest = members.filter(({ siteId }) => !corrupt.has(siteId));
    this.sites = new Map(
      honest.map((self) => [self.siteId, new SimulatedSite({ self, roster, colluders, defences })]),
    );
    this.host = new SiteHost({ sites: this.sites, random, crashes, onSent: this.onSent });
  }

  async attempt(attemptId: AttemptId, plan: AttackPlan): Promise<void> {
    const { schedule, log, cohorts, lists } = this;
    this.attempts.push(attemptId);
    this.forgeries = plan.forgeries;
    const reach: Reach = {
      tell: (told) => this.tell(attemptId, told),
      train: (sites) => this.train(attemptId, sites),
      puppets: this.freshPuppets(),
      onHeld: (puppet) => {
        const held = puppet.attempt(attemptId).facts.relay?.held ?? new Map();
        this.knowledge.shown(puppet.siteId, attemptId, held);
      },
    };
    const setting = { schedule, log, reach, cohorts, lists };
    this.current = new LyingAttempt(attemptId, plan, setting);
    await this.current.run();
  }

  async outcome(): Promise<Outcome> {
    const { attempts, knowledge, schedule } = this;
    const { colluders, seed } = schedule;
    const honest = [...this.sites.values()];
    const judged = await judge({ attempts, honest, knowledge, colluders });
    const opened = new Set(judged.sums.map(({ attemptId }) => attemptId)).size;
    return {
      seed,
      violations: [...this.witness.violations, ...judged.violations],
      refusals: honest.flatMap(({ refusals }) => refusals),
      steps: this.steps,
      crashed: this.host.crashed,
      committed: opened,
      aborted: attempts.length - opened,
      states: this.states,
    };
  }

  private readonly onSent: ConstructorParameters<typeof SiteHost>[0]['onSent'] = (
    siteId,
    attemptId,
    message,
  ) => {
    const site = this.sites.get(siteId);
    if (site !== undefined) {
      this.witness.saw(site, attemptId, message);
    }
    this.knowledge.heard(siteId, attemptId, message);
    this.network.send({ kind: 'to-coordinator', siteId, message });
  };

  private async tell(attemptId: AttemptId, told: readonly Telling[]): Promise<void> {
    const { random } = this.schedule;
    let waiting = told;
    for (let tries = 0; tries < PATIENCE && waiting.length > 0; tries += 1) {
      for (const telling of random.shuffled(waiting)) {
        const { siteId, message } = telling;
        const isForged = random.integer(100) < this.forgeries;
        const said = isForged ? forged(message, random) : message;
        this.network.send({ kind: 'to-site', siteId, message: said });
        if (said !== message) {
          this.network.send({ kind: 'to-site', siteId, message });
        }
      }
      const before = this.phases(attemptId);
      await this.settle(attemptId, told);
      const after = this.phases(attemptId);
      waiting = waiting.filter(({ siteId }) => before.get(siteId) === after.get(siteId));
    }
    for (const { siteId } of told) {
      this.host.resend(siteId, attemptId);
    }
    await this.settle(attemptId, told);
  }

  private async settle(attemptId: AttemptId, told: readonly Telling[]): Promise<void> {
    while (!this.network.isEmpty) {
      this.steps += 1;
      const flight = this.network.next();
      if (flight?.kind === 'to-coordinator') {
        this.current?.take(flight.siteId, flight.message);
      } else if (flight !== undefined) {
        const telling = told.find(({ message }) => message === flight.message);
        await this.host.tell(flight.siteId, flight.message, telling?.log ?? this.log);
        this.note(attemptId);
      }
    }
  }

  private async train(attemptId: AttemptId, sites: readonly SiteId[]): Promise<void> {
    const { random } = this.schedule;
    for (const siteId of sites) {
      // One in sixteen is late, and helps to take the masks off all the same.
      if (random.integer(16) > 0) {
        await this.host.train(siteId, attemptId);
        this.host.resend(siteId, attemptId);
      }
    }
    await this.settle(attemptId, []);
  }

  private freshPuppets(): readonly SimulatedSite[] {
    const { members, corrupt, roster, colluders } = this.schedule;
    const training = this.attempts.length;
    return members
      .filter(({ siteId }) => corrupt.has(siteId))
      .map((self) => new SimulatedSite({ self, roster, colluders, defences: NONE, training }));
  }

  private phases(attemptId: AttemptId): ReadonlyMap<SiteId, string> {
    return new Map(
      [...this.sites].map(([siteId, site]) => [siteId, site.attempt(attemptId).phase]),
    );
  }

  private note(attemptId: AttemptId): void {
    const phases = [...this.phases(attemptId).values()].sort().join(' ');
    this.states.add(`attempt ${this.attempts.length}, ${this.lists.length} lists: ${phases}`);
  }
}
