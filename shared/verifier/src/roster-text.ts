/** How the roster of a study changed, in words. */
import type { BundleReport, RosterChange } from '@consilium/shared/verify';

/**
 * @param from the epoch that is known already; 0 for none
 * @param to the last epoch to tell of; the newest if not given
 */
export function rosterText(
  { rosterChanges = [], studyId, verified }: BundleReport,
  from: number,
  to?: number,
): string {
  const last = to ?? rosterChanges.at(-1)?.epoch ?? 0;
  const members = (epoch: number): string => {
    const names = membersAt(rosterChanges, epoch);
    return names.length === 0 ? 'nobody' : names.join(', ');
  };
  const steps = rosterChanges.filter(({ epoch }) => epoch > from && epoch <= last);
  return [
    `Roster of ${studyId ?? 'an unknown study'}, from epoch ${from} to epoch ${last}`,
    `Epoch ${from}: ${members(from)}`,
    ...(steps.length === 0 ? ['  nothing changed'] : steps.map(stepLine)),
    `Epoch ${last}: ${members(last)}`,
    verified
      ? 'The bundle is verified.'
      : 'THE BUNDLE IS NOT VERIFIED: these are its own words. See "consilium-verify bundle".',
    '',
  ].join('\n');
}

function stepLine({ epoch, leafIndex, change, siteId, keyId, oldKeyId }: RosterChange): string {
  const line = (what: string): string => `  epoch ${epoch} (leaf ${leafIndex}): ${siteId} ${what}`;
  switch (change) {
    case 'joined':
      return line(`joined with key ${keyId}`);
    case 'new key':
      return line(`took the key ${keyId} in place of ${oldKeyId ?? 'another'}`);
    case 'revoked':
      return line(`was revoked, with key ${keyId}`);
    case 'withdrawn':
      return line(`withdrew, with key ${keyId}`);
  }
}

function membersAt(changes: readonly RosterChange[], last: number): string[] {
  const members = new Set<string>();
  for (const { epoch, change, siteId } of changes) {
    if (epoch > last) {
      break;
    }
    if (change === 'revoked' || change === 'withdrawn') {
      members.delete(siteId);
    } else {
      members.add(siteId);
    }
  }
  return [...members].sort();
}
