import { afterEveryEntry, beforeEveryEntry, runStudy } from './testing/run-study.js';
import { testStudy } from './testing/test-study.js';

const protocol = testStudy({ acceptance: {} });

describe('an agent that is killed', () => {
  it('after every entry of its journal ends with the adapter of an undisturbed run', async () => {
    const undisturbed = await runStudy({ protocol });
    const killed = await runStudy({ protocol, crashes: afterEveryEntry });

    expect(killed.starts).toBeGreaterThan(20);
    expect(killed.finalHash).toBe(undisturbed.finalHash);
    expect(killed.federation.contradictions).toEqual([]);
    expect(killed.federation.attempts).toHaveLength(2);
  }, 60_000);

  it('before every entry of its journal ends with the adapter of an undisturbed run', async () => {
    const undisturbed = await runStudy({ protocol });
    const tried = new Set<string>();
    const killed = await runStudy({ protocol, crashes: () => beforeEveryEntry(tried) });

    expect(killed.starts).toBeGreaterThan(10);
    expect(killed.finalHash).toBe(undisturbed.finalHash);
    expect(killed.federation.contradictions).toEqual([]);
  }, 60_000);
});
