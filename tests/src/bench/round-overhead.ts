/**
 * What a round costs beyond the training itself, at an adapter of about 0.6 MB and three sites: seconds, the coordinator's
 * memory, bytes on the wire. Peers' figures were measured once on the same work and machine size; they are quoted, not rerun.
 */
import { readFile } from 'node:fs/promises';
import { toRoundLines } from '@consilium/demo/demo-result';
import type { EventTest } from '@consilium/demo/event-board';
import { readSafetensorsHeader } from '@consilium/shared/tensors';
import { startRecordingProxy, type RecordingProxy } from '../support/recording-proxy.js';
import { runSmallFederation } from '../support/small-federation.js';

const ROUNDS = 10;
const SITES = 3;

const MEASURED: EventTest = ({ event, split }) => event === 'evaluated' && split === 'test';

export interface RoundOverhead {
  readonly tensorMegabytes: number;
  /** Median over the rounds of wall time minus the slowest site's training. */
  readonly overheadMs: number;
  readonly coordinatorPeakMegabytes: number;
  /** All bytes between agents and coordinator, by the bytes of the tensors that had to travel. */
  readonly wirePerTensorByte: number;
}

export const PEERS = [
  { name: 'Flower', overheadMs: '12500 to 13800', peakMegabytes: 748, wire: 2.6 },
  { name: 'NVIDIA FLARE', overheadMs: '2000 to 2500', peakMegabytes: 640, wire: 1.05 },
] as const;

export async function measureRoundOverhead(): Promise<RoundOverhead> {
  let proxy: RecordingProxy | undefined;
  let peakKilobytes = 0;
  const study = await runSmallFederation({
    sites: SITES,
    rounds: ROUNDS,
    imagesPerSite: 15,
    study: {
      adapter: {
        kind: 'lora',
        rank: 11,
        alpha: 11,
        targets: ['query', 'key', 'value', 'attention-output', 'mlp-up', 'mlp-down'],
        blocks: 'all',
      },
    },
    route: async (coordinatorUrl) => {
      proxy = await startRecordingProxy(coordinatorUrl);
      return proxy.url;
    },
    disturb: async (federation, board, sites) => {
      await board.everyOne(sites, MEASURED);
      peakKilobytes = await peakMemory(federation.fleet.pid('coordinator'));
    },
  });
  try {
    const overheads = toRoundLines(study.evidence, study.board).map(({ overheadMs }) => overheadMs);
    const tensorBytes = await tensorBytesOf(study.adapterFile);
    const travelling = tensorBytes * SITES * ROUNDS * 2;
    return {
      tensorMegabytes: tensorBytes / 1e6,
      overheadMs: median(overheads),
      coordinatorPeakMegabytes: peakKilobytes / 1000,
      wirePerTensorByte: (proxy?.bytes() ?? 0) / travelling,
    };
  } finally {
    await proxy?.close();
    await study.remove();
  }
}

/** Largest resident set so far, in kB. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
}

async function tensorBytesOf(file: string): Promise<number> {
  const { tensors } = readSafetensorsHeader(await readFile(file));
  return tensors.reduce((sum, { begin, end }) => sum + end - begin, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
