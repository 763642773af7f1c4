/** A site's way to the coordinator that leaves the socket out, and a federation over it. */
import { errorCodeOf } from '@consilium/shared/vocabulary';
import type { SiteReply } from '@consilium/shared/protocol';
import { StudiesService } from '../../studies/studies.service.js';
import { RoundUploadsService } from '../round-uploads.service.js';
import { RoundsService } from '../rounds.service.js';
import type { RoundBench } from './round-bench.js';
import type { SimulatedSite, SitePort } from './simulated-site.js';

/** Refusals come back as problems, as they would through the gateway. */
export function servicePort(bench: RoundBench, { siteId }: SimulatedSite): SitePort {
  const asReply = (answer: Promise<SiteReply>): Promise<SiteReply> =>
    answer.catch((error: unknown) => ({
      kind: 'problem',
      code: errorCodeOf(error),
      title: '',
      detail: error instanceof Error ? error.message : '',
    }));
  return {
    join: (join) => bench.get(StudiesService).join(siteId, join),
    advert: (advert) => asReply(bench.get(RoundsService).advert(siteId, advert)),
    decline: (decline) => asReply(bench.get(RoundsService).decline(siteId, decline)),
    openUpdate: (header) => asReply(bench.get(RoundUploadsService).open(siteId, header)),
    chunk: (attemptId, index, bytes) =>
      asReply(bench.get(RoundUploadsService).chunk(siteId, attemptId, index, bytes)),
  };
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
    await site.receive(owed, servicePort(bench, site));
  }
  await bench.settle();
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
