/** The check `key-destruction`: the key that opens an attempt's updates was the attempt's own, and is gone. */
import { BUNDLE_PATHS, type Manifest } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import type { AttemptHistory } from './history.js';

export function verifyKeyDestruction(check: Check, { history, documents }: Evidence): void {
  const seen = new Set<string>();
  for (const attempt of history.attempts) {
    const aggregation = documents.attempts.get(attempt.attemptId)?.manifest?.body.aggregation;
    verifyDestroyed(check, attempt, aggregation);
    const key = aggregation?.kind === 'plain' ? aggregation.key : undefined;
    if (key !== undefined && seen.has(key)) {
      const place = { path: BUNDLE_PATHS.manifest(attempt.attemptId) };
      check.fail(place, { what: 'aggregationKey', expected: 'fresh', found: 'used before' });
    }
    seen.add(key ?? '');
  }
}

/** A secure attempt has no key of its own: its leaf says that the boxes and shares of its sites are gone. */
function verifyDestroyed(
  check: Check,
  { attemptId, result, aborted, destroyed }: AttemptHistory,
  aggregation: Manifest['aggregation'] | undefined,
): void {
  const ended = result ?? aborted;
  if (ended === undefined) {
    return;
  }
  check.covers();
  if (destroyed === undefined) {
    const what = `key.destroyed of attempt ${attemptId}`;
    check.fail({ leafIndex: ended.index }, { what, expected: 'a leaf', found: 'missing' });
  } else if (aggregation !== undefined) {
    const key = aggregation.kind === 'plain' ? aggregation.key : 'none';
    const place = { leafIndex: destroyed.index };
    check.same(place, 'aggregationKey', key, destroyed.leaf.aggregationKey ?? 'none');
  }
}
