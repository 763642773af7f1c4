import type { RoundView } from '@consilium/shared/answers';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { loadConfig } from '../../config/load-config.js';
import { Log } from '../../platform/logging/log.js';
import type { SitesService } from '../../sites/sites.service.js';
import type { StudiesService } from '../../studies/studies.service.js';
import { StandInCollector } from '../testing/stand-in-collector.js';
import { RoundTraces } from './round-traces.js';

const STUDY = parseStudyId('smears');

function round(...phases: readonly string[]): RoundView {
  const attempts = phases.map((phase, i) => ({
    ...{ attemptId: `${i}`.repeat(32), attemptNo: i + 1, aggregation: 'plain', phase },
    ...{ phases: [{ phase: 'advertising', atMs: 1000 * i }], awaited: [] },
    ...{ openedAtMs: 1000 * i, endedAtMs: 1000 * i + 500 },
    participants: [
      { siteId: 'northgate', state: 'dropped', bytes: 0, times: { advertised: 1000 * i } },
    ],
  }));
  return { roundNo: 1, attempts } as unknown as RoundView;
}

describe('the traces of rounds', () => {
  let collector: StandInCollector;

  beforeEach(async () => {
    collector = await StandInCollector.start();
  });

  afterEach(() => collector.close());

  /** Has a round told of a study in a phase, and everything sent. */
  async function tell(view: RoundView, phase: 'running' | 'failed'): Promise<void> {
    const tracing = { endpoint: collector.endpoint };
    const config = loadConfig({ environment: {}, flags: { dataFolder: '/nowhere', tracing } });
    const known = [{ siteId: 'northgate', keyId: '0123456789abcdef' }];
    const sites = { list: () => Promise.resolve(known) } as unknown as SitesService;
    const studies = { get: () => Promise.resolve({ phase }) } as unknown as StudiesService;
    const traces = new RoundTraces(config, Log.to('silent'), sites, studies);
    await traces.open();
    await traces.tell(STUDY, view);
    await traces.close();
  }

  const outline = () =>
    collector.spans().flatMap(({ name, failed }) => (name.includes(' ') ? [] : [[name, failed]]));

  it('wait while a round is tried again, and then hold every attempt', async () => {
    await tell(round('aborted'), 'running');
    expect(collector.spans()).toEqual([]);
    await tell(round('aborted', 'committed'), 'running');
    expect(outline().sort()).toEqual([
      ['attempt', false],
      ['attempt', true],
      ['round', false],
    ]);
    const site = collector.spans().find(({ name }) => name === 'site wait');
    expect(site?.attributes['consilium.site']).toBe('0123456789abcdef');
  });

  it('show the round that a study failed in as an error', async () => {
    await tell(round('aborted', 'aborted'), 'failed');
    expect(outline().sort()).toEqual([
      ['attempt', true],
      ['attempt', true],
      ['round', true],
    ]);
  });
});
