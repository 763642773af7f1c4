/** The entries that a bundle shows of one round. */
import { bundleLogSchema, BUNDLE_PATHS } from '@consilium/shared/protocol';
import type { BundleFile } from '@consilium/shared/verify';

export interface BundleEntry {
  readonly index: number;
  /** Canonical JSON. */
  readonly leaf: string;
}

/** None where the bundle's log cannot be read: its verification says why. */
export function entriesOfRound(files: readonly BundleFile[], roundNo: number): BundleEntry[] {
  const file = files.find(({ path }) => path === BUNDLE_PATHS.log);
  const log = bundleLogSchema.safeParse(parsed(file?.bytes));
  return (log.data?.leaves ?? [])
    .filter(({ leaf }) => (parsed(leaf) as { roundNo?: number } | undefined)?.roundNo === roundNo)
    .map(({ index, leaf }) => ({ index, leaf }));
}

function parsed(text: string | Uint8Array | undefined): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text));
  } catch {
    // Evidence may hold anything.
    return undefined;
  }
}
