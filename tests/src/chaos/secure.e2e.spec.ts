/**
 * Secure aggregation with real processes that are killed at moments which plain attempts do not have: nobody's single update can be
 * read at any time, and the adapter is that of plain mode to the bit.
 */
import type { EventTest } from '@consilium/demo/event-board';
import type { Federation } from '@consilium/demo/federation';
import { freePort } from '../support/free-port.js';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

const ROUNDS = 3;
const SECURE = { privacy: { secureAggregation: 'on', colluders: 1 } };

/** A moment in the life of a round, as a site's events show it. */
const inRound =
  (event: string, round: number): EventTest =>
  (heard) =>
    heard.event === event && heard['round'] === round;

async function kill(federation: Federation, name: string): Promise<void> {
  await federation.fleet.kill(name);
  federation.fleet.restart(name);
}

describe('a secure study', () => {
  let plain: FinishedFederation;
  let secure: FinishedFederation | undefined;

  beforeAll(async () => {
    plain = await runSmallFederation({ rounds: ROUNDS });
  }, 180_000);

  afterEach(() => secure?.remove());

  afterAll(() => plain.remove());

  async function expectPlainAdapter(study: FinishedFederation): Promise<void> {
    expect(await verifyBundleFolder(study.bundle)).toEqual({
      code: 0,
      verified: true,
      failures: [],
    });
    expect(study.adapterSha256).toBe(plain.adapterSha256);
    const committed = study.evidence.attempts.flatMap(({ record }) => record ?? []);
    expect(committed.map(({ aggregation }) => aggregation.kind)).toEqual(
      Array(ROUNDS).fill('secure'),
    );
  }

  it('makes the adapter of a plain one, though agents and coordinator are killed in every phase of their own', async () => {
    secure = await runSmallFederation({
      rounds: ROUNDS,
      study: SECURE,
      port: await freePort(),
      disturb: async (federation, board, [first = '', second = '']) => {
        await board.everyOne([first], inRound('shared', 1));
        await kill(federation, first);
        await board.everyOne([second], inRound('endorsed', 1));
        await kill(federation, 'coordinator');
        await board.everyOne([first], inRound('shared', 2));
        await kill(federation, 'coordinator');
        await board.everyOne([second], inRound('endorsed', 2));
        await kill(federation, second);
        await board.everyOne([first], inRound('unmasked', 3));
        await kill(federation, first);
      },
    });
    await expectPlainAdapter(secure);
  }, 300_000);

  it('shows what the sum says of all sites, and no figure of a single one', async () => {
    secure = await runSmallFederation({ rounds: ROUNDS, study: SECURE });
    await expectPlainAdapter(secure);
    for (const { headers, pooled } of secure.evidence.attempts) {
      expect(headers.map(({ evaluation }) => evaluation)).toEqual(headers.map(() => undefined));
      expect(pooled?.after.balancedAccuracy).toBeGreaterThan(0);
    }
  }, 180_000);
});
