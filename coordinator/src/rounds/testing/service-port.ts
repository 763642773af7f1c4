/** A site's way to the coordinator that leaves the socket out, and a federation over it. */
import { errorCodeOf } from '@consilium/shared/vocabulary';
import type { OwedMessage, SiteReply } from '@consilium/shared/protocol';
import { LogReader } from '../../audit/log-reader.service.js';
import { StudiesService } from '../../studies/studies.service.js';
import { RoundUploadsService } from '../round-uploads.service.js';
import { RoundsService } from '../rounds.service.js';
import { VotesService } from '../votes.service.js';
import { SecureRoundsService } from '../secure-rounds.service.js';
import type { RoundBench } from './round-bench.js';
import { SecureSite, type SecurePort } from './secure-site.js';
import type { SimulatedSite, SitePort } from './simulated-site.js';

export function servicePort(bench: RoundBench, { siteId }: SimulatedSite): SitePort {
  return {
    join: (join) => bench.get(StudiesService).join(siteId, join),
    advert: (advert) => asReply(bench.get(RoundsService).advert(siteId, advert)),
    decline: (decline) => asReply(bench.get(RoundsService).decline(siteId, decline)),
    vote: (vote) => asReply(bench.get(VotesService).vote(siteId, vote)),
    openUpdate: (header) => asReply(bench.get(RoundUploadsService).open(siteId, header)),
    chunk: (attemptId, index, bytes) =>
      asReply(bench.get(RoundUploadsService).chunk(siteId, attemptId, index, bytes)),
  };
}

/** The same of a site in secure attempts. */
export function securePort(bench: RoundBench, site: SecureSite): SecurePort {
  const { siteId } = site;
  return {
    ...servicePort(bench, site),
    shares: (shares, entries) =>
      asReply(bench.get(SecureRoundsService).shares(siteId, shares, entries)),
    endorse: (endorsement) => asReply(bench.get(SecureRoundsService).endorse(siteId, endorsement)),
    unmask: (unmasking) => asReply(bench.get(SecureRoundsService).unmask(siteId, unmasking)),
    leaf: async (index) => {
      const [stored] = await bench.get(LogReader).leaves(index, 1);
      return stored?.leaf ?? '';
    },
  };
}

/** Refusals come back as problems, as they would through the gateway. */
function asReply(answer: Promise<SiteReply>): Promise<SiteReply> {
  return answer.catch((error: unknown) => ({
    kind: 'problem',
    code: errorCodeOf(error),
    title: '',
    detail: error instanceof Error ? error.message : '',
  }));
}

/** Enrols the sites, has each join the study, and starts it: the first attempt is open afterwards. */
export async function startFederation(
  bench: RoundBench,
  sites: readonly SimulatedSite[],
): Promise<void> {
  for (const site of sites) {
    await bench.enrol(site);
    await deliver(bench, site);
  }
  await bench.startStudy();
}

/** Delivers what the site is owed now; it answers as an honest one does. */
export async function deliver(bench: RoundBench, site: SimulatedSite): Promise<void> {
  for (let owed = await bench.take(site.siteId); owed; owed = await bench.take(site.siteId)) {
    await answer(bench, site, owed);
  }
  await bench.settle();
}

async function answer(bench: RoundBench, site: SimulatedSite, owed: OwedMessage): Promise<void> {
  if (site instanceof SecureSite) {
    await site.receive(owed, securePort(bench, site));
  } else {
    await site.receive(owed, servicePort(bench, site));
  }
}

/** Delivers without an answer. */
export async function show(bench: RoundBench, sites: readonly SimulatedSite[]): Promise<void> {
  for (const site of sites) {
    for (let owed = await bench.take(site.siteId); owed; owed = await bench.take(site.siteId)) {
      site.note(owed);
    }
  }
}

/** Delivers to all until nobody is owed anything. */
export async function deliverAll(
  bench: RoundBench,
  sites: readonly SimulatedSite[],
): Promise<void> {
  let before = -1;
  const received = (): number => sites.reduce((sum, { inbox }) => sum + inbox.length, 0);
  while (received() !== before) {
    before = received();
    for (const site of sites) {
      await deliver(bench, site);
    }
  }
}
