/**
 * Many sites in one secure attempt of one coordinator process, over real sockets, with real rows and files: seconds of each phase,
 * what the coordinator's process computes in it, its memory, and the bytes on the wire. The sites are all in one other process,
 * which computes for each of them, so the seconds of the clock are those of that one rather than of a federation.
 */
import { figure, type Figure } from '../measure/figure.js';
import { runFromSources } from './from-sources.js';

const PROGRAM = 'coordinator/src/gateway/testing/many-sites-measurement.ts';

export interface ManySitesResult {
  readonly suite: 'sites';
  readonly attempts: readonly AttemptOfMany[];
}

interface AttemptOfMany {
  readonly sites: number;
  readonly phases: readonly {
    readonly name: string;
    readonly seconds: number;
    /** Of the coordinator's process. */
    readonly coordinatorCpuSeconds: number;
  }[];
  /** Of the coordinator's process. */
  readonly peakMiB: number;
  /** Bytes of frames, as the sites sent and got them. */
  readonly wire: { readonly sent: number; readonly received: number };
}

export async function measureManySites(isQuick: boolean): Promise<ManySitesResult> {
  const [counts, features] = isQuick ? [[4], 8] : [[24, 128], 4096];
  const attempts: AttemptOfMany[] = [];
  for (const sites of counts) {
    attempts.push(await runFromSources<AttemptOfMany>(PROGRAM, [sites, features]));
  }
  return { suite: 'sites', attempts };
}

export function manySitesFigures({ attempts }: ManySitesResult): Figure[] {
  return attempts.flatMap(({ sites, phases, peakMiB, wire }) => [
    ...phases.flatMap(({ name, seconds, coordinatorCpuSeconds }) => [
      figure(`sites: ${name} of ${sites} sites`, seconds, 's'),
      figure(`sites: ${name} of ${sites} sites, the coordinator’s CPU`, coordinatorCpuSeconds, 's'),
    ]),
    figure(`sites: memory of the coordinator with ${sites} sites`, peakMiB, 'MiB'),
    figure(`sites: bytes from ${sites} sites`, wire.sent / 1e6, 'MB'),
    figure(`sites: bytes to ${sites} sites`, wire.received / 1e6, 'MB'),
  ]);
}
