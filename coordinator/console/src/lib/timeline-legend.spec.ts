import type { Bar } from './timeline.js';
import { legendOf } from './timeline-legend.js';

const named = (...works: readonly Bar['work'][]) => legendOf(works.map((work) => ({ work })));

describe('the legend of the timeline', () => {
  it('names the sealing of a plain attempt, in which no site endorses', () => {
    expect(named('wait', 'train', 'advertising', 'collecting', 'sealing')).toEqual([
      'wait',
      'train',
      'sealing',
    ]);
  });

  it('names each colour once', () => {
    expect(named('sealing', 'endorse', 'voting', 'vote', 'vote')).toEqual(['endorse', 'vote']);
  });
});
