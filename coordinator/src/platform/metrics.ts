/** Counters for Prometheus. Labels are few and bounded: no study, site or attempt ids, whose number grows without end. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'consilium_';

export interface Labelled<L extends string> {
  readonly labels: Record<L, string>;
  readonly value: number;
}

export class Metrics {
  private readonly registry = new Registry();

  constructor() {
    // Event-loop lag, memory, garbage collection, open handles.
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
  }

  /** @param name without prefix, ending in `_total`. */
  counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> {
    return new Counter({
      name: PREFIX + name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }

  /** @param read gives the current value when Prometheus asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): Gauge {
    return new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }

  /**
   * As `gauge`, of several things of a kind.
   * @param read gives all that there are; what is not among them any more is no longer shown.
   */
  gauges<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    read: () => Promise<readonly Labelled<L>[]>,
  ): Gauge<L> {
    return new Gauge({
      name: PREFIX + name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      async collect() {
        const now = await read();
        this.reset();
        now.forEach(({ labels, value }) => {
          this.set(labels, value);
        });
      },
    });
  }

  /** @param name without prefix, ending in `_seconds` or `_bytes`. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({
      name: PREFIX + name,
      help,
      buckets: [...buckets],
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}
