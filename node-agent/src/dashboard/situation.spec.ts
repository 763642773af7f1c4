import { encodeFloat } from '@consilium/shared/encoding';
import { parseSitePolicy } from '@consilium/shared/protocol';
import type { StudyState } from '../participation/agent-state.js';
import type { StudyView } from '../participation/study-view.js';
import { situationOf, type Moment } from './situation.js';

const NOW = Date.UTC(2026, 10, 26, 12, 0, 0);
const NIGHT = { schedule: { windows: [{ cron: '0 20 * * *', minutes: 60 }] } };

/** What a situation depends on, and nothing else. */
function view(state: object, policy: object = {}, approvers: readonly string[] = []): StudyView {
  return {
    state: { attempts: [], closed: false, ...state } as unknown as StudyState,
    protocol: { training: { rounds: 12, clipNorm: encodeFloat(1) } },
    policy: { policy: parseSitePolicy(policy), hash: 'sha256:' },
    standing: { state: 'open', approvers, members: [] },
  } as unknown as StudyView;
}

const moment = (part: Partial<Moment> = {}): Moment => ({
  isNamed: true,
  activity: undefined,
  nowMs: NOW,
  ...part,
});

const JOINED = { join: { body: { decision: { kind: 'join' } } }, joinAnswer: 'accepted' };
const attempt = (part: object) => ({ ...JOINED, attempts: [{ roundNo: 3, ...part }] });
const ACTIVITY = { round: 3, phase: 'training', step: 1, steps: 4 };

describe('the situation of a study', () => {
  it('before it begins: what a person has yet to do', () => {
    expect(situationOf(view({}), moment({ isNamed: false }))).toEqual({ kind: 'unnamed' });
    const two = view({}, { approval: { people: 2 } }, ['Ada']);
    expect(situationOf(two, moment())).toEqual({ kind: 'approval', have: 1, need: 2 });
    const automatic = view({}, { approval: { mode: 'automatic' } });
    expect(situationOf(automatic, moment())).toEqual({ kind: 'joining' });
  });

  it.each([
    [{}, undefined, 'checking'],
    [{ advert: {} }, undefined, 'waitingForSites'],
    [{ advert: {} }, ACTIVITY, 'training'],
    [{ advert: {}, header: {} }, { ...ACTIVITY, phase: 'uploading' }, 'sending'],
    [{ advert: {}, header: {} }, undefined, 'sent'],
    [{ advert: {}, header: {}, endorsed: {} }, undefined, 'unmasking'],
    [{ advert: {}, decline: {} }, ACTIVITY, 'declinedRound'],
  ])('in an attempt with the documents %j: %j %s', (documents, activity, kind) => {
    const situation = situationOf(view(attempt(documents)), moment({ activity }));
    expect(situation).toEqual({ kind, round: 3, rounds: 12 });
  });

  it('outside the window: when it opens, unless the training has begun', () => {
    const waiting = view(attempt({}), NIGHT);
    const opensAtMs = Date.UTC(2026, 10, 26, 20);
    expect(situationOf(waiting, moment())).toMatchObject({ kind: 'outside', opensAtMs, round: 3 });
    const begun = view(attempt({ advert: {} }), NIGHT);
    expect(situationOf(begun, moment({ activity: ACTIVITY }))).toMatchObject({ kind: 'training' });
  });

  it('between rounds and at the end', () => {
    const between = view({ ...JOINED, adapter: { roundNo: 4 } });
    expect(situationOf(between, moment())).toEqual({ kind: 'waiting', round: 5, rounds: 12 });
    const over = { ...JOINED, end: { kind: 'completed' } };
    expect(situationOf(view(over), moment())).toEqual({ kind: 'measuring' });
    expect(situationOf(view({ ...over, closed: true }), moment())).toEqual({ kind: 'completed' });
    const declined = {
      join: { body: { decision: { kind: 'decline', code: 'policy-min-sites' } } },
    };
    expect(situationOf(view(declined), moment())).toEqual({
      kind: 'declined',
      code: 'policy-min-sites',
    });
    expect(situationOf(view({ ...over, withdrawn: {} }), moment())).toEqual({ kind: 'withdrawn' });
    const halted = situationOf(view({ halted: 'log-rollback' }), moment());
    expect(halted).toEqual({ kind: 'halted', code: 'log-rollback' });
  });
});
