/** What a traced function must not do, because it would happen once, at the trace, instead of at every call. */
import { Variable } from '@tensorflow/tfjs-core';
import type { GraphRecorder } from './graph-recorder.js';
import { internals } from './tfjs-internals.js';

const RANDOM =
  'it draws random numbers, which would be the same at every call; draw them with perCall(() => ...) or pass them as an argument';
const ASSIGNED = 'a variable is assigned inside it; return the new value and assign it outside';
const CREATED = 'a variable is created inside it';

/** The generator that is refused just now. */
let randomOutside: () => number = () => 0;

/** Runs while random numbers and changes of variables are refused. */
export function guarded<T>(recorder: GraphRecorder, run: () => T): T {
  randomOutside = Reflect.get<Math, 'random'>(Math, 'random');
  const random = replace(Math, 'random', () => recorder.fail(RANDOM));
  const assign = replace(Variable.prototype, 'assign', () => recorder.fail(ASSIGNED));
  const create = replace(internals(), 'makeVariable', () => recorder.fail(CREATED));
  try {
    return run();
  } finally {
    [random, assign, create].forEach((restore) => restore());
  }
}

/** Runs with random numbers allowed, within `guarded`. */
export function withRandomNumbers<T>(run: () => T): T {
  const restore = replace(Math, 'random', randomOutside);
  try {
    return run();
  } finally {
    restore();
  }
}

/** @returns what undoes it; an inherited method is inherited again */
function replace<Owner extends object, Key extends keyof Owner>(
  owner: Owner,
  key: Key,
  substitute: Owner[Key],
): () => void {
  const isOwn = Object.hasOwn(owner, key);
  const original = owner[key];
  owner[key] = substitute;
  return () => {
    if (isOwn) {
      owner[key] = original;
    } else {
      delete owner[key];
    }
  };
}
