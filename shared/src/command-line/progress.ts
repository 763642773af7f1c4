/** What each site does just now, as lines: a block that a terminal draws again in place, and lines one after another for a file or a pipe. */

export interface Progress {
  /** Of the site; one word of printable characters. */
  readonly name: string;
  /** In words. */
  readonly does: string;
  /** Only where the number of steps is known. */
  readonly steps?: { readonly done: number; readonly total: number };
  /** When it began with that, in milliseconds since 1970. */
  readonly sinceMs: number;
}

interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
}

/** What a stream without a screen was told of each site, by name. */
export type Told = ReadonlyMap<string, { readonly progress: Progress; readonly atMs: number }>;

const BAR_CELLS = 20;
const NARROWEST_BAR = 5;
const TOLD_EVERY_MS = 10_000;
const ESCAPE = '\u001b';

/**
 * One line each, no longer than the screen is wide and no more than it is high: bars give way first, and the last line says how many are left out.
 * @param nowMs milliseconds since 1970; where the clock of `sinceMs` is ahead of it, 0 s are shown
 */
export function progressBlock(all: readonly Progress[], screen: Screen, nowMs: number): string[] {
  // The cursor stands below the block.
  const room = Math.max(1, screen.rows - 1);
  const shown = all.length <= room ? all : all.slice(0, room - 1);
  const names = widest(all.map(({ name }) => name));
  const words = widest(all.map(({ does }) => does));
  const counts = widest(all.map(countOf));
  const seconds = shown.map(({ sinceMs }) => secondsBetween(sinceMs, nowMs));
  const ends = widest(seconds);
  // Two blanks between columns, brackets and a blank around the bar; a full last column would wrap on some terminals.
  const left = screen.columns - 1 - names - words - counts - ends - 9;
  const cells = counts === 0 || left < NARROWEST_BAR ? 0 : Math.min(BAR_CELLS, left);
  const cut = (line: string): string => line.slice(0, Math.max(0, screen.columns - 1));
  const lines = shown.map((each, i) => {
    const bar = cells === 0 ? '' : `  ${barOf(each, cells)} ${countOf(each).padStart(counts)}`;
    const end = seconds[i]?.padStart(ends) ?? '';
    const line = `${each.name.padEnd(names)}  ${each.does.padEnd(words)}${bar}  ${end}`;
    return coloured(cut(line), screen.colours);
  });
  const leftOut = all.length - shown.length;
  return leftOut === 0 ? lines : [...lines, cut(`and ${leftOut} more`)];
}

/**
 * Draws a block over the one of before.
 * @param before lines of the block that the cursor stands below
 * @returns with control sequences of ECMA-48: cursor up (8.3.22), erase to the end of the line (8.3.41) and of the screen (8.3.39)
 */
export function redrawn(before: number, lines: readonly string[]): string {
  const up = before === 0 ? '' : `${ESCAPE}[${before}A`;
  return `${up}${lines.map((line) => `${line}${ESCAPE}[K\n`).join('')}${ESCAPE}[J`;
}

/**
 * Lines for whoever reads them later: each change of what a site does, and its steps at most once in ten seconds.
 * @returns the lines, and what has been told with them
 */
export function progressNews(
  told: Told,
  all: readonly Progress[],
  nowMs: number,
): { readonly lines: string[]; readonly told: Told } {
  const news = all.filter((each) => isNews(told, each, nowMs));
  const fresh = news.map((progress) => [progress.name, { progress, atMs: nowMs }] as const);
  return {
    lines: news.map((each) => {
      const steps = each.steps === undefined ? '' : ` ${countOf(each)}`;
      return `${each.name}: ${each.does}${steps}, ${secondsBetween(each.sinceMs, nowMs)}`;
    }),
    told: new Map([...told, ...fresh]),
  };
}

function isNews(told: Told, { name, does, steps }: Progress, nowMs: number): boolean {
  const last = told.get(name);
  if (last?.progress.does !== does) {
    return true;
  }
  return steps?.done !== last.progress.steps?.done && nowMs - last.atMs >= TOLD_EVERY_MS;
}

function barOf({ steps }: Progress, cells: number): string {
  if (steps === undefined) {
    return ' '.repeat(cells + 2);
  }
  const share = steps.total > 0 ? Math.min(1, Math.max(0, steps.done / steps.total)) : 0;
  const full = Math.floor(share * cells);
  return `[${'#'.repeat(full)}${'-'.repeat(cells - full)}]`;
}

function countOf({ steps }: Progress): string {
  return steps === undefined ? '' : `${steps.done}/${steps.total}`;
}

function secondsBetween(sinceMs: number, nowMs: number): string {
  return `${Math.max(0, Math.floor((nowMs - sinceMs) / 1000))} s`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

/** Cyan, as of SGR 36, for what is done of a bar. */
function coloured(line: string, colours: boolean): string {
  return colours ? line.replace(/#+/, `${ESCAPE}[36m$&${ESCAPE}[39m`) : line;
}
