/** Five sites in a secure study, of which one is killed for good at each step of an attempt. Case 36. */
import { applyUpdate } from '@consilium/shared/aggregation';
import { contentHash } from '@consilium/shared/crypto';
import {
  encodeVector,
  initialTensors,
  inSchemaOrder,
  ringAdd,
  schemaSize,
  writeSafetensors,
} from '@consilium/shared/tensors';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { ADVERT_DEADLINE_MS, ROUND_DEADLINE_MS } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SecureSite } from './testing/secure-site.js';
import { required } from './testing/simulated-site.js';

type Word = 'advert' | 'shares' | 'update' | 'endorsement' | 'answer';

/** The words of a site in an attempt, in their order, and how long the coordinator waits for one that does not come. */
const WORDS: readonly { readonly word: Word; readonly deadlineMs: number }[] = [
  { word: 'advert', deadlineMs: ADVERT_DEADLINE_MS },
  { word: 'shares', deadlineMs: ADVERT_DEADLINE_MS },
  { word: 'update', deadlineMs: ROUND_DEADLINE_MS },
  { word: 'endorsement', deadlineMs: 0 },
  { word: 'answer', deadlineMs: 0 },
];

describe('a secure study of five sites that loses one for good (case 36)', () => {
  let round: SecureBench;
  let alive: readonly SecureSite[];

  beforeEach(async () => {
    round = await SecureBench.start(5);
    alive = round.sites.slice(0, 4);
    await round.begin({ rounds: 2 });
  });
  afterEach(() => round.close());

  function say(word: Word, sites: readonly SecureSite[]): Promise<unknown> {
    switch (word) {
      case 'advert':
        return round.advertise(sites);
      case 'shares':
        return round.deal(sites);
      case 'update':
        return round.update(sites);
      case 'endorsement':
        return round.endorse(sites);
      case 'answer':
        return round.unmask(sites);
    }
  }

  /** One attempt in which the fifth site says nothing from a word on. */
  async function attemptWithout(lost: Word): Promise<void> {
    let isLost = false;
    for (const { word, deadlineMs } of WORDS) {
      isLost ||= word === lost;
      const isAwaited = isLost && (await round.latest())?.awaited.includes('zuidzee' as never);
      await say(word, isLost ? alive : round.sites);
      if (isAwaited === true) {
        await round.bench.pass(deadlineMs);
        await round.show();
      }
    }
  }

  /** What the protocol makes of the vectors of the sites in each round, without anything of the coordinator. */
  async function expectedAdapter(survivors: readonly (readonly SecureSite[])[]): Promise<string> {
    const { schema, protocol } = await round.bench.get(StudiesService).get(STUDY);
    let adapter = initialTensors(schema, protocol.seed);
    const shown = required(alive[0]).inbox.flatMap((message) =>
      message.kind === 'round.peers' ? [message] : [],
    );
    survivors.forEach((sites, i) => {
      const { adverts } = required(shown[i]);
      const ringSum = new Uint32Array(schemaSize(schema));
      for (const site of sites) {
        ringAdd(ringSum, encodeVector(site.vector(i + 1, adverts)));
      }
      adapter = applyUpdate({
        previous: adapter,
        ringSum,
        schema,
        weightTotal: adverts.reduce((sum, { body }) => sum + body.weight, 0),
        weightSurvivors: sites.reduce((sum, { weight }) => sum + weight, 0),
        sites: adverts.length,
      });
    });
    return contentHash(writeSafetensors(inSchemaOrder(schema, adapter)));
  }

  it.each<[Word, string]>([
    ['advert', 'left out'],
    ['shares', 'left out'],
    ['update', 'left out'],
    ['endorsement', 'in the sum of that round'],
    ['answer', 'in the sum of that round'],
  ])('before its %s ends with the adapter of the rest, the lost one %s', async (lost, where) => {
    await attemptWithout(lost);
    await attemptWithout('advert');
    expect((await round.bench.get(StudiesService).get(STUDY)).phase).toBe('completed');
    expect((await round.attempts()).map(({ phase }) => phase)).toEqual(['committed', 'committed']);
    const first = where === 'left out' ? alive : round.sites;
    const { hash } = await round.bench.get(AdapterCheckpointsService).latest(STUDY);
    expect(hash).toBe(await expectedAdapter([first, alive]));
  });
});
