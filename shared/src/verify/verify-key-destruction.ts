/** The check `key-destruction`: the key that opens an attempt's updates was the attempt's own, and is gone. */
import { BUNDLE_PATHS } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';

export function verifyKeyDestruction(check: Check, { history, documents }: Evidence): void {
  const seen = new Set<string>();
  for (const { attemptId, result, aborted, destroyed } of history.attempts) {
    const ended = result ?? aborted;
    const aggregation = documents.attempts.get(attemptId)?.manifest?.body.aggregation;
    const key = aggregation?.kind === 'plain' ? aggregation.key : undefined;
    if (ended !== undefined) {
      check.covers();
      if (destroyed === undefined) {
        const what = `key.destroyed of attempt ${attemptId}`;
        check.fail({ leafIndex: ended.index }, { what, expected: 'a leaf', found: 'missing' });
      } else if (key !== undefined) {
        const place = { leafIndex: destroyed.index };
        check.same(place, 'aggregationKey', key, destroyed.leaf.aggregationKey);
      }
    }
    if (key !== undefined && seen.has(key)) {
      const place = { path: BUNDLE_PATHS.manifest(attemptId) };
      check.fail(place, { what: 'aggregationKey', expected: 'fresh', found: 'used before' });
    }
    seen.add(key ?? '');
  }
}
