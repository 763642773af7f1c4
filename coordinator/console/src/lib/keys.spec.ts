import { compareWords, keyEvents, spread } from './keys.js';

describe('words that were read out', () => {
  const here = ['abandon', 'ability', 'able'];

  it('are the same, others, or still being typed', () => {
    expect(compareWords(here, ['Abandon ', 'abil', 'zoo'])).toEqual(['same', 'missing', 'other']);
    expect(compareWords(here, [])).toEqual(['missing', 'missing', 'missing']);
  });

  it('go to the fields that follow when several are typed into one', () => {
    expect(spread(['', '', ''], 0, 'abandon, ability able')).toEqual(here);
    expect(spread(['abandon', '', 'x'], 1, 'ab')).toEqual(['abandon', 'ab', 'x']);
    expect(spread(['abandon', '', 'x'], 1, 'ability ')).toEqual(['abandon', 'ability', '']);
  });
});

describe('what happened to keys', () => {
  it('is read from the leaves of enrolments, rotations and revocations', () => {
    const leaf = (index: number, value: object) => ({ index, leaf: JSON.stringify(value) });
    const of = { atMs: 5, siteId: 'northgate', keyId: 'bb' };
    const found = keyEvents([
      leaf(9, { ...of, type: 'site.revoked', by: 'op-2', reason: 'left' }),
      leaf(7, { ...of, type: 'site.key-rotated', oldKeyId: 'aa' }),
      leaf(5, { ...of, type: 'study.created' }),
      leaf(3, { ...of, type: 'site.enrolled', approvedBy: 'op-1', invitedBy: 'op-2' }),
    ]);
    expect(found).toEqual([
      { ...of, index: 9, kind: 'revoked', by: 'op-2', reason: 'left' },
      { ...of, index: 7, kind: 'rotated', oldKeyId: 'aa' },
      { ...of, index: 3, kind: 'enrolled', by: 'op-1' },
    ]);
  });
});
