/** The last warnings and errors of this process, for the page on which people look after it. The log has them all. */

export interface RecentProblem {
  readonly atMs: number;
  readonly level: 'warn' | 'error';
  /** What the line of the log says; the fields beside it are not kept. */
  readonly message: string;
  readonly code?: string;
  /** Places in the coordinator's own sources, the nearest first. */
  readonly where: readonly string[];
}

const KEPT = 100;
const PLACES = 4;
/** Frames of V8's stack traces that are in this package, built or not: file below the sources, and line. */
const OWN_FRAME = /\/coordinator\/(?:src|dist)\/([\w./-]+\.[cm]?[jt]s):(\d+)/;
const LOGGING = 'platform/logging/';

export class RecentProblems {
  private readonly kept: RecentProblem[] = [];

  /** The newest first. */
  list(): readonly RecentProblem[] {
    return this.kept.toReversed();
  }

  note(problem: Omit<RecentProblem, 'where'>, error?: unknown): void {
    const thrown = error instanceof Error ? placesIn(error.stack) : [];
    const here = placesIn(new Error('where').stack);
    this.kept.push({ ...problem, where: [...new Set([...thrown, ...here])].slice(0, PLACES) });
    if (this.kept.length > KEPT) {
      this.kept.shift();
    }
  }
}

function placesIn(stack = ''): readonly string[] {
  return stack.split('\n').flatMap((line) => {
    const [, file, at] = OWN_FRAME.exec(line.replaceAll('\\', '/')) ?? [];
    return file === undefined || file.startsWith(LOGGING) ? [] : [`${file}:${at ?? ''}`];
  });
}
