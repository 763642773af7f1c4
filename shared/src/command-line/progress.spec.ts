import { progressBlock, progressNews, redrawn, type Progress } from './progress.js';

const NOW = 1_800_000_000_000;
const SCREEN = { columns: 80, rows: 24, colours: false };

const training = (done: number): Progress => ({
  name: 'northgate',
  does: 'trains',
  steps: { done, total: 40 },
  sinceMs: NOW - 12_900,
});
const waiting: Progress = { name: 'south', does: 'waits for the others', sinceMs: NOW - 3000 };

describe('progress on a terminal', () => {
  it('is a line a site: name, what it does, a bar where the steps are known, the seconds since', () => {
    expect(progressBlock([training(10), waiting], SCREEN, NOW)).toEqual([
      'northgate  trains                [#####---------------] 10/40  12 s',
      'south      waits for the others                                 3 s',
    ]);
  });

  it('has no room for bars where nobody has steps', () => {
    expect(progressBlock([waiting], SCREEN, NOW)).toEqual(['south  waits for the others  3 s']);
    expect(progressBlock([], SCREEN, NOW)).toEqual([]);
  });

  it.each([80, 60, 50, 45, 30, 10, 1])('never reaches the last of %i columns', (columns) => {
    const lines = progressBlock([training(40), waiting], { ...SCREEN, columns }, NOW);
    expect(lines).toHaveLength(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
  });

  it('lets bars shrink, then go, and keeps the words', () => {
    const [narrow] = progressBlock([training(20), waiting], { ...SCREEN, columns: 60 }, NOW);
    expect(narrow).toBe('northgate  trains                [######------] 20/40  12 s');
    const [none] = progressBlock([training(20), waiting], { ...SCREEN, columns: 45 }, NOW);
    expect(none).toBe('northgate  trains                12 s');
  });

  it('leaves sites out, and says how many, rather than scroll', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ ...waiting, name: `s${i}` }));
    const lines = progressBlock(many, { ...SCREEN, rows: 5 }, NOW);
    expect(lines.map((line) => line.split('  ')[0]?.trim())).toEqual([
      's0',
      's1',
      's2',
      'and 27 more',
    ]);
  });

  it('colours what is done, and only for a screen with colours', () => {
    const [line] = progressBlock([training(20)], { ...SCREEN, colours: true }, NOW);
    expect(line).toContain('[\u001b[36m##########\u001b[39m----------]');
    expect(progressBlock([training(20)], SCREEN, NOW).join('')).not.toContain('\u001b');
  });

  it('shows no more than the whole, and no time before the beginning', () => {
    const ahead = { ...training(50), sinceMs: NOW + 5000 };
    expect(progressBlock([ahead], SCREEN, NOW)).toEqual([
      'northgate  trains  [####################] 50/40  0 s',
    ]);
    const empty = { ...waiting, steps: { done: 0, total: 0 } };
    expect(progressBlock([empty], SCREEN, NOW).join('')).toContain(`[${'-'.repeat(20)}] 0/0`);
  });

  it('is drawn over what stood there, and whatever is left of that goes', () => {
    expect(redrawn(0, ['a'])).toBe('a\u001b[K\n\u001b[J');
    expect(redrawn(2, ['a', 'b'])).toBe('\u001b[2Aa\u001b[K\nb\u001b[K\n\u001b[J');
    expect(redrawn(2, [])).toBe('\u001b[2A\u001b[J');
  });
});

describe('progress elsewhere', () => {
  const tell = (
    ...looks: readonly { readonly afterMs: number; readonly all: readonly Progress[] }[]
  ): string[][] => {
    let told: ReturnType<typeof progressNews>['told'] = new Map();
    return looks.map(({ afterMs, all }) => {
      const news = progressNews(told, all, NOW + afterMs);
      told = news.told;
      return news.lines;
    });
  };

  it('is a plain line for each thing that a site begins', () => {
    const sending: Progress = { name: 'northgate', does: 'sends its update', sinceMs: NOW };
    const lines = tell(
      { afterMs: 0, all: [training(1), waiting] },
      { afterMs: 1, all: [sending, waiting] },
    );
    expect(lines).toEqual([
      ['northgate: trains 1/40, 12 s', 'south: waits for the others, 3 s'],
      ['northgate: sends its update, 0 s'],
    ]);
  });

  it('tells steps at most once in ten seconds a site', () => {
    const lines = tell(
      { afterMs: 0, all: [training(1)] },
      { afterMs: 9999, all: [training(9)] },
      { afterMs: 10_000, all: [training(10), waiting] },
      { afterMs: 19_999, all: [training(19), waiting] },
      { afterMs: 20_000, all: [training(20), waiting] },
    );
    expect(lines.map((each) => each.length)).toEqual([1, 0, 2, 0, 1]);
  });

  it('does not repeat what stands still', () => {
    const all = [training(1), waiting];
    expect(tell({ afterMs: 0, all }, { afterMs: 60_000, all })[1]).toEqual([]);
  });
});
