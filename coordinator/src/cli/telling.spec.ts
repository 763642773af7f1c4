import { roundViewSchema, type RoundView } from '@consilium/shared/answers';
import { readSwitches } from '@consilium/shared/command-line';
import type { StudyNow } from './study-now.js';
import { tellingOf, type Telling } from './telling.js';
import type { Terminal } from './terminal.js';

const START = 1_800_000_000_000;
const STUDY = {
  studyId: 'smears',
  phase: 'running',
  reason: '',
  rounds: { committed: 1, total: 4 },
} as const;

interface Site {
  readonly siteId: string;
  readonly state: RoundView['attempts'][number]['participants'][number]['state'];
  readonly times: Readonly<Record<string, number>>;
  readonly vote?: { readonly verdict: 'accept' | 'refuse'; readonly code: string };
}

const PAUSE = { by: 'op-0123456789ab', reason: 'a scanner is replaced', pausedAtMs: START };

const NORTH: Site = { siteId: 'north', state: 'advertised', times: { advertised: START + 1000 } };
const SOUTH: Site = { siteId: 'southside', state: 'advertised', times: NORTH.times };

/** An attempt that began to collect 2 s after the start and awaits every site. */
function seen(sites: readonly Site[], phase = 'collecting'): [StudyNow, RoundView[]] {
  const attempt = {
    attemptId: 'a'.repeat(32),
    attemptNo: 2,
    aggregation: 'plain',
    phase,
    phaseSinceMs: START + 2000,
    phases: [
      { phase: 'advertising', atMs: START },
      { phase: 'collecting', atMs: START + 2000 },
      ...(phase === 'collecting' ? [] : [{ phase, atMs: START + 2000 }]),
    ],
    awaited: sites.map(({ siteId }) => siteId),
    needed: 2,
    openedAtMs: START,
    manifestHash: `sha256:${'1'.repeat(64)}`,
    participants: sites.map((site) => ({ weight: 0, bytes: 0, trainMs: 0, ...site })),
  };
  const round = roundViewSchema.parse({ roundNo: 2, attempts: [attempt] });
  const [{ attemptNo, awaited, needed, participants, phase: parsedPhase }] = round.attempts as [
    RoundView['attempts'][number],
  ];
  const now = { roundNo: 2, attemptNo, awaited, needed, participants, phase: parsedPhase };
  return [{ ...STUDY, attempt: now }, [round]];
}

interface Watched {
  readonly telling: Telling;
  readonly printed: string[];
  readonly clock: { ms: number };
}

function watched(words: readonly string[], given: Partial<Terminal> = {}): Watched {
  const printed: string[] = [];
  const clock = { ms: START };
  const print = (text: string): void => void printed.push(text);
  const terminal = { print, say: () => undefined, ...given };
  return { telling: tellingOf(terminal, readSwitches(words), () => clock.ms), printed, clock };
}

const screen = (): { columns: number; rows: number } => ({ columns: 80, rows: 24 });

