import { filterOf, LEAF_KINDS, localMinute, queryOf, searchOf } from './entry-search.js';

describe('what is looked for in the log', () => {
  it('goes from the form to the address and to the question', () => {
    const form = new FormData();
    form.set('study', ' smears ');
    form.set('round', '3');
    form.set('site', '');
    form.set('from', '2026-03-04T05:06');
    const search = searchOf(form);
    const fromMs = String(Date.parse('2026-03-04T05:06'));
    expect(Object.fromEntries(search)).toEqual({ study: 'smears', round: '3', from: fromMs });
    expect(filterOf(search)).toEqual({ study: 'smears', round: '3', from: fromMs });
    expect(queryOf(filterOf(search), '90')).toBe(`study=smears&round=3&fromMs=${fromMs}&before=90`);
    expect(localMinute(fromMs)).toBe('2026-03-04T05:06');
  });

  it('leaves out what is no moment', () => {
    expect(localMinute('soon')).toBe('');
    expect(localMinute(undefined)).toBe('');
    const form = new FormData();
    form.set('until', 'soon');
    expect([...searchOf(form)]).toEqual([]);
  });

  it('knows the kinds of leaves', () => {
    expect(LEAF_KINDS).toEqual(expect.arrayContaining(['log.opened', 'round.result']));
  });
});
