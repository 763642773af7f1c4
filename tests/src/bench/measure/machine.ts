/** Where and when a figure was taken: no figure is worth anything without it. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Runnable processes in the minute before the run, by `uptime`: above 0.5 the machine was not quiet. */
  readonly load: number;
  readonly platform: string;
  readonly node: string;
  readonly consilium: string;
  /** ISO 8601, to the minute. */
  readonly at: string;
}

const GIB = 2 ** 30;

export function describeMachine(nowMs: number): Machine {
  const [{ model: processor } = { model: 'unknown' }] = cpus();
  const [load = 0] = loadavg();
  return {
    processor: processor.trim(),
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / GIB),
    load: Math.round(load * 10) / 10,
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    consilium: ownVersion(),
    at: `${new Date(nowMs).toISOString().slice(0, 16)}Z`,
  };
}

function ownVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
