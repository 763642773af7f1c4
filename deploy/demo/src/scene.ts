/** What the demo and each of its hospitals do just now, folded from what their processes say. Pure. */
import type { Progress } from '@consilium/shared/command-line';
import type { JsonEvent } from './program.js';

type Steps = Progress['steps'];

export interface Scene {
  /** The demo as a whole: a step before or after the rounds, or the round that is under way. */
  readonly head: Progress | undefined;
  readonly sites: ReadonlyMap<string, SiteLine>;
}

interface SiteLine {
  /** What it is busy with; the words beside it may hold a figure that changes. */
  readonly work: string;
  readonly progress: Progress;
}

interface Said {
  /** Who said it. */
  readonly name: string;
  readonly event: JsonEvent;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export const EMPTY_SCENE: Scene = { head: undefined, sites: new Map() };

/** Not a hospital. */
const COORDINATOR = 'coordinator';
const HEAD = 'demo';

const WORDS: ReadonlyMap<unknown, string> = new Map([
  ['connected', 'is connected'],
  ['disconnected', 'lost the connection'],
  ['joined', 'joined the study'],
  ['round-started', 'takes part'],
  ['trained', 'has trained'],
  ['declined-round', 'sits this attempt out'],
  ['shared', 'dealt its shares'],
  ['uploading', 'sends its update'],
  ['uploaded', 'sent its update'],
  ['endorsed', 'endorsed the survivors'],
  ['unmasked', 'answered for the masks'],
  ['result', 'has the new adapter'],
  ['aborted', 'waits for another attempt'],
  ['study-completed', 'is done'],
]);

const PHASE_WORDS: ReadonlyMap<unknown, string> = new Map([
  ['features', 'reads the pictures'],
  ['training', 'trains'],
  ['evaluating', 'measures'],
  ['uploading', 'sends its update'],
]);

/** A step before or after the rounds. No hospital is at work beside it, so that their lines go. */
export function atStage(before: Scene, does: string, steps: Steps, nowMs: number): Scene {
  const isSame = before.head?.does === does;
  const sinceMs = isSame ? before.head.sinceMs : nowMs;
  return { head: { name: HEAD, does, sinceMs, ...(steps && { steps }) }, sites: new Map() };
}

/** @param rounds how many the study has */
export function afterEvent(before: Scene, said: Said, rounds: number): Scene {
  if (said.name === COORDINATOR) {
    return before;
  }
  const head = headAfter(before.head, said, rounds);
  const line = lineAfter(before.sites.get(said.name), said);
  return line === undefined
    ? { ...before, head }
    : { head, sites: new Map([...before.sites, [said.name, line]]) };
}

/** The line of the whole, and below it one a hospital, by name. */
export function linesOf({ head, sites }: Scene): readonly Progress[] {
  const ofSites = [...sites.values()]
    .map(({ progress }) => progress)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return head === undefined ? ofSites : [head, ...ofSites];
}

/** The first hospital that begins a round or is done with it speaks for all. */
function headAfter(
  before: Progress | undefined,
  { event, nowMs }: Said,
  rounds: number,
): Progress | undefined {
  const { event: what, round } = event;
  const done = before?.steps?.done ?? 0;
  if (typeof round !== 'number' || round <= done) {
    return before;
  }
  const does = `round ${round} of ${rounds}`;
  if (what === 'round-started' && before?.does !== does) {
    return { name: HEAD, does, steps: { done: round - 1, total: rounds }, sinceMs: nowMs };
  }
  return what === 'result' && before !== undefined
    ? { ...before, steps: { done: round, total: rounds } }
    : before;
}

function lineAfter(before: SiteLine | undefined, { name, event, nowMs }: Said) {
  const words = wordsOf(event);
  if (words === undefined) {
    return undefined;
  }
  const { work, figure, steps } = words;
  const sinceMs = before?.work === work ? before.progress.sinceMs : nowMs;
  const does = figure === undefined ? work : `${work}, ${figure}`;
  return { work, progress: { name, does, sinceMs, ...(steps && { steps }) } };
}

function wordsOf(event: JsonEvent): { work: string; figure?: string; steps?: Steps } | undefined {
  switch (event.event) {
    case 'progress': {
      const work = PHASE_WORDS.get(event['phase']) ?? 'works';
      const { loss } = event;
      const figure = typeof loss === 'number' ? { figure: `loss ${loss.toFixed(4)}` } : {};
      return { work, ...figure, steps: stepsOf(event) };
    }
    case 'voted':
      return { work: `voted ${String(event['verdict'])}` };
    case 'evaluated':
      return { work: `measured on ${String(event['split'])}` };
    default: {
      const work = WORDS.get(event.event);
      return work === undefined ? undefined : { work };
    }
  }
}

function stepsOf({ step, steps }: JsonEvent): Steps {
  return typeof step === 'number' && typeof steps === 'number'
    ? { done: step, total: steps }
    : undefined;
}
