import { afterEveryEntry, beforeEveryEntry, runStudy } from './testing/run-study.js';
import { testStudy } from './testing/test-study.js';

const protocol = testStudy({ colluders: 1, minSites: 3, rounds: 1 });

describe('an agent that is killed in a secure attempt', () => {
  it('after every entry of its journal says nothing twice in two ways, and ends with the same adapter', async () => {
    const undisturbed = await runStudy({ protocol });
    const killed = await runStudy({ protocol, crashes: afterEveryEntry });

    expect(killed.starts).toBeGreaterThan(18);
    expect(killed.finalHash).toBe(undisturbed.finalHash);
    expect(killed.federation.contradictions).toEqual([]);
    expect(killed.federation.attempts).toHaveLength(1);
  });

  it('before every entry of its journal says nothing twice in two ways, and ends with the same adapter', async () => {
    const undisturbed = await runStudy({ protocol });
    const tried = new Set<string>();
    const killed = await runStudy({ protocol, crashes: () => beforeEveryEntry(tried) });

    expect(killed.starts).toBeGreaterThan(10);
    expect(killed.finalHash).toBe(undisturbed.finalHash);
    expect(killed.federation.contradictions).toEqual([]);
    for (const move of ['shares', 'sharers', 'update', 'endorsement', 'answer']) {
      expect([...tried].join()).toContain(move);
    }
  });
});
