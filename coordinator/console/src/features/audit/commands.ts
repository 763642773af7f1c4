/** What to type for the same on a command line. */
import type { BundleReport } from '@consilium/shared/verify';

/** What the page calls a checkpoint that it writes. */
export const CHECKPOINT_FILE = 'consilium-checkpoint.txt';

/**
 * @param keys the ones that the verification went by; without them the command takes the bundle's own word
 * @param roundNo what is computed again beside the whole
 */
export function bundleCommands(
  studyId: string,
  keys: BundleReport['keys'],
  roundNo: number | undefined,
): readonly string[] {
  const folder = `${studyId}-evidence`;
  const pinned =
    keys === undefined
      ? ''
      : ` --coordinator-key ${keys.coordinator.publicKey} --log-key ${keys.log.publicKey}`;
  return [
    `consilium bundle export ${studyId} --out ${folder}`,
    `consilium-verify bundle ${folder}${pinned}`,
    ...(roundNo === undefined ? [] : [`consilium-verify recompute ${folder} ${roundNo}${pinned}`]),
  ];
}

/** The entry as the coordinator has it, and its proof from an exported bundle. @param studyId of the entry; empty if none */
export function entryCommands(index: number, studyId: string): readonly string[] {
  const proof = `consilium-verify inclusion ${studyId}-evidence ${index}`;
  return [`consilium audit show ${index}`, ...(studyId === '' ? [] : [proof])];
}

export function checkpointCommand(act: 'save' | 'compare', logKey: string): string {
  return `consilium audit checkpoint ${act} ${CHECKPOINT_FILE} --log-key ${logKey}`;
}
