/** Why a function cannot be captured, and where in the model's own code. */
import { fileURLToPath } from 'node:url';

export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** Files of this package whose frames say nothing about the model; specs beside them are model code. */
const OWN_FILE = /^[a-z-]+[\\/][a-z-]+\.[jt]s:|^[a-z-]+\.[jt]s:/;

const DEEP_ENOUGH = 200;

/** File and line of the innermost call that is neither tfjs's nor this package's: `model.ts:12:5`. */
export function placeInModelCode(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP_ENOUGH;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  const place = stack
    .split('\n')
    .slice(1)
    .map((line) => /\(?(?:file:\/\/)?((?:[A-Za-z]:|\/)[^()]*:\d+:\d+)\)?$/.exec(line)?.[1])
    .find((found) => found !== undefined && isModelCode(found));
  return place ?? 'an unknown place';
}

function isModelCode(place: string): boolean {
  if (/node_modules|tfjs-core|node:internal/.test(place)) {
    return false;
  }
  return !place.startsWith(OWN_FOLDER) || !OWN_FILE.test(place.slice(OWN_FOLDER.length));
}
