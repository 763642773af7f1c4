import { type Display, drawnDisplay, linesDisplay } from './display.js';
import type { JsonEvent } from './program.js';

const SIZE = { columns: 80, rows: 24 };
const ROUNDS = 12;

interface Told {
  readonly name: string;
  readonly event: JsonEvent;
}

const training = (name: string, step: number, loss: number): Told => ({
  name,
  event: { event: 'progress', round: 2, phase: 'training', step, steps: 8, loss },
});

/** Of two hospitals, in the middle of a study. */
const STORY: readonly Told[] = [
  { name: 'coordinator', event: { event: 'listening', url: 'http://127.0.0.1:1' } },
  { name: 'south', event: { event: 'joined', used: 30, skipped: 2 } },
  { name: 'north', event: { event: 'joined', used: 40, skipped: 0 } },
  { name: 'south', event: { event: 'round-started', round: 2 } },
  { name: 'north', event: { event: 'round-started', round: 2 } },
  training('south', 8, 0.25),
  { name: 'south', event: { event: 'trained', round: 2, ms: 1500, loss: 0.25 } },
  training('north', 2, 0.5),
  { name: 'south', event: { event: 'uploaded', round: 2, bytes: 4096 } },
];

const tell = ({ take }: Display, story: readonly Told[]): void => {
  story.forEach(({ name, event }) => {
    take(name, event);
  });
};

describe('the demo for a file, a pipe or a program', () => {
  it('is a line for each site and step, as programs read them', () => {
    const lines: string[] = [];
    const display = linesDisplay((text) => lines.push(text));
    display.stage('prepares the pictures');
    tell(display, STORY);
    display.end();
    expect(lines).toEqual([
      'south          joined, 30 pictures used, 2 skipped',
      'north          joined, 40 pictures used, 0 skipped',
      'south          round 2  training 8/8, loss 0.2500',
      'south          round 2  trained in 1.5 s, loss 0.2500',
      'north          round 2  training 2/8, loss 0.5000',
      'south          round 2  sent 4096 bytes that nobody can read',
    ]);
  });
});

describe('the demo on a terminal', () => {
  let printed: string[];
  let nowMs: number;
  let display: Display;

  beforeEach(() => {
    jest.useFakeTimers();
    printed = [];
    nowMs = 1_800_000_000_000;
    display = drawnDisplay(
      {
        print: (text) => printed.push(text),
        size: () => SIZE,
        colours: false,
        clock: () => nowMs,
      },
      (text) => `> ${text}`,
      ROUNDS,
    );
  });

  afterEach(() => {
    display.end();
    jest.useRealTimers();
  });

  /** Goes on for as long as until the next drawing, and shows the lines that stand on the screen then. */
  const screenAfter = (ms: number): readonly string[] => {
    nowMs += ms;
    jest.advanceTimersByTime(ms);
    return shown(printed.join(''));
  };

  it('is a bar for the rounds and one a site, drawn over what stood there', () => {
    tell(display, STORY);
    screenAfter(250);
    expect(screenAfter(3000)).toEqual([
      'demo   round 2 of 12        [#-------------------] 1/12  3 s',
      'north  trains, loss 0.5000  [#####---------------]  2/8  3 s',
      'south  sent its update                                   3 s',
    ]);
    tell(display, [
      training('north', 6, 0.375),
      { name: 'south', event: { event: 'result', round: 2 } },
    ]);
    expect(screenAfter(250)).toEqual([
      'demo   round 2 of 12        [###-----------------] 2/12  3 s',
      'north  trains, loss 0.3750  [###############-----]  6/8  3 s',
      'south  has the new adapter                               0 s',
    ]);
  });

  it('keeps what is said above the bars', () => {
    display.stage('prepares the pictures');
    display.say('2 sites, 72 pictures');
    display.stage('starts the coordinator');
    display.say('all are there');
    expect(screenAfter(0)).toEqual([
      '> 2 sites, 72 pictures',
      '> all are there',
      'demo  starts the coordinator  0 s',
    ]);
  });

  it('has no line of a hospital beside a step after the rounds, and takes its bars away at the end', () => {
    tell(display, STORY);
    display.stage('trains to compare with', { done: 0, total: 3 });
    screenAfter(2000);
    display.stage('trains to compare with', { done: 1, total: 3 });
    expect(screenAfter(0)).toEqual([
      'demo  trains to compare with  [######--------------] 1/3  2 s',
    ]);
    display.end();
    display.say('everything is closed');
    expect(screenAfter(5000)).toEqual(['> everything is closed']);
  });

  it('says what a hospital does in each kind of event, and nothing of events that it does not know', () => {
    const doing = (event: JsonEvent): string | undefined => {
      tell(display, [{ name: 'north', event }]);
      return screenAfter(250)
        .at(-1)
        ?.replace(/ {2,}\d+ s$/, '');
    };
    expect(doing({ event: 'voted', verdict: 'accepted' })).toBe('north  voted accepted');
    expect(doing({ event: 'evaluated', split: 'test' })).toBe('north  measured on test');
    expect(doing({ event: 'page', url: 'http://127.0.0.1:1' })).toBe('north  measured on test');
    expect(doing({ event: 'progress', phase: 'features' })).toBe('north  reads the pictures');
  });
});

const ESCAPE = '\u001b';

/** The lines of a terminal after cursor up, erase to the end of the line, and of the screen (ECMA-48 8.3.22, 8.3.41, 8.3.39). */
function shown(text: string): readonly string[] {
  const lines: string[] = [];
  let row = 0;
  const put = (words: string): void => {
    words.split('\n').forEach((line, place) => {
      row += place === 0 ? 0 : 1;
      if (line !== '') {
        lines[row] = line;
      }
    });
  };
  const [first = '', ...rest] = text.split(`${ESCAPE}[`);
  put(first);
  for (const part of rest) {
    const [, count = '', command = '', words = ''] = /^(\d*)([AKJ])([^]*)$/.exec(part) ?? [];
    row -= command === 'A' ? Number(count) : 0;
    lines.length = command === 'J' ? Math.min(lines.length, row) : lines.length;
    put(words);
  }
  return lines;
}
