/** What a study file means where it says nothing, asked of the schema itself: the defaults are those of `consilium study create`. */
import type { Json } from '@consilium/shared/encoding';
import { studyFileSchema } from '@consilium/shared/protocol';
import { isObject, valueAt, type Draft } from './draft.js';

/** Enough for sums in secret and in groups. */
const MANY_SITES = 100;

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/**
 * @returns the default of the field, given what else the draft chooses; undefined where there is none
 */
export function defaultAt(draft: Draft, path: string): Json | undefined {
  const parsed = studyFileSchema.safeParse(shortestFile(draft));
  if (!parsed.success) {
    return undefined;
  }
  const value = valueAt(parsed.data, path);
  return path.endsWith('Deadline') && typeof value === 'number' ? durationText(value) : value;
}

/** Only what has no default, and the choices of the draft. */
function shortestFile(draft: Draft): object {
  const chosen = (path: string) => valueAt(draft, path);
  const optimizer = chosen('training.optimizer.kind') ?? 'adamw';
  const schedule = chosen('training.schedule.kind');
  const privateKind = chosen('privateAdapter.kind');
  return {
    study: 'study',
    title: 'Study',
    task: { kind: 'classification', classes: ['a', 'b'] },
    backbone: `sha256:${'0'.repeat(64)}`,
    adapter: { kind: chosen('adapter.kind') ?? 'linear-head' },
    ...(privateKind === undefined ? {} : { privateAdapter: { kind: privateKind } }),
    training: {
      rounds: 1,
      optimizer: { kind: optimizer, learningRate: 1 },
      ...(schedule === undefined ? {} : { schedule: { kind: schedule } }),
    },
    privacy: privacyOf(draft),
    participation: { minSites: MANY_SITES },
  };
}

/** Groups are there with secure sums alone. */
function privacyOf(draft: Draft): object {
  if (valueAt(draft, 'privacy.secureAggregation') === 'off') {
    return { secureAggregation: 'off' };
  }
  return isObject(valueAt(draft, 'privacy.groups')) ? { groups: {} } : {};
}

/** As a study file writes it, in its largest unit. */
function durationText(ms: number): string {
  const [unit, factor] = UNITS.find(([, size]) => ms % size === 0) ?? ['ms', 1];
  return `${ms / factor}${unit}`;
}
