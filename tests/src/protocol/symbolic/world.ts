/**
 * One secure attempt as its honest sites and everything that ever left them. Cryptography is symbolic: a signature cannot be
 * forged, a box not opened, a hash not inverted; a share is "holder h gave dealer d's share of this kind". Everything between the
 * honest sites is the adversary: coordinator, network and the corrupt sites at once. docs/protocol/v1.md section 4.1.
 */
import type { SitePhase } from '@consilium/shared/rounds';
import { setOfFirst, type SiteSet } from './site-set.js';
import type { Defences } from './defences.js';

/** A `round.survivors` leaf: U3, and the U2 that it names (0 where nothing binds it). */
export interface SurvivorsLeaf {
  readonly survivors: SiteSet;
  readonly sharers: SiteSet;
}

export interface HonestSite {
  readonly phase: SitePhase;
  /** U2 as it was shown; 0 until then. */
  readonly sharers: SiteSet;
  /** The leaf that its journal says it endorsed. */
  readonly endorsed: SurvivorsLeaf | undefined;
  /** What left it, whatever it remembers of that. */
  readonly dealt: boolean;
  readonly sent: boolean;
  readonly endorsements: readonly SurvivorsLeaf[];
  readonly answers: readonly SurvivorsLeaf[];
}

export interface World {
  readonly setting: Setting;
  readonly sites: readonly HonestSite[];
}

export interface Setting {
  readonly honest: number;
  /** Sites that do and show whatever serves the coordinator; they come after the honest ones. */
  readonly corrupt: number;
  /** c, as the manifest says. */
  readonly colluders: number;
  readonly defences: Defences;
}

export function sitesIn({ honest, corrupt }: Setting): number {
  return honest + corrupt;
}

export function everyone(setting: Setting): SiteSet {
  return setOfFirst(sitesIn(setting));
}

export function corruptSites(setting: Setting): SiteSet {
  return everyone(setting) & ~setOfFirst(setting.honest);
}

export function thresholdIn(setting: Setting): number {
  return setting.defences.threshold(sitesIn(setting), setting.colluders);
}

export function requiredIn(setting: Setting): number {
  return setting.defences.required(sitesIn(setting), setting.colluders);
}

const IDLE: HonestSite = {
  phase: 'idle',
  sharers: 0,
  endorsed: undefined,
  dealt: false,
  sent: false,
  endorsements: [],
  answers: [],
};

export function openedWorld(setting: Setting): World {
  return { setting, sites: Array.from({ length: setting.honest }, () => IDLE) };
}

/** Every site sent its update, masked for all others. Most of what can go wrong begins here. */
export function worldOfSenders(setting: Setting): World {
  const sender: HonestSite = {
    ...IDLE,
    phase: 'sent',
    sharers: everyone(setting),
    dealt: true,
    sent: true,
  };
  return { setting, sites: Array.from({ length: setting.honest }, () => sender) };
}

export function sameLeaf(a: SurvivorsLeaf, b: SurvivorsLeaf): boolean {
  return a.survivors === b.survivors && a.sharers === b.sharers;
}

export function nameOfSite(site: HonestSite): string {
  const { phase, sharers, endorsed, dealt, sent, endorsements, answers } = site;
  const left = `${endorsements.map(nameOfLeaf).join()} ${answers.map(nameOfLeaf).join()}`;
  return `${phase} ${sharers} ${endorsed && nameOfLeaf(endorsed)} ${dealt} ${sent} ${left}`;
}

export function nameOfLeaf({ survivors, sharers }: SurvivorsLeaf): string {
  return `${survivors}/${sharers}`;
}
