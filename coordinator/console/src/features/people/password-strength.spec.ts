import { strengthOf, type Strength } from './password-strength.js';

describe('what is said of a password', () => {
  it.each<[string, Strength]>([
    ['', { kind: 'too-short', missing: 12 }],
    ['eleven char', { kind: 'too-short', missing: 1 }],
    ['x'.repeat(257), { kind: 'too-long', surplus: 1 }],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', { kind: 'pattern' }],
    ['1234567890123456', { kind: 'pattern' }],
    ['qwertzuiopasdf', { kind: 'pattern' }],
    ['zyxwvutsrqponm', { kind: 'pattern' }],
    ['tiger7tiger7tiger7', { kind: 'pattern' }],
    ['ada.lovelace1815', { kind: 'names' }],
    ['Consilium2026!', { kind: 'names' }],
    ['correct horse', { kind: 'enough' }],
    ['ada.lovelace counts to seven', { kind: 'long' }],
    ['correct horse battery staple', { kind: 'long' }],
  ])('%s', (password, expected) => {
    expect(strengthOf(password, 'ada.lovelace')).toEqual(expected);
  });

  it('counts characters as the coordinator does, after NFKC', () => {
    const composed = 'é'.repeat(11);
    expect(strengthOf(composed.normalize('NFD'), 'ada')).toEqual({ kind: 'too-short', missing: 1 });
  });
});
