/** Threat: a coordinator that goes on while people keep the study paused, or that says of people that they paused it. */
import type { Leaf } from '../protocol/index.js';
import type { AttemptId, ContentHash, StudyId } from '../vocabulary/index.js';
import { bundleFromFiles } from './bundle-source.js';
import { createFindings } from './findings.js';
import { toHistory } from './history.js';
import { reportText } from './report-text.js';
import { failedChecks, failuresOf } from './testing/forged-bundle.js';
import { AT, type Forgery } from './testing/sample-context.js';
import { INVITER } from './testing/sample-people.js';
import { sampleProtocol } from './testing/sample-protocol.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';
import { verifyPauses } from './verify-pauses.js';

type Step = 'started' | 'opened' | 'aborted' | 'paused' | 'resumed' | 'failed';

const HASH = `sha256:${'0'.repeat(64)}` as ContentHash;
const OF_STUDY = { ...AT, studyId: 'blood-cells' as StudyId };
const OF_ATTEMPT = { ...OF_STUDY, roundNo: 1, attemptId: 'ab'.repeat(16) as AttemptId };

const LEAVES: { readonly [S in Step]: Leaf } = {
  started: { ...OF_STUDY, type: 'study.started', rosterHash: HASH },
  opened: { ...OF_ATTEMPT, type: 'round.manifest', attemptNo: 1, manifestHash: HASH },
  aborted: { ...OF_ATTEMPT, type: 'round.aborted', reason: 'too few' },
  paused: { ...OF_STUDY, type: 'study.paused', by: INVITER, reason: 'holidays' },
  resumed: { ...OF_STUDY, type: 'study.resumed', by: INVITER },
  failed: { ...OF_STUDY, type: 'study.failed', reason: 'no more' },
};

const ACCOUNT: Extract<Leaf, { type: 'operator.changed' }> = {
  ...AT,
  type: 'operator.changed',
  operatorId: INVITER,
  change: 'created',
  by: INVITER,
  roles: ['study-coordinator'],
};

/** What does not fit in a study that goes these steps, by leaf; leaf 0 makes the person's account. */
function faults(...steps: readonly Step[]): string[] {
  return faultsOf([ACCOUNT, ...steps.map((step) => LEAVES[step])]);
}

function faultsOf(leaves: readonly Leaf[]): string[] {
  const findings = createFindings();
  findings.run('history', (check) => {
    verifyPauses(check, toHistory(leaves.map((leaf, index) => ({ index, leaf }))));
  });
  return findings
    .results()
    .flatMap(({ failures }) => failures)
    .map(
      ({ leafIndex = 0, what, found }) =>
        `${leafIndex}: ${what.replace(/ [0-9a-f]{32}/, '')} ${found}`,
    );
}

/** The bundle of a study that was paused and resumed, with this lie. */
function withPause(forgery: Forgery = {}) {
  return playSampleStudy({ isPaused: true, ...forgery }).files;
}

describe('a study that people pause', () => {
  it('is told by its bundle as it was', () => {
    const report = verifyBundle(bundleFromFiles(withPause()));
    expect(report.verified).toBe(true);
    const { pauses: [pause] = [] } = report;
    const { leafIndex = 0 } = pause ?? {};
    const resumed = { leafIndex: leafIndex + 1, by: INVITER };
    expect(pause).toEqual({ leafIndex, by: INVITER, reason: 'a scanner is replaced', resumed });
    expect(reportText(report)).toContain(
      `Leaf ${leafIndex}, ${INVITER}: a scanner is replaced; resumed by ${INVITER}, leaf ${leafIndex + 1}.`,
    );
  });

  it('lets the attempt under way go on, and may be stopped', () => {
    expect(faults('started', 'opened', 'paused', 'aborted', 'resumed', 'opened')).toEqual([]);
    expect(faults('started', 'paused', 'resumed', 'paused', 'failed')).toEqual([]);
  });

  it('has no attempt that was opened before it was resumed', () => {
    const unresumed = (leaf: Leaf): Leaf | undefined =>
      leaf.type === 'study.resumed' ? undefined : leaf;
    const files = withPause({ leaf: unresumed });

    expect(failedChecks(files)).toEqual(['history']);
    const [first, ...others] = failuresOf(files);
    expect(first).toMatchObject({
      what: expect.stringMatching(/^opening of attempt [0-9a-f]{32}$/) as string,
      expected: 'after study.resumed',
      found: expect.stringMatching(/^while the study is paused since leaf \d+$/) as string,
    });
    expect(others).toHaveLength(sampleProtocol().training.rounds - 1);
    expect(faults('started', 'paused', 'opened')).toEqual([
      '3: opening of attempt while the study is paused since leaf 2',
    ]);
  });

  it('is paused while it runs, and resumed while it is paused', () => {
    expect(faults('paused', 'started')).toEqual(['1: study.paused before study.started']);
    expect(faults('started', 'paused', 'paused')).toEqual([
      '3: study.paused while the study is paused since leaf 2',
    ]);
    expect(faults('started', 'resumed')).toEqual(['2: study.resumed while the study runs']);
    expect(faults('started', 'failed', 'paused')).toEqual([
      '3: study.paused after the end of the study',
    ]);
  });

  it('is paused and resumed by somebody who may run studies', () => {
    const byAuditor = (leaf: Leaf): Leaf =>
      leaf.type === 'operator.changed' && leaf.operatorId === INVITER
        ? { ...leaf, roles: ['auditor'] }
        : leaf;
    const failures = failuresOf(withPause({ leaf: byAuditor }));

    expect(failures.map(({ what }) => what)).toEqual(Array(2).fill(`account of ${INVITER}`));
    const closed: Leaf = { ...ACCOUNT, change: 'closed' };
    expect(faultsOf([ACCOUNT, LEAVES.started, LEAVES.paused, closed, LEAVES.resumed])).toEqual([
      `4: account of ${INVITER} none in the log, closed, or of another role`,
    ]);
  });
});
