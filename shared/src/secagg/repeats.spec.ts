import type { SiteId } from '../vocabulary/index.js';
import { summedBefore, type SummedTrainings } from './index.js';

function trainings(...numbers: readonly (number | undefined)[]): SummedTrainings {
  return new Map(
    numbers.flatMap((training, i) =>
      training === undefined ? [] : [[`site-${i + 1}` as SiteId, training] as const],
    ),
  );
}

describe('deltas that were summed before', () => {
  it('are none in a first list, and none where every site trained anew', () => {
    expect(summedBefore([], trainings(0, 0, 0))).toEqual([]);
    expect(summedBefore([trainings(0, 0, 0), trainings(1, 1, 1)], trainings(2, 2, 2))).toEqual([]);
  });

  it('are those of the sites that did not, in whichever of the lists before', () => {
    const before = [trainings(0, 0, undefined, 0), trainings(1, undefined, 0, 1)];
    expect(summedBefore(before, trainings(0, 1, 0, 2))).toEqual(['site-1', 'site-3']);
  });

  it('are not those of a site whose update came too late for the lists before', () => {
    expect(summedBefore([trainings(0, 0, undefined)], trainings(1, 1, 0))).toEqual([]);
  });
});