describe('round watch on a terminal', () => {
  it('draws the study and a line a site over the lines of before', () => {
    const { telling, printed, clock } = watched([], { screen });
    clock.ms = START + 5000;
    const sending: Site = { ...NORTH, times: { ...NORTH.times, sending: START + 4000 } };
    telling.see(...seen([sending, SOUTH]));
    const lines = (first: number, second: number): string =>
      [
        `smears     round 2, attempt 2: collecting  [#####---------------] 1/4  ${first} s`,
        `north      sends its update                                            ${second} s`,
        `southside  trains                                                      ${first} s`,
      ]
        .map((line) => `${line}\u001b[K\n`)
        .join('');
    expect(printed).toEqual([`${lines(3, 1)}\u001b[J`]);
    clock.ms += 1000;
    telling.tick();
    expect(printed[1]).toBe(`\u001b[3A${lines(4, 2)}\u001b[J`);
    telling.end();
    expect(printed[2]).toBe('\u001b[3A\u001b[J');
  });

  it('says who paused the study and why', () => {
    const { telling, printed } = watched([], { screen: () => ({ columns: 120, rows: 24 }) });
    const [now, rounds] = seen([NORTH]);
    telling.see({ ...now, pause: PAUSE }, rounds);
    expect(printed[0]).toContain(
      'round 2, attempt 2: collecting, paused by op-0123456789ab: a scanner is replaced',
    );
    telling.see({ ...STUDY, pause: PAUSE }, []);
    expect(printed[1]).toContain(
      'smears is paused by op-0123456789ab: a scanner is replaced. smears runs: 1 of 4 rounds.',
    );
  });

  it('says what a study without an attempt waits for, and draws nothing before it is seen', () => {
    const { telling, printed } = watched([], { screen });
    telling.tick();
    telling.end();
    expect(printed).toEqual([]);
    telling.see({ ...STUDY, phase: 'recruiting' }, []);
    expect(printed).toEqual(['smears waits for sites.\u001b[K\n\u001b[J']);
  });

  it('has no colours unless the terminal shows them', () => {
    for (const colours of [true, false]) {
      const { telling, printed } = watched([], { screen, colours });
      telling.see(...seen([NORTH]));
      expect(printed.join('').includes('\u001b[36m')).toBe(colours);
    }
  });

  it('names the verdict of a site, not what it said before', () => {
    const { telling, printed, clock } = watched([], { screen });
    clock.ms = START + 9000;
    const vote = { verdict: 'accept', code: 'ok' } as const;
    const voted: Site = { ...NORTH, state: 'updated', vote, times: { voted: START + 3000 } };
    telling.see(...seen([voted, { ...SOUTH, state: 'updated' }], 'voting'));
    expect(printed[0]).toMatch(/north +voted accept +6 s/);
    expect(printed[0]).toMatch(/southside +judges the candidate +7 s/);
  });
});

describe('round watch elsewhere', () => {
  it('tells a phase in one sentence, then what single sites begin', () => {
    const { telling, printed, clock } = watched([]);
    clock.ms = START + 5000;
    telling.see(...seen([NORTH, SOUTH]));
    telling.see(...seen([NORTH, SOUTH]));
    telling.tick();
    const sending: Site = { ...NORTH, times: { ...NORTH.times, sending: START + 4000 } };
    telling.see(...seen([sending, SOUTH]));
    telling.see(...seen([sending, SOUTH], 'voting'));
    telling.end();
    expect(printed).toEqual([
      expect.stringMatching(/^Round 2 of 4, attempt 2: collecting; north advertised, .*\n$/),
      'north: sends its update, 1 s\n',
      expect.stringMatching(/^Round 2 of 4, attempt 2: voting; .*\n$/),
    ]);
  });

  it('tells that the study is paused, and that it is resumed, without another phase', () => {
    const { telling, printed } = watched([]);
    const [now, rounds] = seen([NORTH]);
    telling.see(now, rounds);
    telling.see({ ...now, pause: PAUSE }, rounds);
    telling.see({ ...now, pause: PAUSE }, rounds);
    telling.see(now, rounds);
    expect(printed.map((line) => line.slice(0, 30))).toEqual([
      'Round 2 of 4, attempt 2: colle',
      'smears is paused by op-0123456',
      'Round 2 of 4, attempt 2: colle',
    ]);
  });

  it('is the same JSON on a terminal and off it', () => {
    for (const given of [{}, { screen, colours: true }]) {
      const stream = watched(['--jsonl'], given);
      stream.telling.see(...seen([NORTH]));
      stream.telling.tick();
      stream.telling.see(...seen([NORTH]));
      stream.telling.end();
      expect(stream.printed).toHaveLength(1);
      expect(JSON.parse(stream.printed[0] ?? '')).toMatchObject({
        terminal: false,
        data: { attempt: { phase: 'collecting', awaited: ['north'] } },
      });
      const single = watched(['--json'], given);
      single.telling.see(...seen([NORTH]));
      single.telling.end();
      expect(single.printed).toEqual([]);
    }
  });
});
