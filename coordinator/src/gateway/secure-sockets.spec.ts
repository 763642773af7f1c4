import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { SecureSite } from '../rounds/testing/secure-site.js';
import { GatewayBench } from './testing/gateway-bench.js';
import { castOf, play, type Word } from './testing/site-players.js';

const SITES = 12;

describe('a secure attempt over sockets', () => {
  let folder: string;
  let bench: GatewayBench;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    bench = await GatewayBench.start(folder);
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  it('takes a dozen sites that answer at the same time to one sum of all', async () => {
    const { rounds } = bench;
    const sites = Array.from({ length: SITES }, (_, i) => new SecureSite(`site-${i + 10}`, i + 1));
    await rounds.createStudy({ minSites: 3, colluders: 1 });
    for (const site of sites) {
      await rounds.enrol(site);
    }
    const words: Word[] = [];
    const key = rounds.get(CoordinatorKeys).identity.publicKey;
    await play(castOf(bench.url, key, sites), (word) => {
      words.push(word);
      if (word.kind === 'all-joined') {
        void rounds.startStudy();
      }
    });
    const leaves = await rounds.leaves();
    const survivors = leaves.find((leaf) => leaf.type === 'round.survivors');
    expect(survivors).toMatchObject({ sites: sites.map(({ siteId }) => siteId) });
    expect(leaves.map(({ type }) => type)).toContain('study.completed');
    expect(words).toContainEqual({ kind: 'all-got', message: 'round.quorum' });
    expect(leaves.map(({ type }) => type)).not.toContain('security.refused');
  });
});
