import type { RoundView, SiteView } from '@consilium/shared/answers';
import { connectionOf, dataSetsOf, declinedIn, isShown, refusingOf, sentBy } from './sites.js';

const SITE: SiteView = {
  siteId: 'northgate',
  status: 'active',
  keyId: '0123456789abcdef',
  words: 'one two three four five six',
  fingerprint: '',
  colours: '',
  identityKey: '',
  enrolledAtMs: 1,
  invitedBy: 'op-1',
  decidedBy: 'op-2',
  reason: '',
  connected: false,
  replacedSockets: 0,
};

const report = (studies: NonNullable<SiteView['report']>['studies']): SiteView => ({
  ...SITE,
  agentVersion: '0.9.1',
  report: {
    atMs: 1,
    paused: false,
    studies,
    engine: { backend: 'onnxruntime', version: '1.22.0', device: 'processor' },
  },
});
const study = (
  changes: Partial<NonNullable<SiteView['report']>['studies'][number]>,
): NonNullable<SiteView['report']>['studies'][number] => ({
  studyId: 'smears' as never,
  standing: 'joined',
  dataSet: { state: 'usable', checkedAtMs: 1 },
  ...changes,
});

describe('a site', () => {
  it('is connected, away, never seen, or not let in', () => {
    expect(connectionOf(SITE)).toBe('never');
    expect(connectionOf({ ...SITE, lastSeenMs: 1 })).toBe('away');
    expect(connectionOf({ ...SITE, connected: true })).toBe('connected');
    expect(connectionOf({ ...SITE, status: 'revoked', lastSeenMs: 1 })).toBe('revoked');
  });

  it('has data sets of the studies that are not over, and refuses those with a code', () => {
    const site = report([
      study({}),
      study({ standing: 'declined', refusal: 'paused', dataSet: { state: 'none' } }),
      study({ standing: 'over' }),
    ]);
    expect(dataSetsOf(site)).toEqual({ usable: 1, all: 2 });
    expect(refusingOf(site)).toBe(1);
    expect(dataSetsOf(SITE)).toEqual({ usable: 0, all: 0 });
  });

  it('is found by its name, version and engine, and by how it stands', () => {
    const site = report([study({ refusal: 'paused' })]);
    const found = (text: string) => isShown(site, 'all', text);
    expect(['north', ' GATE', '0.9', 'onnx', '1.22', ''].map(found)).not.toContain(false);
    expect(found('westbank')).toBe(false);
    expect(isShown(site, 'refusing', '')).toBe(true);
    expect(isShown(site, 'away', '')).toBe(true);
    expect(isShown(site, 'connected', '')).toBe(false);
    expect(isShown({ ...SITE, status: 'rejected' }, 'ended', '')).toBe(true);
  });
});

describe('what a site did', () => {
  it('is the attempts that it was asked into, the newest first', () => {
    const participant = (siteId: string, bytes: number) => ({ siteId, bytes });
    const rounds = [1, 2].map((roundNo) => ({
      roundNo,
      attempts: [
        {
          attemptNo: 1,
          openedAtMs: 10 * roundNo,
          participants: [participant('northgate', roundNo), participant('westbank', 9)],
        },
      ],
    })) as unknown as RoundView[];
    const sent = sentBy('northgate', [{ studyId: 'smears', rounds }]);
    expect(sent.map(({ roundNo, participant: { bytes } }) => [roundNo, bytes])).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(sentBy('southside', [{ studyId: 'smears', rounds }])).toEqual([]);
  });

  it('is what it declined, with the reason', () => {
    const leaf = (value: object) => ({ index: 4, leaf: JSON.stringify(value) });
    const found = declinedIn([
      leaf({ atMs: 1, studyId: 'smears', roundNo: 2, reason: 'paused' }),
      leaf({ atMs: 2, studyId: 'smears', reason: 'too-few-sites' }),
    ]);
    expect(found).toEqual([
      { index: 4, atMs: 1, studyId: 'smears', roundNo: 2, reason: 'paused' },
      { index: 4, atMs: 2, studyId: 'smears', reason: 'too-few-sites' },
    ]);
  });
});
