import { combineShares, randomBytes, splitSecret } from '../crypto/index.js';
import { secureThreshold } from './index.js';

/**
 * Sites 0 to 10, of which 8, 9 and 10 collude with the coordinator, which shows two lists of ten survivors that differ in site 0: to
 * sites 1, 2 and 7 the list with it, to sites 3, 4 and 5 the one without. Each honest site gives one share of site 0; a colluder
 * gives both.
 */
const SITES = 11;
const COLLUDERS = 3;
const SHOWN_ALIVE = [1, 2, 7];
const SHOWN_DEAD = [3, 4, 5];
const COLLUDING = [8, 9, 10];

async function openedSecrets(threshold: number): Promise<number> {
  const [b, s] = [randomBytes(32), randomBytes(32)];
  const ofB = await splitSecret(b, { shares: SITES, threshold });
  const ofS = await splitSecret(s, { shares: SITES, threshold });
  const gathered = (shares: readonly Uint8Array[], holders: readonly number[]) =>
    combineShares([...holders, ...COLLUDING].map((holder) => shares[holder] as Uint8Array));
  const found = [
    { secret: b, opened: await gathered(ofB, SHOWN_ALIVE) },
    { secret: s, opened: await gathered(ofS, SHOWN_DEAD) },
  ];
  return found.filter(({ secret, opened }) => opened?.join() === secret.join()).length;
}

describe('eleven sites and a coordinator that shows two lists', () => {
  it('lose one of them with a majority as the threshold', async () => {
    expect(await openedSecrets(Math.floor(SITES / 2) + 1)).toBe(2);
  });

  it('lose nothing with the threshold of the protocol', async () => {
    expect(secureThreshold(SITES, COLLUDERS)).toBe(8);
    expect(await openedSecrets(secureThreshold(SITES, COLLUDERS))).toBe(0);
  });

  it('cannot be cheated with any two lists: the shares for both never suffice', () => {
    const threshold = secureThreshold(SITES, COLLUDERS);
    const honest = SITES - COLLUDERS;
    for (let alive = 0; alive <= honest; alive += 1) {
      const forB = alive + COLLUDERS;
      const forS = honest - alive + COLLUDERS;
      expect(forB >= threshold && forS >= threshold).toBe(false);
    }
  });
});
