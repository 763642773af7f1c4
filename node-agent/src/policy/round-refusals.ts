/**
 * What the policy of a site has against one round: too few sites, members that nobody here knows, a time at which training may
 * not begin. Pure: lists of refusals, one sentence each, empty when the policy allows it.
 */
import type { Manifest, Roster, SitePolicy } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { Refusal } from './refusal.js';
import { nextOpening } from './training-windows.js';

/** A site and its identity key in base64, as a roster names them. */
export interface Member {
  readonly site: SiteId;
  readonly key: string;
}

export function membersOf({ sites }: Roster, own: SiteId): readonly Member[] {
  return sites
    .filter(({ siteId }) => siteId !== own)
    .map(({ siteId: site, identityKey: key }) => ({ site, key }));
}

export interface Cohort {
  /** The other members of the roster. */
  readonly members: readonly Member[];
  /** Of those, and this site, who may send an update. */
  readonly sites: readonly SiteId[];
  /** Members that people of this hospital approved. */
  readonly approved: readonly Member[];
}

/** Members that this hospital neither approved nor lists as known. */
export function strangersAmong(
  { members }: SitePolicy,
  others: readonly Member[],
  approved: readonly Member[],
): readonly Member[] {
  const known = new Set([...members.known, ...approved].map(nameOf));
  return others.filter((member) => !known.has(nameOf(member)));
}

/** Invented hospitals: a coordinator that adds members of its own to a round would read the update of the one that is real. */
export function refusalsOfCohort(policy: SitePolicy, cohort: Cohort): readonly Refusal[] {
  const { minSites } = policy.participation;
  return [
    ...when(
      cohort.sites.length < minSites,
      'policy-min-sites',
      `${cohort.sites.length} sites take part in this attempt, the policy asks for at least ${minSites}.`,
    ),
    ...strangers(policy, cohort),
  ];
}

function strangers(policy: SitePolicy, { members, sites, approved }: Cohort): Refusal[] {
  const { atLeastKnown } = policy.members;
  const unknown = strangersAmong(policy, members, approved);
  if (unknown.length === 0) {
    return [];
  }
  const list = unknown.map(({ site }) => site).join(', ');
  const code = 'members-not-approved';
  if (atLeastKnown === undefined) {
    return [{ code, sentence: `Nobody of this hospital has approved these members: ${list}.` }];
  }
  const strange = new Set(unknown.map(nameOf));
  const present = members.filter((m) => sites.includes(m.site) && !strange.has(nameOf(m))).length;
  return when(
    present < atLeastKnown,
    code,
    `${present} other members of this attempt are known or approved, the policy asks for at least ${atLeastKnown}; not approved: ${list}.`,
  );
}

/** @param nowMs of the wall clock. Waiting helps only while the advert still counts. */
export function refusalsOfTime(
  { schedule }: SitePolicy,
  { issuedAtMs, advertDeadlineMs }: Pick<Manifest, 'issuedAtMs' | 'advertDeadlineMs'>,
  nowMs: number,
): readonly Refusal[] {
  const opening = nextOpening(schedule.windows, nowMs);
  const deadline = issuedAtMs + advertDeadlineMs;
  const words =
    opening === undefined
      ? 'no window opens any more'
      : `the next window opens at ${new Date(opening).toISOString()}`;
  return when(
    opening !== nowMs && (opening === undefined || opening >= deadline),
    'policy-schedule',
    `Training may not begin now: ${words}, after the attempt has closed its list of sites.`,
  );
}

function nameOf({ site, key }: Member): string {
  return `${site} ${key}`;
}

function when(isRefused: boolean, code: string, sentence: string): Refusal[] {
  return isRefused ? [{ code, sentence }] : [];
}
