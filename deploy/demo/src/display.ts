/** What a person sees of the demo while it runs: lines one after another, or on a terminal a block that is drawn again in place. */
import { progressBlock, redrawn } from '@consilium/shared/command-line';
import type { JsonEvent } from './program.js';
import { progressLines, type Say } from './progress.js';
import { afterEvent, atStage, EMPTY_SCENE, linesOf, type Scene } from './scene.js';

const DRAWN_EVERY_MS = 250;

export interface Display {
  /** A line that stays. */
  readonly say: Say;
  /** What a process said of itself, by its name. */
  readonly take: (name: string, event: JsonEvent) => void;
  /** A step before or after the rounds; said on a terminal alone. @param steps where their number is known */
  readonly stage: (
    words: string,
    steps?: { readonly done: number; readonly total: number },
  ) => void;
  /** From now on only what is said appears. */
  readonly end: () => void;
}

export interface Screen {
  readonly print: (text: string) => void;
  /** How large it is now. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly colours: boolean;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** For a file, a pipe or a program. */
export function linesDisplay(say: Say): Display {
  const nothing = (): void => undefined;
  return { say, take: progressLines(say), stage: nothing, end: nothing };
}

/** @param lineOf what is said as a line of the screen. @param rounds how many the study has */
export function drawnDisplay(
  screen: Screen,
  lineOf: (text: string) => string,
  rounds: number,
): Display {
  const { print, size, colours, clock } = screen;
  let scene: Scene = EMPTY_SCENE;
  let height = 0;
  const block = (): string[] => progressBlock(linesOf(scene), { ...size(), colours }, clock());
  /** @param above stays there when the block is drawn over */
  const draw = (lines: readonly string[], above = ''): void => {
    const over = above === '' ? '' : `${redrawn(height, [])}${above}\n`;
    const text = `${over}${redrawn(above === '' ? height : 0, lines)}`;
    if (height + lines.length > 0 || above !== '') {
      print(text);
    }
    height = lines.length;
  };
  const timer = setInterval(() => {
    draw(block());
  }, DRAWN_EVERY_MS);
  timer.unref();
  return {
    say: (text) => {
      draw(block(), lineOf(text));
    },
    take: (name, event) => {
      scene = afterEvent(scene, { name, event, nowMs: clock() }, rounds);
    },
    stage: (words, steps) => {
      scene = atStage(scene, words, steps, clock());
      draw(block());
    },
    end: () => {
      clearInterval(timer);
      scene = EMPTY_SCENE;
      draw([]);
    },
  };
}
