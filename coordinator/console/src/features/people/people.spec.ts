import type { Me, OperatorView } from '@consilium/shared/answers';
import { bodyOf, draftOf, faultOf, NO_GRANT } from './grant.js';
import { hindranceOf, peopleByStudy, wantsSignIn } from './guards.js';

const MINUTE = 60_000;

function person(name: string, roles: readonly string[], more: Partial<OperatorView> = {}) {
  const base = { operatorId: `op-${name}`, name, studies: [], createdAtMs: 1, hasPassword: true };
  return { ...base, roles: [...roles], ...more } satisfies OperatorView;
}

const root = person('root', ['platform-admin']);
const ada = person('ada', ['study-coordinator'], { studies: ['smears', 'scans'] });
const bob = person('bob', ['auditor'], { studies: ['smears'] });
const gone = person('gone', ['platform-admin'], { disabledAtMs: 5, studies: ['old'] });
const me: Me = {
  operatorId: root.operatorId,
  name: 'root',
  roles: ['platform-admin'],
  rights: ['operators.manage'],
  studies: [],
  hasPassword: true,
};

describe('roles that are given', () => {
  it('are at least one, and some stand alone', () => {
    expect(faultOf(NO_GRANT)).toEqual({ kind: 'no-role' });
    expect(faultOf({ ...NO_GRANT, roles: ['auditor', 'site-admin'] })).toEqual({
      kind: 'alone',
      role: 'auditor',
    });
    expect(faultOf({ ...NO_GRANT, roles: ['study-coordinator'] })).toBeUndefined();
  });

  it('name the site of a site administrator', () => {
    const draft = { ...NO_GRANT, roles: ['site-admin'] as const };
    expect(faultOf({ ...draft, siteId: '  ' })).toEqual({ kind: 'no-site' });
    expect(faultOf({ ...draft, siteId: 'north' })).toBeUndefined();
    expect(bodyOf({ ...draft, siteId: ' north ' })).toEqual({
      roles: ['site-admin'],
      siteId: 'north',
      studies: [],
    });
  });

  it('leave out what does not go with them', () => {
    const draft = { roles: ['platform-admin'] as const, siteId: 'north', studies: 'smears' };
    expect(bodyOf(draft)).toEqual({ roles: ['platform-admin'], studies: [] });
    expect(bodyOf({ ...draft, roles: ['auditor'], studies: ' smears,scans  x ' }).studies).toEqual([
      'smears',
      'scans',
      'x',
    ]);
  });

  it('begin as they are', () => {
    expect(draftOf(ada)).toEqual({
      roles: ['study-coordinator'],
      siteId: '',
      studies: 'smears, scans',
    });
  });
});

describe('an account', () => {
  const everybody = [root, ada, bob, gone];

  it('is changed by whoever manages accounts, and is not the own one', () => {
    expect(hindranceOf(ada, everybody, me)).toBeUndefined();
    expect(hindranceOf(ada, everybody, { ...me, rights: [] })).toBe('not-yours-to-change');
    const second = person('second', ['platform-admin']);
    expect(hindranceOf(root, [...everybody, second], me)).toBe('yourself');
  });

  it('stays when it is the last administrator or closed already', () => {
    expect(hindranceOf(root, everybody, me)).toBe('last-administrator');
    expect(hindranceOf(gone, everybody, me)).toBe('closed');
  });

  it('is found by its studies while it is open', () => {
    const found = peopleByStudy(everybody).map(({ studyId, people }) => [
      studyId,
      people.map(({ name }) => name),
    ]);
    expect(found).toEqual([
      ['scans', ['ada']],
      ['smears', ['ada', 'bob']],
    ]);
  });

  it('wants a sign-in of the last ten minutes to change others', () => {
    const session = {
      sessionId: 's',
      authenticatedAtMs: 1000,
      nowMs: 1000 + 4 * MINUTE,
      endsAtMs: 0,
      latestEndAtMs: 0,
    };
    const at = (minutes: number) => ({ heardAtMs: 0, nowMs: minutes * MINUTE });
    expect(wantsSignIn({ ...me, session }, at(5))).toBe(false);
    expect(wantsSignIn({ ...me, session }, at(7))).toBe(true);
    expect(wantsSignIn({ ...me, rights: [], session }, at(7))).toBe(false);
    expect(wantsSignIn(me, at(7))).toBe(false);
  });
});
