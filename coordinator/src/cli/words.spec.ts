import { encodeFloat } from '@consilium/shared/encoding';
import { toWords } from './words.js';

describe('an answer in words', () => {
  it('has one line for each list within a list: groups of sites, rows of a matrix', () => {
    const groups = [['northgate', 'southbank'], ['eastfield']];
    const confusion = [
      [12, 1],
      [0, 9],
    ];
    expect(toWords({ groups, confusion })).toBe(
      [
        'groups:',
        '  northgate, southbank',
        '  eastfield',
        'confusion:',
        '  12, 1',
        '  0, 9',
        '',
      ].join('\n'),
    );
  });

  it('loses nothing of what is nested deeper, and says what is empty', () => {
    const list = [[], [[1, 2], [3]], [{ site: 'northgate', images: 40 }], 'last'];
    expect(toWords(list)).toBe('none\n1, 2\n3\nsite       images\nnorthgate  40\nlast\n');
  });

  it('keeps control characters out of inner lists, and writes floats as decimals there', () => {
    expect(toWords([['\u001b[2J', encodeFloat(0.5)]])).toBe('\u{fffd}[2J, 0.5\n');
  });

  it('has a line for each item of a plain list, and a table for a list of plain things', () => {
    expect(toWords({ sites: ['northgate', 'southbank'] })).toBe(
      'sites:\n  northgate\n  southbank\n',
    );
    expect(toWords([{ round: 1, beganAtMs: 1 }])).toBe(
      'round  beganAtMs\n1      1970-01-01T00:00:00.001Z\n',
    );
    expect(toWords({ method: 'link', authenticatedAtMs: 0 })).toBe(
      'method: link\nauthenticatedAtMs: never\n',
    );
    expect(toWords([])).toBe('none\n');
  });
});
