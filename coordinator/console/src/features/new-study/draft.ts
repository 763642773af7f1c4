/**
 * A study file while it is being written: the file itself as JSON, so that what is imported is kept whole, whether there is a field
 * for it or not. A field names its place by a path such as `training.optimizer.learningRate`.
 */
import type { Json, JsonObject } from '@consilium/shared/encoding';
import { studyFileFaults, type StudyFileFault } from '@consilium/shared/protocol';

export type Draft = JsonObject;

const SEED_BYTES = 16;
const LONGEST_NAME = 63;

/** Nothing is chosen but what there is no choice of, and the random seed. */
export function newDraft(): Draft {
  return {
    task: { kind: 'classification' },
    adapter: {},
    training: { optimizer: {} },
    participation: {},
    seed: randomSeed(),
  };
}

/** A file that names no seed gets one, so that its study protocol is the same each time. */
export function withSeed(draft: Draft): Draft {
  return draft['seed'] === undefined ? { ...draft, seed: randomSeed() } : draft;
}

export function valueAt(draft: Draft, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), draft);
}

/** @param value leave it out to take the field away, so that its default holds; parts that it leaves empty stay */
export function withValue(draft: Draft, path: string, value: Json | undefined): Draft {
  const [key = '', ...rest] = path.split('.');
  if (rest.length > 0) {
    const inner = draft[key];
    return { ...draft, [key]: withValue(isObject(inner) ? inner : {}, rest.join('.'), value) };
  }
  const others = Object.fromEntries(Object.entries(draft).filter(([name]) => name !== key));
  return value === undefined ? others : { ...draft, [key]: value };
}

/**
 * Makes a choice on which it depends what may stand beside it.
 * @param common fields beside it that stay; all do if not given
 */
export function withChoice(
  draft: Draft,
  path: string,
  choice: string,
  common: readonly string[] | undefined,
): Draft {
  const [parent, last] = [path.slice(0, path.lastIndexOf('.')), path.split('.').at(-1) ?? path];
  const beside = valueAt(draft, parent);
  if (common === undefined || !isObject(beside)) {
    return withValue(draft, path, choice);
  }
  const kept = Object.entries(beside).filter(([key]) => common.includes(key));
  return withValue(draft, parent, { [last]: choice, ...Object.fromEntries(kept) });
}

/** Of the field and of what lies in it. */
export function faultsAt(faults: readonly StudyFileFault[], path: string): StudyFileFault[] {
  return faults.filter(({ path: at }) => isWithin(at.join('.'), path));
}

export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`);
}

/** As the command finds them. */
export function draftFaults(draft: Draft): StudyFileFault[] {
  return studyFileFaults(draft);
}

/** The study file as text: JSON is YAML too. */
export function textOf(draft: Draft): string {
  return `${JSON.stringify(draft, undefined, 2)}\n`;
}

/** A name for the study that its rules allow; empty where the title has no letter or digit of theirs. */
export function nameFromTitle(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function randomSeed(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
