import {
  isOperatorRole,
  isRight,
  OPERATOR_ROLES,
  RIGHTS,
  rightsOfRoles,
  ROLE_RIGHTS,
  SENSITIVE_RIGHTS,
  type OperatorRole,
  type Right,
} from './rights.js';

const READING: readonly Right[] = RIGHTS.filter((right) => right.endsWith('.read'));

describe('the table of roles', () => {
  it('gives every right to somebody and none twice', () => {
    expect(rightsOfRoles(OPERATOR_ROLES)).toEqual(RIGHTS);
    for (const role of OPERATOR_ROLES) {
      const { rights } = ROLE_RIGHTS[role];
      expect([role, new Set(rights).size]).toEqual([role, rights.length]);
    }
  });

  it.each<[OperatorRole, readonly Right[]]>([
    ['auditor', ['evidence.export', 'acts.sign']],
    ['site-admin', ['evidence.export', 'adapters.export', 'acts.sign']],
  ])('lets the role %s change nothing', (role, besidesReading) => {
    const others = ROLE_RIGHTS[role].rights.filter((right) => !READING.includes(right));
    expect(others.toSorted()).toEqual(besidesReading.toSorted());
  });

  it('keeps the administrator of the platform out of studies, rounds and exports', () => {
    const nouns = ROLE_RIGHTS['platform-admin'].rights.map((right) => right.split('.')[0]);
    expect(new Set(nouns)).toEqual(new Set(['operators', 'sites', 'health', 'log']));
  });

  it('lets nobody but that administrator manage operators, and him not approve sites', () => {
    const managers = OPERATOR_ROLES.filter((role) =>
      ROLE_RIGHTS[role].rights.includes('operators.manage'),
    );
    expect(managers).toEqual(['platform-admin']);
    expect(ROLE_RIGHTS['platform-admin'].rights).not.toContain('sites.approve');
  });

  it('marks what changes trust as sensitive', () => {
    expect(SENSITIVE_RIGHTS.every(isRight)).toBe(true);
    expect(SENSITIVE_RIGHTS).toEqual(
      expect.arrayContaining(['operators.manage', 'sites.approve', 'sites.revoke', 'acts.sign']),
    );
  });
});

describe('rights and roles', () => {
  it('are told from other words', () => {
    expect(isRight('studies.read')).toBe(true);
    expect(isRight('studies.*')).toBe(false);
    expect(isRight('toString')).toBe(false);
    expect(isOperatorRole('auditor')).toBe(true);
    expect(isOperatorRole('site')).toBe(false);
    expect(isOperatorRole(undefined)).toBe(false);
  });

  it('add up over the roles of a person', () => {
    const rights = rightsOfRoles(['site-admin', 'study-coordinator']);
    expect(rights).toEqual(RIGHTS.filter((right) => rights.includes(right)));
    expect(rights).toEqual(expect.arrayContaining(['studies.create', 'adapters.export']));
    expect(rightsOfRoles([])).toEqual([]);
  });
});
