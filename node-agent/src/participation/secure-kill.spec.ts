import type { JournalEntry } from './agent-state.js';
import type { JournalOptions } from './journal.js';
import { runStudy, type StudyRun } from './testing/run-study.js';
import { testStudy } from './testing/test-study.js';

const protocol = testStudy({ colluders: 1, minSites: 3, rounds: 1, acceptance: {} });

/** What a secure attempt adds to the journal; how the other entries stand a kill is shown of plain attempts. */
const STEPS = [
  'shares-journaled',
  'round.relay',
  'sharers-accepted',
  'update-journaled',
  'round.survivors',
  'endorsement-journaled',
  'round.quorum',
  'answer-journaled',
  'round.candidate',
  'vote-journaled',
];

function nameOf(entry: JournalEntry): string | undefined {
  switch (entry.kind) {
    case 'attempt-moved':
      return entry.move.kind;
    case 'delivered':
      return entry.message.kind;
    default:
      return undefined;
  }
}

/** Each start dies at the first of the steps that no start died at before. */
function dyingOnce(tried: Set<string>, at: 'before' | 'after') {
  return (): NonNullable<JournalOptions['crashPoint']> => {
    let isDead = false;
    return (place, entry) => {
      const name = nameOf(entry) ?? '';
      if (isDead || (place === at && STEPS.includes(name) && !tried.has(name))) {
        isDead = true;
        tried.add(name);
        throw new Error('killed');
      }
    };
  };
}

describe('an agent that is killed in a secure attempt', () => {
  let undisturbed: StudyRun;

  beforeAll(async () => {
    undisturbed = await runStudy({ protocol });
  });

  it.each(['before', 'after'] as const)(
    '%s each step of its journal says nothing in two ways, and ends with the same adapter',
    async (at) => {
      const tried = new Set<string>();
      const killed = await runStudy({ protocol, crashes: dyingOnce(tried, at) });

      expect([...tried].sort()).toEqual([...STEPS].sort());
      expect(killed.starts).toBe(STEPS.length + 1);
      expect(killed.finalHash).toBe(undisturbed.finalHash);
      expect(killed.federation.contradictions).toEqual([]);
      expect(killed.federation.attempts).toHaveLength(1);
    },
  );
});
