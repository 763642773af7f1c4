/** A study whose sites are played by a spec, brought to the point where updates are collected. */
import type { Signed } from '@consilium/shared/crypto';
import type { Advert, Leaf, SiteReply } from '@consilium/shared/protocol';
import { parseStudyId, type StudyId } from '@consilium/shared/vocabulary';
import type { AttackedCoordinator } from './attacked-coordinator.js';
import { Attempt, joinOf, type Update } from './documents.js';
import type { RawSite } from './raw-site.js';

export interface Player {
  readonly site: RawSite;
  readonly attempt: Attempt;
}

let studies = 0;

export class AttackedStudy {
  private constructor(
    readonly coordinator: AttackedCoordinator,
    readonly studyId: StudyId,
    readonly players: readonly Player[],
    readonly adverts: readonly Signed<Advert>[],
  ) {}

  /** Every site has joined and advertised, and knows the adverts of all. */
  static async collecting(
    coordinator: AttackedCoordinator,
    sites: readonly RawSite[],
    minSites = sites.length,
  ): Promise<AttackedStudy> {
    const study = await AttackedStudy.advertising(coordinator, sites, minSites);
    await Promise.all(
      study.players.map(({ site, attempt }) =>
        site.ask({ kind: 'round.advert', advert: attempt.advert() }),
      ),
    );
    const peers = await study.first.site.message('round.peers', study.studyId);
    return new AttackedStudy(coordinator, study.studyId, study.players, peers.adverts);
  }

  /** Every site has joined, the study runs, and each has its manifest. */
  static async advertising(
    coordinator: AttackedCoordinator,
    sites: readonly RawSite[],
    minSites = sites.length,
  ): Promise<AttackedStudy> {
    studies += 1;
    const studyId = parseStudyId(`attack-${studies}`);
    const names = sites.map(({ who }) => who.siteId);
    await coordinator.createStudy(studyId, names, minSites);
    for (const site of sites) {
      const { protocol } = await site.message('study.offer', studyId);
      await site.ask({ kind: 'study.join', join: joinOf(site.who, protocol.body) });
    }
    await coordinator.ask(`/v1/studies/${studyId}/start`, { method: 'POST' });
    return new AttackedStudy(coordinator, studyId, await players(sites, studyId), []);
  }

  get first(): Player {
    return this.player(0);
  }

  player(index: number): Player {
    const found = this.players[index];
    if (found === undefined) {
      throw new Error(`the study has no site ${index}`);
    }
    return found;
  }

  /** @returns the answer to the last chunk, or to the header if it is refused */
  async send({ site }: Player, { header, chunks }: Update): Promise<SiteReply> {
    let reply = await site.ask({ kind: 'update.open', header });
    for (const [index, chunk] of reply.kind === 'upload' ? chunks.entries() : []) {
      reply = await this.chunk(site, header.body.attemptId, index, chunk);
    }
    return reply;
  }

  chunk(
    site: RawSite,
    attemptId: Update['header']['body']['attemptId'],
    index: number,
    bytes: Uint8Array,
  ): Promise<SiteReply> {
    return site.ask({ kind: 'update.chunk', attemptId, index }, bytes);
  }

  /** What the log says of this study. */
  async leaves(): Promise<readonly Leaf[]> {
    return (await this.coordinator.leaves()).filter(
      (leaf) => 'studyId' in leaf && leaf.studyId === this.studyId,
    );
  }

  async refusals(): Promise<readonly Leaf[]> {
    return (await this.leaves()).filter(({ type }) => type === 'security.refused');
  }
}

async function players(sites: readonly RawSite[], studyId: StudyId): Promise<Player[]> {
  return Promise.all(
    sites.map(async (site) => {
      const { protocol } = await site.message('study.offer', studyId);
      const { manifest } = await site.message('round.manifest', studyId);
      return { site, attempt: new Attempt(site.who, protocol.body, manifest) };
    }),
  );
}
