/** What follows from the answers about sites: how a site stands, what it was sent and declined, which ones a filter lets through. */
import type { ParticipantView, RoundView, SiteView } from '@consilium/shared/answers';

export type Connection = 'connected' | 'away' | 'never' | 'pending' | 'rejected' | 'revoked';

export const SHOWS = ['all', 'connected', 'away', 'refusing', 'pending', 'ended'] as const;
export type Show = (typeof SHOWS)[number];

export function connectionOf({ status, connected, lastSeenMs }: SiteView): Connection {
  if (status !== 'active') {
    return status;
  }
  if (connected) {
    return 'connected';
  }
  return lastSeenMs === undefined ? 'never' : 'away';
}

/** Of studies that are not over for the site, with a data set that it has named. */
export function dataSetsOf({ report }: SiteView): {
  readonly usable: number;
  readonly all: number;
} {
  const states = (report?.studies ?? [])
    .filter(({ standing }) => standing !== 'over' && standing !== 'withdrawn')
    .map(({ dataSet }) => dataSet.state);
  return { usable: states.filter((state) => state === 'usable').length, all: states.length };
}

/** Studies that the site declines, has halted, or whose last attempt it declined. */
export function refusingOf({ report }: SiteView): number {
  return (report?.studies ?? []).filter(({ refusal }) => refusal !== undefined).length;
}

export function isShown(site: SiteView, show: Show, text: string): boolean {
  return fits(site, show) && mentions(site, text);
}

function fits(site: SiteView, show: Show): boolean {
  const connection = connectionOf(site);
  switch (show) {
    case 'all':
      return true;
    case 'connected':
    case 'pending':
      return connection === show;
    case 'away':
      return connection === 'away' || connection === 'never';
    case 'refusing':
      return refusingOf(site) > 0;
    case 'ended':
      return connection === 'rejected' || connection === 'revoked';
  }
}

function mentions({ siteId, agentVersion = '', report }: SiteView, text: string): boolean {
  const words = text.trim().toLowerCase();
  const engine = report?.engine;
  return [siteId, agentVersion, engine?.backend ?? '', engine?.version ?? ''].some((value) =>
    value.toLowerCase().includes(words),
  );
}

/** One attempt that a site was asked into. */
export interface Sent {
  readonly studyId: string;
  readonly roundNo: number;
  readonly attemptNo: number;
  readonly openedAtMs: number;
  readonly participant: ParticipantView;
}

/** The newest first. */
export function sentBy(
  siteId: string,
  studies: readonly { readonly studyId: string; readonly rounds: readonly RoundView[] }[],
): readonly Sent[] {
  const all = studies.flatMap(({ studyId, rounds }) =>
    rounds.flatMap(({ roundNo, attempts }) =>
      attempts.flatMap(({ attemptNo, openedAtMs, participants }) => {
        const participant = participants.find((one) => one.siteId === siteId);
        return participant === undefined
          ? []
          : [{ studyId, roundNo, attemptNo, openedAtMs, participant }];
      }),
    ),
  );
  return all.toSorted((a, b) => b.openedAtMs - a.openedAtMs);
}

export interface Declined {
  readonly index: number;
  readonly atMs: number;
  readonly studyId: string;
  /** Absent: the whole study. */
  readonly roundNo?: number;
  readonly reason: string;
}

/** @param entries leaves `study.declined` and `round.declined` */
export function declinedIn(
  entries: readonly { readonly index: number; readonly leaf: string }[],
): readonly Declined[] {
  return entries.map(({ index, leaf }) => {
    const value = JSON.parse(leaf) as Omit<Declined, 'index'> & { readonly code?: string };
    const { atMs, studyId, roundNo, reason, code = '' } = value;
    return {
      index,
      atMs,
      studyId,
      ...(roundNo === undefined ? {} : { roundNo }),
      reason: reason || code,
    };
  });
}
