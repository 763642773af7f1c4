import { barsOf } from './bars.js';
import type { AttemptView, RoundView } from './round-view.js';

const ATTEMPT = {
  attemptId: 'a'.repeat(32),
  attemptNo: 1,
  aggregation: 'plain',
  phase: 'collecting',
  phaseSinceMs: 2000,
  phases: [
    { phase: 'advertising', atMs: 1000 },
    { phase: 'collecting', atMs: 2000 },
  ],
  awaited: ['south'],
  needed: 2,
  openedAtMs: 1000,
  manifestHash: `sha256:${'1'.repeat(64)}`,
  participants: [
    {
      siteId: 'north',
      state: 'updated',
      times: { advertised: 1500, sending: 4000, updated: 4500 },
    },
    { siteId: 'south', state: 'advertised', times: { advertised: 2000 } },
  ],
} as unknown as AttemptView;
const ROUND = { roundNo: 1, attempts: [ATTEMPT] } as RoundView;

describe('the work of a round', () => {
  it('shows the phases of an attempt, and what each site did in them', () => {
    const bars = barsOf([ROUND], 9000).map(({ participant, work, fromMs, toMs, isOpen }) => [
      participant?.siteId ?? 'coordinator',
      work,
      fromMs,
      toMs,
      isOpen,
    ]);
    expect(bars).toEqual([
      ['coordinator', 'advertising', 1000, 2000, false],
      ['coordinator', 'collecting', 2000, 9000, true],
      ['north', 'wait', 1000, 1500, false],
      ['north', 'train', 2000, 4000, false],
      ['north', 'upload', 4000, 4500, false],
      ['south', 'wait', 1000, 2000, false],
      ['south', 'train', 2000, 9000, true],
    ]);
  });
});
