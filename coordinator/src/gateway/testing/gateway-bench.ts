/** The coordinator with its gateway on a free port of this machine. */
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { loadConfig } from '../../config/load-config.js';
import { evaluationTables } from '../../evaluations/evaluation-tables.js';
import { startApplication } from '../../platform/application.js';
import { Log } from '../../platform/logging/log.js';
import type { FakeClock } from '../../platform/testing/fake-clock.js';
import { BenchModule, foundation, RoundBench, TABLES } from '../../rounds/testing/round-bench.js';
import { GatewayModule } from '../gateway.module.js';

export class GatewayBench {
  private constructor(
    readonly rounds: RoundBench,
    private readonly place: { url: string },
  ) {}

  /** @param folder of the coordinator's data. */
  static async start(folder: string): Promise<GatewayBench> {
    const place = { url: '' };
    const rounds = await RoundBench.launch(async (clock) => {
      const application = await startApplication(...applicationOf(folder, clock));
      place.url = application.url;
      return application.nest;
    });
    return new GatewayBench(rounds, place);
  }

  /** Of the running coordinator; another one after a restart. */
  get url(): string {
    return this.place.url;
  }

  async close(): Promise<void> {
    await this.rounds.close();
  }
}

function applicationOf(folder: string, clock: FakeClock): Parameters<typeof startApplication> {
  const config: CoordinatorConfig = loadConfig({
    environment: {},
    flags: { dataFolder: folder, http: { port: 0 } },
  });
  const imports = [...foundation(config, clock, [...TABLES, evaluationTables]), GatewayModule];
  return [
    { module: BenchModule, imports },
    { config, log: Log.to('silent') },
  ];
}
