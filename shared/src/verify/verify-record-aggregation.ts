/** Part of the check `records`: how the record says that the updates were summed. */
import { BUNDLE_PATHS, type RoundRecord } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import type { SummedAttempt } from './history.js';
import { secureAttempts } from './secure-attempt.js';
import { sitesText } from './site-documents.js';

export function verifyRecordAggregation(
  check: Check,
  evidence: Evidence,
  { attemptId, survivors }: SummedAttempt,
  { aggregation }: RoundRecord,
): void {
  const place = { path: BUNDLE_PATHS.record(attemptId) };
  const secure = secureAttempts(evidence).find(({ attempt }) => attempt.attemptId === attemptId);
  check.same(place, 'aggregation', secure === undefined ? 'plain' : 'secure', aggregation.kind);
  if (secure === undefined || aggregation.kind === 'plain') {
    return;
  }
  const { colluders, threshold, sharers } = secure;
  const sharersHash = survivors?.leaf.sharersHash;
  check.agrees(
    place,
    {
      colluders,
      threshold,
      ...(sharersHash === undefined ? {} : { sharersHash }),
    },
    aggregation,
  );
  if (sharers !== undefined) {
    check.same(place, 'sharers', sitesText(sharers), sitesText(aggregation.sharers));
  }
}
