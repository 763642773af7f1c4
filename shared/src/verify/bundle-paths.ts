/** Which paths a bundle may have, how large each file may be, and which files the log calls for. */
import { BUNDLE_PATHS } from '../protocol/index.js';
import { LIMITS } from '../vocabulary/index.js';
import type { AttemptHistory, History } from './history.js';

/** The largest JSON document that is read: adverts of a thousand sites take one of these. */
export const JSON_BYTES = 64 * 1024 * 1024;

const PATH =
  /^(?:bundle|log|study-protocol|joins|rosters|evaluations|rotations|withdrawals|acts)\.json$|^adapters\/(?:0|[1-9][0-9]{0,8})\.safetensors$|^attempts\/[0-9a-f]{32}\/(?:(?:manifest|adverts|headers|declines|record|shares|endorsements|revealed|votes)\.json|ring-sum\.bin|masked\/[a-z0-9][a-z0-9-]{0,62}\.bin)$/;

/** Whether the path is one that the format knows. None of these leaves the folder. */
export function isBundlePath(path: string): boolean {
  return PATH.test(path);
}

/** How many bytes of a file are read at most. */
export function largestFileBytes(path: string): number {
  if (path.endsWith('.json')) {
    return JSON_BYTES;
  }
  const bytes = LIMITS.adapterBytes + LIMITS.safetensorsHeaderBytes;
  return path.endsWith('/ring-sum.bin') ? bytes * LIMITS.secureGroups : bytes;
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
  for (const attempt of history.attempts) {
    for (const path of [...attemptPaths(attempt), ...securePaths(attempt)]) {
      paths.add(path);
    }
  }
  return paths;
}

function attemptPaths({ attemptId, declines, candidate, result }: AttemptHistory): string[] {
  const paths = [
    BUNDLE_PATHS.manifest(attemptId),
    BUNDLE_PATHS.adverts(attemptId),
    BUNDLE_PATHS.headers(attemptId),
  ];
  if (declines.length > 0) {
    paths.push(BUNDLE_PATHS.declines(attemptId));
  }
  if (candidate !== undefined) {
    paths.push(BUNDLE_PATHS.votes(attemptId));
  }
  if (candidate !== undefined || result !== undefined) {
    paths.push(BUNDLE_PATHS.record(attemptId), BUNDLE_PATHS.ringSum(attemptId));
  }
  if (result !== undefined) {
    paths.push(BUNDLE_PATHS.adapter(result.leaf.roundNo));
  }
  return paths;
}

/** The survivor leaf says whether the sum was secure, and of whom the masked updates are. */
function securePaths({ attemptId, survivors, candidate, result }: AttemptHistory): string[] {
  if (survivors?.leaf.sharersHash === undefined) {
    return [];
  }
  const paths = [BUNDLE_PATHS.shares(attemptId), BUNDLE_PATHS.endorsements(attemptId)];
  if (candidate !== undefined || result !== undefined) {
    const { sites } = survivors.leaf;
    paths.push(BUNDLE_PATHS.revealed(attemptId));
    paths.push(...sites.map((siteId) => BUNDLE_PATHS.masked(attemptId, siteId)));
  }
  return paths;
}
