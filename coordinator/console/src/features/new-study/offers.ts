/** Where a study stands with each site that may take part in it. */
import type { SiteView, StudyView } from '@consilium/shared/answers';

export type Standing = 'joined' | 'offered' | 'waits' | 'missing' | 'declined' | 'gone';

export interface Offer {
  readonly siteId: string;
  readonly standing: Standing;
}

/** @param named sites that alone may take part. Sites that were turned away are shown where they are named. */
export function offersOf(
  study: Pick<StudyView, 'sites' | 'declined'>,
  named: 'all' | readonly string[],
  sites: readonly Pick<SiteView, 'siteId' | 'status'>[],
): Offer[] {
  const enrolled = sites.filter(({ status }) => status === 'active' || status === 'pending');
  const names = named === 'all' ? enrolled.map(({ siteId }) => siteId) : named;
  return names.map((siteId) => ({
    siteId,
    standing: standingOf(study, sites.find((site) => site.siteId === siteId)?.status, siteId),
  }));
}

function standingOf(
  { sites, declined }: Pick<StudyView, 'sites' | 'declined'>,
  status: SiteView['status'] | undefined,
  siteId: string,
): Standing {
  if (sites.some((site) => site.siteId === siteId && site.member)) {
    return 'joined';
  }
  if (declined.some((site) => site.siteId === siteId)) {
    return 'declined';
  }
  switch (status) {
    case undefined:
      return 'missing';
    case 'pending':
      return 'waits';
    case 'active':
      return 'offered';
    case 'rejected':
    case 'revoked':
      return 'gone';
  }
}
