/** Part of the check `records`: how the record says that the updates were summed. */
import { canonicalJson } from '../encoding/index.js';
import {
  BUNDLE_PATHS,
  type Combine,
  type GroupRules,
  type RoundRecord,
} from '../protocol/index.js';
import { byGroup } from '../secagg/index.js';
import { groupRulesOf, type Evidence } from './evidence.js';
import type { Check } from './findings.js';
import type { SummedAttempt } from './history.js';
import { secureAttempts } from './secure-attempt.js';
import { groupsText, sitesText } from './site-documents.js';

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
  const { colluders, threshold, sharers, groups } = secure;
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
  const combine = rulesOf(evidence)?.combine;
  check.same(place, 'combine', combineText(combine), combineText(aggregation.combine));
  const sums = groups === undefined ? [] : byGroup(groups, survivors?.leaf.sites ?? []);
  check.same(place, 'groups', groupsText(sums), groupsText(aggregation.groups));
  if (sharers !== undefined) {
    check.same(place, 'sharers', sitesText(sharers), sitesText(aggregation.sharers));
  }
}

function rulesOf({ documents }: Evidence): GroupRules | undefined {
  return documents.studyProtocol && groupRulesOf(documents.studyProtocol.body);
}

function combineText(combine: Combine | undefined): string {
  return combine === undefined ? 'none' : canonicalJson(combine);
}
