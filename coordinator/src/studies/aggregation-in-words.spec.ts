import type { StudyProtocol } from '@consilium/shared/protocol';
import { aggregationInWords } from './aggregation-in-words.js';

function words(privacy: StudyProtocol['privacy'], members: number): string[] {
  const participation = { minSites: 3 } as StudyProtocol['participation'];
  return aggregationInWords({ privacy, participation } as StudyProtocol, members);
}

describe('what a study says of its aggregation', () => {
  it('is that the coordinator can read single updates of a plain one', () => {
    expect(words({ secureAggregation: 'off' }, 3)).toEqual([
      'The coordinator can read single updates while it sums them.',
    ]);
  });

  it.each([
    [0, 'waits for all 3 sites'],
    [3, 'waits for all 3 sites'],
    [6, 'needs 4 of 6 sites'],
    [200, 'needs 65 of 128 sites'],
  ])('is what a secure one with %d members needs and does not promise', (members, needs) => {
    const text = words({ secureAggregation: 'on', colluders: 1 }, members).join(' ');

    expect(text).toContain('at least 3 sites and no single update');
    expect(text).toContain(needs);
    expect(text).toContain('is not hidden');
  });
});
