/** A network that loses, doubles, delays and reorders what is sent over it, as a seed decides. */
import type { SeededRandom } from '@consilium/shared/crypto';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { ToCoordinator, ToSite } from './messages.js';

/** Chances in a hundred. */
export interface Weather {
  /** A message is lost. */
  readonly loss: number;
  /** A message comes again later. */
  readonly doubling: number;
  /** Any message comes next, not the oldest. */
  readonly reordering: number;
}

export type Flight =
  | { readonly kind: 'to-site'; readonly siteId: SiteId; readonly message: ToSite }
  | { readonly kind: 'to-coordinator'; readonly siteId: SiteId; readonly message: ToCoordinator };

/** @typeParam F says of each whether it is on its way to the coordinator */
export class Network<F extends { readonly kind: string } = Flight> {
  private flying: F[] = [];

  constructor(
    private readonly random: SeededRandom,
    private readonly weather: Weather,
  ) {}

  get isEmpty(): boolean {
    return this.flying.length === 0;
  }

  send(flight: F): void {
    this.flying.push(flight);
  }

  /** What arrives next; undefined when nothing is on its way, or when what was is lost. */
  next(): F | undefined {
    const { loss, doubling, reordering } = this.weather;
    if (this.isEmpty) {
      return undefined;
    }
    const at = this.happens(reordering) ? this.random.integer(this.flying.length) : 0;
    const [flight] = this.happens(doubling)
      ? this.flying.slice(at, at + 1)
      : this.flying.splice(at, 1);
    return this.happens(loss) ? undefined : flight;
  }

  /** The coordinator stopped: what it had said and nobody heard is lost. */
  dropToSites(): void {
    this.flying = this.flying.filter(({ kind }) => kind === 'to-coordinator');
  }

  private happens(chances: number): boolean {
    return this.random.integer(100) < chances;
  }
}
