/**
 * How a job goes on after the memory or the GPU of its trainer failed it: in a fresh process, with fewer pictures at once or on
 * the next engine. What the hospital insists on stays as it is.
 */
import type { EngineChoice } from '../config/engine-choice.js';
import type { EngineDescription, Evaluated, Extracted, Failed, Trained } from './messages.js';
import type { Crashed, Outcome } from './outcome.js';

/** What a trainer is started with once something failed. */
export interface Restrictions {
  /** How often memory ran out: each time a quarter of the pictures goes through at once. */
  readonly shortages: number;
  /** Engines that failed after they had started. */
  readonly without: readonly string[];
}

export const UNRESTRICTED: Restrictions = { shortages: 0, without: [] };

export interface Recovery {
  readonly restrictions: Restrictions;
  /** For the site's log. */
  readonly sentence: string;
}

/** After these, one picture of what were 64 goes through at once, computed again for the gradient. */
const MOST_SHORTAGES = 3;

/** Of a reply. */
const MOST_WARNINGS = 10;

/** How a native library ends a process. */
const FATAL_SIGNALS: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
]);

/**
 * @param engine that was running, if it is known
 * @returns undefined where the outcome stands
 */
export function recoveryFrom(
  outcome: Outcome<{ readonly kind: string }>,
  { shortages, without }: Restrictions,
  engine: EngineDescription | undefined,
  choice: EngineChoice,
): Recovery | undefined {
  const isShort = isOutOfMemory(outcome);
  if (isShort && shortages < MOST_SHORTAGES) {
    return {
      restrictions: { shortages: shortages + 1, without },
      sentence:
        'the trainer ran out of memory: a fresh one goes on with a quarter of the pictures at once',
    };
  }
  const isReplaceable = choice === 'auto' && engine !== undefined && engine.device !== 'processor';
  if (isReplaceable && (isShort || isFaultOfEngine(outcome))) {
    const name = `${engine.backend} (${engine.device})`.slice(0, 200);
    return {
      restrictions: { shortages: 0, without: [...without, engine.backend] },
      sentence: `the engine ${name} failed after it had started (${reasonOf(outcome)}): a fresh trainer goes on with the next engine`,
    };
  }
  return undefined;
}

/** Where no smaller part is left to try, the job is refused in words: nothing would change if it were repeated. */
export function finalOutcome<T>(outcome: Outcome<T>, { shortages }: Restrictions): Outcome<T> {
  const isCrash = isCrashed(outcome) && outcome.reason === 'out-of-memory';
  if (!isCrash || shortages < MOST_SHORTAGES) {
    return outcome;
  }
  return {
    kind: 'failed',
    code: 'trainer-crashed',
    message:
      'the trainer ran out of memory with the fewest pictures at once too: the machine or trainer.memoryMiB of agent.yaml has too little for this backbone',
  };
}

/** What the supervisor has to tell comes before what the trainer warns of. */
export function withWarnings<T extends Trained | Evaluated | Extracted>(
  outcome: Outcome<T>,
  told: readonly string[],
): Outcome<T> {
  if (told.length === 0 || outcome.kind === 'failed' || outcome.kind === 'crashed') {
    return outcome;
  }
  const warnings = [...told, ...(outcome.warnings ?? [])].slice(0, MOST_WARNINGS);
  return { ...outcome, warnings };
}

/** The trainer says so in a coded error, or its process ended of it. */
function isOutOfMemory(outcome: Outcome<{ readonly kind: string }>): boolean {
  return isFailed(outcome)
    ? outcome.code === 'trainer-crashed'
    : isCrashed(outcome) && outcome.reason === 'out-of-memory';
}

/** A GPU that is lost, resets or computes nonsense; on a processor the same is no fault of the engine. */
function isFaultOfEngine(outcome: Outcome<{ readonly kind: string }>): boolean {
  if (isFailed(outcome)) {
    return outcome.code === 'training-failed' || outcome.code === 'non-finite';
  }
  return (
    isCrashed(outcome) &&
    (outcome.reason === 'exited' || FATAL_SIGNALS.has(outcome.signal ?? 'none'))
  );
}

function reasonOf(outcome: Outcome<{ readonly kind: string }>): string {
  if (isFailed(outcome)) {
    return `${outcome.code}, ${outcome.message}`.slice(0, 200);
  }
  return isCrashed(outcome) ? (outcome.signal ?? outcome.reason) : '';
}

function isFailed(outcome: Outcome<unknown>): outcome is Failed {
  return (outcome as Partial<Failed>).kind === 'failed';
}

function isCrashed(outcome: Outcome<unknown>): outcome is Crashed {
  return (outcome as Partial<Crashed>).kind === 'crashed';
}
