import { parseStudyId } from '@consilium/shared/vocabulary';
import { Log } from '../../platform/logging/log.js';
import type { SitesService } from '../../sites/sites.service.js';
import type { StudiesService } from '../../studies/studies.service.js';
import { loadConfig } from '../../config/load-config.js';
import { RoundTraces } from './round-traces.js';

jest.mock('@opentelemetry/sdk-trace-node', () => {
  throw new Error('the package is not installed');
});

describe('traces where the packages of OpenTelemetry are not installed', () => {
  function traces(settings: object): RoundTraces {
    const config = loadConfig({ environment: {}, flags: { dataFolder: '/nowhere', ...settings } });
    // Neither is asked before there is something to send to.
    const [sites, studies] = [{} as SitesService, {} as StudiesService];
    return new RoundTraces(config, Log.to('silent'), sites, studies);
  }

  it('are not missed where no collector is configured: nothing is loaded, nothing is sent', async () => {
    const without = traces({});
    await expect(without.open()).resolves.toBeUndefined();
    await expect(
      without.tell(parseStudyId('smears'), { roundNo: 1, attempts: [] }),
    ).resolves.toBeUndefined();
    await expect(without.close()).resolves.toBeUndefined();
  });

  it('keep the coordinator from starting where one is, and say what to install', async () => {
    const configured = traces({ tracing: { endpoint: 'http://127.0.0.1:4318/v1/traces' } });
    await expect(configured.open()).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringContaining('tracing.endpoint: the packages of OpenTelemetry') as string,
    });
  });

  it('take no address that holds a password', () => {
    const endpoint = 'https://ada:secret@collector.example.org/v1/traces';
    expect(() => traces({ tracing: { endpoint } })).toThrow('without name and password');
  });
});
