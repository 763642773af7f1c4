/**
 * What can happen next in a symbolic attempt. The coordinator may show each site any list at any time, as often as it likes; a
 * site checks what the protocol tells it to, and the real table of sites says whether the step follows.
 */
import { siteStep, type SiteEvent } from '@consilium/shared/rounds';
import { corruptSites, requiredIn, sameLeaf, thresholdIn } from './world.js';
import type { HonestSite, SurvivorsLeaf, World } from './world.js';
import { has, membersOf, sizeOf, subsetsOf } from './site-set.js';

export interface Move {
  readonly site: number;
  readonly what: SiteEvent['kind'] | 'crash';
  /** U2 or U3, as it is shown to the site. */
  readonly shown?: number;
}

export interface Moved {
  readonly move: Move;
  readonly world: World;
}

/** Every move that changes something. */
export function movesFrom(world: World): Moved[] {
  return world.sites.flatMap((site, index) =>
    changesOf(world, index, site).map(({ what, shown, change }) => ({
      move: { site: index, what, ...(shown === undefined ? {} : { shown }) },
      world: withSite(world, index, { ...site, ...change }),
    })),
  );
}

interface Change {
  readonly what: Move['what'];
  readonly shown?: number;
  readonly change: Partial<HonestSite>;
}

function changesOf(world: World, index: number, site: HonestSite): Change[] {
  return [
    ...stepped(site, { kind: 'attempt-aborted', reason: 'as it is told' }, {}),
    ...stepped(site, { kind: 'advert-journaled' }, {}),
    ...(isEveryoneIn(world) ? stepped(site, { kind: 'shares-journaled' }, { dealt: true }) : []),
    ...listsFor(world, index).flatMap((sharers) =>
      stepped(site, { kind: 'sharers-accepted' }, { sharers }, sharers),
    ),
    ...stepped(site, { kind: 'update-journaled' }, { sent: true }),
    ...leavesFor(world, index, site).flatMap((leaf) => endorsed(site, leaf)),
    ...(site.endorsed !== undefined && mayAnswer(world, site, site.endorsed)
      ? stepped(site, { kind: 'answer-journaled' }, { answers: [...site.answers, site.endorsed] })
      : []),
    ...crashed(world, site),
  ];
}

function stepped(
  site: HonestSite,
  event: SiteEvent,
  change: Partial<HonestSite>,
  shown?: number,
): Change[] {
  const next = siteStep(site.phase, event, 'secure');
  return next.kind === 'refused'
    ? []
    : [
        {
          what: event.kind,
          ...(shown === undefined ? {} : { shown }),
          change: { ...change, phase: next.to },
        },
      ];
}

function endorsed(site: HonestSite, leaf: SurvivorsLeaf): Change[] {
  const endorsements = [...site.endorsements, leaf];
  const change = { endorsed: leaf, endorsements };
  return stepped(site, { kind: 'endorsement-journaled' }, change, leaf.survivors);
}

/** U1 is signed by its members: it is everybody, once everybody advertised. */
function isEveryoneIn({ sites }: World): boolean {
  return sites.every(({ phase }) => phase !== 'idle');
}

/** The lists U2 that pass the checks of step 3: each member dealt, this site is one of them, they are enough. */
function listsFor({ setting, sites }: World, index: number): number[] {
  if (sites[index]?.phase !== 'shared') {
    return [];
  }
  const dealt = sites.reduce((set, site, i) => (site.dealt ? set | (1 << i) : set), 0);
  return subsetsOf(dealt | corruptSites(setting), requiredIn(setting)).filter((sharers) =>
    has(sharers, index),
  );
}

/** The leaves that pass the checks of step 5. A corrupt site signs whatever header the coordinator needs. */
function leavesFor({ setting, sites }: World, index: number, site: HonestSite): SurvivorsLeaf[] {
  const canEndorse = site.phase === 'peered' || site.phase === 'sent';
  if (!canEndorse) {
    return [];
  }
  const { namesSharers } = setting.defences;
  const isTrueOf = (survivor: number) => {
    const other = sites[survivor];
    return other === undefined || (other.sent && (!namesSharers || other.sharers === site.sharers));
  };
  return subsetsOf(site.sharers, requiredIn(setting))
    .filter((survivors) => membersOf(survivors).every(isTrueOf))
    .filter((survivors) => !has(survivors, index) || site.sent)
    .map((survivors) => ({ survivors, sharers: namesSharers ? site.sharers : 0 }));
}

/** Step 6: t different sites of U2 endorsed the leaf that this site endorsed. Corrupt sites endorse every leaf. */
function mayAnswer({ setting, sites }: World, site: HonestSite, leaf: SurvivorsLeaf): boolean {
  if (!setting.defences.awaitsQuorum) {
    return true;
  }
  const endorsing = sites.reduce(
    (set, { endorsements }, i) =>
      endorsements.some((one) => sameLeaf(one, leaf)) ? set | (1 << i) : set,
    corruptSites(setting),
  );
  return sizeOf(endorsing & site.sharers) >= thresholdIn(setting);
}

/** A site comes back as its journal has it. Everything is in it, unless that is what was taken away. */
function crashed({ setting }: World, site: HonestSite): Change[] {
  if (setting.defences.journalsEndorsement || site.endorsed === undefined) {
    return [];
  }
  return [{ what: 'crash', change: { endorsed: undefined, phase: site.sent ? 'sent' : 'peered' } }];
}

function withSite({ setting, sites }: World, index: number, changed: HonestSite): World {
  return { setting, sites: sites.map((site, i) => (i === index ? changed : site)) };
}
