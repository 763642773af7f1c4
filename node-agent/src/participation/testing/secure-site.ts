/** A site of a secure study over a coordinator of the specs: what the specs of secure attempts share. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signed } from '@consilium/shared/crypto';
import { trainingSeed, type StudyProtocol, type UpdateHeader } from '@consilium/shared/protocol';
import { quantise, schemaSize } from '@consilium/shared/tensors';
import { InProcessCoordinator } from '../../transport/testing/in-process-coordinator.js';
import { AgentFixture, type RunningAgent } from './agent-fixture.js';
import type { AttemptInProgress } from './attempt-in-progress.js';
import { createFakeTrainer, drawDelta, type FakeTrainerOptions } from './fake-trainer.js';
import { GHOST_WEIGHT } from './ghost.js';
import { SecureFederation } from './secure-federation.js';
import { BACKBONE, testStudy } from './test-study.js';

/** Of the fake trainer's data set. */
const OWN_WEIGHT = 30;

export interface SecureSiteOptions {
  /** Other sites; two unless said otherwise. */
  readonly ghosts?: number;
  readonly protocol?: StudyProtocol;
  readonly trainer?: Partial<FakeTrainerOptions>;
}

export class SecureSite {
  private constructor(
    readonly coordinator: InProcessCoordinator,
    readonly fixture: AgentFixture,
    readonly federation: SecureFederation,
    readonly trainer: ReturnType<typeof createFakeTrainer>,
    readonly agent: RunningAgent,
  ) {}

  /** A site that has joined and waits for its first attempt. */
  static async joined({
    ghosts = 2,
    protocol = testStudy({ colluders: 1, minSites: 3 }),
    trainer: options = {},
  }: SecureSiteOptions = {}): Promise<SecureSite> {
    const coordinator = await InProcessCoordinator.start();
    const fixture = await AgentFixture.enrolled(coordinator);
    const federation = new SecureFederation(coordinator, protocol, fixture.siteId, ghosts);
    const trainer = createFakeTrainer({ backbone: BACKBONE, ...options });
    const agent = await fixture.start(() => trainer.client);
    federation.offer();
    await agent.until(({ event }) => event === 'joined');
    return new SecureSite(coordinator, fixture, federation, trainer, agent);
  }

  async end(): Promise<void> {
    await this.agent.stop();
    await this.coordinator.close();
    await this.fixture.remove();
  }

  /** Kinds of requests that the site made, in their order. */
  asked(): readonly string[] {
    return this.coordinator.asked.map(({ request }) => request.kind);
  }

  /** The headers that the site opened uploads with. */
  headers(): readonly Signed<UpdateHeader>[] {
    return this.coordinator.asked.flatMap(({ request }) =>
      request.kind === 'update.open' ? [request.header] : [],
    );
  }

  /** The code that the site gave when it would not go on. */
  async refusal(event: 'declined-round' | 'refused'): Promise<string | undefined> {
    const { code } = await this.agent.until((report) => report.event === event);
    return code;
  }

  /** The parameters that a site of its weight adds to a sum of so many sites, when it has trained with the seed of a round. */
  expectedUpdate(
    { manifest }: AttemptInProgress,
    { sites, repeat }: { readonly sites: number; readonly repeat?: number },
  ): Uint32Array {
    const { protocol, schema, siteId } = this.federation;
    const seed = trainingSeed(protocol, manifest.body.roundNo, siteId);
    const { vector } = quantise({
      delta: drawDelta(
        this.federation.checkpoint,
        repeat === undefined ? seed : `${seed}/${repeat}`,
      ),
      schema,
      weight: OWN_WEIGHT,
      weightTotal: OWN_WEIGHT + (sites - 1) * GHOST_WEIGHT,
      sites,
    });
    return vector;
  }

  /** What the site alone put into a sum that was opened. */
  summed({ manifest }: AttemptInProgress): {
    readonly parameters: Uint32Array;
    readonly metricWords: Uint32Array;
  } {
    const whole = this.federation.opened.get(manifest.body.attemptId) ?? new Uint32Array();
    const parameters = schemaSize(this.federation.schema);
    return {
      parameters: whole.subarray(0, parameters),
      metricWords: whole.subarray(parameters),
    };
  }

  /** What was kept for the auditor. */
  async evidence(): Promise<readonly Record<string, unknown>[]> {
    const { evidenceFolder } = this.fixture.home;
    const names = await readdir(evidenceFolder);
    return Promise.all(
      names.map(
        async (name) =>
          JSON.parse(await readFile(join(evidenceFolder, name), 'utf8')) as Record<string, unknown>,
      ),
    );
  }
}
