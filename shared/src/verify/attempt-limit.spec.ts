/** Of the attempts of a round those alone count that had enough sites: docs/protocol/v1.md section 4, step 6. */
import type { Leaf } from '../protocol/index.js';
import type { AttemptId, ContentHash, StudyId } from '../vocabulary/index.js';
import { createFindings } from './findings.js';
import { toHistory } from './history.js';
import { AT } from './testing/sample-context.js';
import { secureProtocol } from './testing/sample-protocol.js';
import { verifyHistory } from './verify-history.js';

const HASH = `sha256:${'0'.repeat(64)}` as ContentHash;
const { maxAttempts } = secureProtocol().participation;

/** @param hadSites of each attempt of the first round, none of which came to a result */
function limitFailures(hadSites: readonly boolean[]): readonly string[] {
  const leaves = hadSites.flatMap((had, i): Leaf[] => {
    const place = { ...AT, studyId: 'blood-cells' as StudyId, roundNo: 1 };
    const attemptId = `${i + 10}`.repeat(16) as AttemptId;
    const of = { ...place, attemptId };
    const adverts: Leaf = { ...of, type: 'round.adverts', peersHash: HASH, sites: [] };
    return [
      { ...of, type: 'round.manifest', attemptNo: i + 1, manifestHash: HASH },
      ...(had ? [adverts] : []),
      { ...of, type: 'round.aborted', reason: 'too few' },
      { ...of, type: 'key.destroyed' },
    ];
  });
  const history = toHistory(leaves.map((leaf, index) => ({ index, leaf })));
  const findings = createFindings();
  findings.run('history', (check) => {
    verifyHistory(check, history, secureProtocol());
  });
  const { failures = [] } = findings.results().find(({ name }) => name === 'history') ?? {};
  return failures
    .filter(({ what }) => what === 'attempts of the round with enough sites')
    .map(({ expected, found }) => `${expected}: ${found}`);
}

describe('attempts of a round', () => {
  it('without enough sites are as many as it takes until they come', () => {
    expect(limitFailures(Array(40).fill(false))).toEqual([]);
    expect(limitFailures([true, false, false, false, true])).toEqual([]);
  });

  it('with enough sites are no more than the study allows', () => {
    expect(maxAttempts).toBe(2);
    expect(limitFailures([true, false, true, true])).toEqual(['at most 2: 3']);
  });
});
