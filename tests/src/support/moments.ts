/** Moments in the life of a round, as a site's events show them. */
import type { EventTest } from '@consilium/demo/event-board';

const LATER = ['result', 'evaluated'];

/**
 * That a site has come as far as an event of a round, or further: whoever is killed between doing something and saying so never
 * says it, and a busy machine decides when somebody is killed.
 */
export const inRound =
  (event: string, round: number): EventTest =>
  (heard) => {
    const heardOf = Number(heard['round']);
    const isLater = heardOf === round && LATER.includes(String(heard.event));
    return heardOf > round || isLater || (heardOf === round && heard.event === event);
  };
