import { subjectsOf } from './leaf-subjects.js';

describe('what a leaf is about', () => {
  const leaf = { type: 'round.adverts', atMs: 5, studyId: 'smears', roundNo: 2 };

  it('is one row for the leaf, and one for each site that it names, once', () => {
    const named = subjectsOf(7, { ...leaf, siteId: 'a', dealer: 'b', sites: ['b', 'c'] });
    expect(named.map(({ siteId }) => siteId)).toEqual(['', 'a', 'b', 'c']);
    expect(named[1]).toEqual({ ...leaf, leafIndex: 7, siteId: 'a' });
  });

  it('is no study and no round where the leaf names none', () => {
    expect(subjectsOf(0, { type: 'log.opened', atMs: 5 })).toEqual([
      { siteId: '', leafIndex: 0, type: 'log.opened', atMs: 5, studyId: '', roundNo: 0 },
    ]);
  });
});
