/**
 * Secure aggregation with real processes that are killed at moments which plain attempts do not have: nobody's single update can be
 * read at any time, and the adapter is that of plain mode to the bit.
 */
import type { EventBoard } from '@consilium/demo/event-board';
import type { Federation } from '@consilium/demo/federation';
import { freePort } from '../support/free-port.js';
import { inRound } from '../support/moments.js';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

const ROUNDS = 3;

async function kill(federation: Federation, name: string): Promise<void> {
  await federation.fleet.kill(name);
  federation.fleet.restart(name);
}

async function disturb(
  federation: Federation,
  board: EventBoard,
  [first = '', second = '']: readonly string[],
): Promise<void> {
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
}

describe('a secure study whose processes are killed in every phase of its own', () => {
  let plain: FinishedFederation;
  let secure: FinishedFederation;

  beforeAll(async () => {
    plain = await runSmallFederation({ rounds: ROUNDS });
    secure = await runSmallFederation({
      rounds: ROUNDS,
      study: { privacy: { secureAggregation: 'on', colluders: 1 } },
      port: await freePort(),
      disturb,
    });
  }, 480_000);

  afterAll(() => Promise.all([plain.remove(), secure.remove()]));

  it('is verified, and makes the adapter of a plain one', async () => {
    const verdict = await verifyBundleFolder(secure.bundle);
    expect(verdict).toEqual({ code: 0, verified: true, failures: [] });
    expect(secure.adapterSha256).toBe(plain.adapterSha256);
    const committed = secure.evidence.attempts.flatMap(({ record }) => record ?? []);
    expect(committed.map(({ aggregation }) => aggregation.kind)).toEqual(
      Array(ROUNDS).fill('secure'),
    );
  });

  it('shows what the sum says of all sites, and no figure of a single one', () => {
    for (const { headers, pooled } of secure.evidence.attempts) {
      expect(headers.map(({ evaluation }) => evaluation)).toEqual(headers.map(() => undefined));
      expect(pooled?.after.balancedAccuracy).toBeGreaterThan(0);
    }
  });
});
