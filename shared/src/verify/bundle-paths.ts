/** Which paths a bundle may have, how large each file may be, and which files the log calls for. */
import { BUNDLE_PATHS } from '../protocol/index.js';
import { LIMITS } from '../vocabulary/index.js';
import type { History } from './history.js';

/** The largest JSON document that is read: adverts of a thousand sites take one of these. */
export const JSON_BYTES = 64 * 1024 * 1024;

const PATH =
  /^(?:bundle|log|study-protocol|joins|rosters|evaluations|rotations|withdrawals|acts)\.json$|^adapters\/(?:0|[1-9][0-9]{0,8})\.safetensors$|^attempts\/[0-9a-f]{32}\/(?:(?:manifest|adverts|headers|declines|record)\.json|ring-sum\.bin)$/;

/** Whether the path is one that the format knows. None of these leaves the folder. */
export function isBundlePath(path: string): boolean {
  return PATH.test(path);
}

/** How many bytes of a file are read at most. */
export function largestFileBytes(path: string): number {
  return path.endsWith('.json') ? JSON_BYTES : LIMITS.adapterBytes + LIMITS.safetensorsHeaderBytes;
}

/** The files that a bundle of this history has beside its index. */
export function expectedPaths(history: History): Set<string> {
  const paths = new Set<string>([
    BUNDLE_PATHS.log,
    BUNDLE_PATHS.studyProtocol,
    BUNDLE_PATHS.joins,
    BUNDLE_PATHS.rosters,
    BUNDLE_PATHS.evaluations,
    BUNDLE_PATHS.rotations,
    BUNDLE_PATHS.withdrawals,
    BUNDLE_PATHS.acts,
    BUNDLE_PATHS.adapter(0),
  ]);
  for (const { attemptId, declines, result } of history.attempts) {
    paths.add(BUNDLE_PATHS.manifest(attemptId));
    paths.add(BUNDLE_PATHS.adverts(attemptId));
    paths.add(BUNDLE_PATHS.headers(attemptId));
    if (declines.length > 0) {
      paths.add(BUNDLE_PATHS.declines(attemptId));
    }
    if (result !== undefined) {
      paths.add(BUNDLE_PATHS.record(attemptId));
      paths.add(BUNDLE_PATHS.ringSum(attemptId));
      paths.add(BUNDLE_PATHS.adapter(result.leaf.roundNo));
    }
  }
  return paths;
}
