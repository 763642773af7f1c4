/** Which works the legend of the timeline names, so that no colour is left without a word. */
import type { Bar } from './timeline.js';

type Work = Bar['work'];

/** The coordinator's phases have the colours of what sites do in them. */
const AS_SITES: Readonly<Partial<Record<Work, Work>>> = {
  advertising: 'wait',
  sharing: 'share',
  collecting: 'train',
  sealing: 'endorse',
  unmasking: 'answer',
  voting: 'vote',
};

/** Each colour once: as the work of sites where there is one, else as the phase of the coordinator. */
export function legendOf(bars: readonly Pick<Bar, 'work'>[]): readonly Work[] {
  const works = [...new Set(bars.map(({ work }) => work))];
  return works.filter((work) => {
    const same = AS_SITES[work];
    return same === undefined || !works.includes(same);
  });
}
