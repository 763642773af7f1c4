/** Threat: lists of survivors that are harmless one by one, and of which the sums together show what a few sites sent. */
import type { SiteId } from '../vocabulary/index.js';
import { failuresOf, first } from './testing/forged-bundle.js';
import { playSecureStudy } from './testing/sample-secure-study.js';

describe('a coordinator that sums several lists of sites from one adapter checkpoint', () => {
  it('is found with a list that tells one site apart from an earlier one, and who endorsed it', async () => {
    let lists = 0;
    const { files } = await playSecureStudy({
      leaf: (leaf) => {
        lists += leaf.type === 'round.survivors' ? 1 : 0;
        return leaf.type === 'round.survivors' && lists === 1
          ? { ...leaf, sites: leaf.sites.slice(1) }
          : leaf;
      },
    });
    const told = failuresOf(files).filter(({ what }) => what.endsWith('endorsed after others'));

    expect(told.map(({ what }) => what.split(' ')[2])).toEqual([
      'eastfield',
      'lakeside',
      'northgate',
      'ridgeway',
      'southbank',
    ]);
    expect(first(told).found).toBe('eastfield');
  });

  it('is found with the same delta in two lists, and whose it is', async () => {
    const training = (siteId: SiteId, attemptNo: number): number =>
      siteId === 'lakeside' ? 0 : attemptNo - 1;
    const { files } = await playSecureStudy({ secure: { training } });
    const [told, ...others] = failuresOf(files);

    expect(others).toEqual([]);
    expect(told).toMatchObject({
      check: 'survivors',
      what: 'delta of lakeside',
      found: 'training 0, which a list before it names',
    });
  });

  it('is found with a list that does not name the ones before it', async () => {
    const { files } = await playSecureStudy({
      leaf: (leaf) => (leaf.type === 'round.survivors' ? { ...leaf, earlier: [] } : leaf),
    });
    const hidden = failuresOf(files).find(({ what }) => what === 'earlier lists');

    expect(hidden?.found).toBe('none');
  });
});
