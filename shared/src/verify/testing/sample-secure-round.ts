/** One secure attempt from manifest to what was opened: real shares, masks and endorsements. docs/protocol/v1.md section 4.1. */
import { applyRingSums } from '../../aggregation/index.js';
import { contentHashOf, signBody, type Signed } from '../../crypto/index.js';
import { canonicalBytes, toBase64 } from '../../encoding/index.js';
import { leafHash } from '../../log/index.js';
import {
  BUNDLE_PATHS,
  headersHash,
  peersHash,
  sharersHash,
  type Combine,
  type Endorsement,
  type Leaf,
  type Manifest,
  type Revealed,
  type RoundRecord,
} from '../../protocol/index.js';
import {
  byGroup,
  companyOf,
  groupsThatCount,
  listsOf,
  openSecrets,
  unmaskSum,
  type OpenedSecret,
} from '../../secagg/index.js';
import { encodeVector, ringAdd, type TensorSet } from '../../tensors/index.js';
import { ConsiliumError, type ContentHash, type SiteId } from '../../vocabulary/index.js';
import type { AttemptDocuments } from '../assemble-bundle.js';
import type { BundleFile } from '../bundle-source.js';
import { groupRulesOf } from '../evidence.js';
import { ofAttempt, sendAdvert, weightOf, type SentAdvert } from './sample-attempt.js';
import { complain } from './sample-complaint.js';
import { same, type RoundPlan, type StartedStudy } from './sample-context.js';
import { issueManifest, leafFields, roundRecord } from './sample-round.js';
import {
  answer,
  dealerOf,
  dealToAll,
  groupsIn,
  maskedWords,
  sendMasked,
  sharerOf,
  siteIdOf,
  type MaskedUpdate,
  type SampleDealing,
} from './sample-sharing.js';
import { voteOn } from './sample-votes.js';

/** `senders` of the plan: U3. */
export interface SecurePlan extends RoundPlan {
  /** How many sites deal shares: U2. */
  readonly dealers: number;
  /** How many of them endorse the survivors; fewer than t end the attempt. */
  readonly endorsers: number;
}

export interface PlayedSecureAttempt {
  readonly documents: AttemptDocuments;
  readonly blobs: readonly BundleFile[];
  /** When enough sites endorsed the survivors, and nobody refused it. */
  readonly adapter?: TensorSet;
}

/** The sites that stay are the first ones of the study, as many as the plan says. */
interface Sums {
  readonly manifest: Signed<Manifest>;
  /** U1 */
  readonly sent: readonly SentAdvert[];
  /** Of U2. */
  readonly dealings: readonly SampleDealing[];
  /** Of U3. */
  readonly updates: readonly MaskedUpdate[];
  readonly threshold: number;
  readonly sharersHash: ContentHash;
}

export async function playSecureAttempt(
  study: StartedStudy,
  plan: SecurePlan,
): Promise<PlayedSecureAttempt> {
  const { log, forgery } = study;
  const manifest = issueManifest(study, plan);
  const { attemptId } = manifest.body;
  const leaf = leafFields(manifest);
  const sent = study.sites.map((site) => sendAdvert(site, manifest, forgery.advert ?? same));
  const adverts = sent.map(({ advert }) => advert);
  const sites = adverts.map(({ body }) => body.siteId);
  log.append({ ...leaf, type: 'round.adverts', peersHash: peersHash(attemptId, adverts), sites });
  const sums = await shareAndSend(study, plan, manifest, sent);
  const [faulty, holder] = [sums.dealings[0], sums.dealings[plan.senders]];
  const declines = complain(study, { manifest, faulty, holder });
  const shares = sums.dealings.map((dealing) => dealing.shares);
  const headers = sums.updates.map(({ header }) => header);
  const endorsements = fixSurvivors(study, sums).slice(0, plan.endorsers);
  const documents = { attemptId, manifest, adverts, headers, declines, shares, endorsements };
  if (endorsements.length < sums.threshold) {
    log.append({ ...leaf, type: 'round.aborted', reason: 'too few sites endorsed the survivors' });
    log.append({ ...leaf, type: 'key.destroyed' });
    return { documents, blobs: [] };
  }
  const { blobs, adapter, ...opened } = await commit(study, plan, sums);
  log.append({ ...leaf, type: 'key.destroyed' });
  return { documents: { ...documents, ...opened }, blobs, ...(adapter && { adapter }) };
}

async function shareAndSend(
  { schema, protocol, forgery }: StartedStudy,
  plan: SecurePlan,
  manifest: Signed<Manifest>,
  sent: readonly SentAdvert[],
): Promise<Sums> {
  const { attemptId, aggregation } = manifest.body;
  if (aggregation.kind !== 'secure') {
    throw new ConsiliumError('internal', 'the sample plays secure attempts of secure studies');
  }
  const { threshold } = aggregation;
  const dealings = await dealToAll(sent.slice(0, plan.dealers), { sent, threshold });
  const hash = sharersHash(
    attemptId,
    dealings.map(({ shares }) => shares),
  );
  const classes = protocol.task.classes.length;
  const training = forgery.secure?.training;
  const senders = dealings.slice(0, plan.senders);
  const groups = groupsIn(manifest);
  const counted = groups && new Set(groupsThatCount(groups, senders.map(siteIdOf)).flat());
  const updates = senders
    .filter((own) => counted?.has(siteIdOf(own)) !== false)
    .map((own) =>
      sendMasked(own, { manifest, sent, dealings, sharersHash: hash, schema, classes, training }),
    );
  return { manifest, sent, dealings, updates, threshold, sharersHash: hash };
}

/** @returns what every site of U2 would sign */
function fixSurvivors({ log, forgery }: StartedStudy, sums: Sums): Signed<Endorsement>[] {
  const { manifest, sent, updates, dealings } = sums;
  const { attemptId } = manifest.body;
  const adverts = sent.map(({ advert }) => advert);
  const headers = updates.map(({ header }) => header);
  const sites = headers.map(({ body }) => body.siteId);
  const leaf = {
    ...leafFields(manifest),
    type: 'round.survivors',
    peersHash: peersHash(attemptId, adverts),
    sharersHash: sums.sharersHash,
    earlier: log.survivorsOf(manifest.body.roundNo),
    sites,
    ...groupedAs(manifest, sites),
    headersHash: headersHash(attemptId, headers),
  } satisfies Leaf;
  const leafIndex = log.append(leaf);
  const secondList = forgery.secure?.secondList;
  if (secondList !== undefined) {
    log.append({ ...leaf, sites: secondList(sites) });
  }
  return dealings.map(({ peer: { site } }) => {
    const body: Endorsement = {
      ...ofAttempt(manifest),
      siteId: site.siteId,
      leafIndex,
      leafHash: toBase64(leafHash(canonicalBytes(leaf))),
    };
    return signBody('endorsement', body, site.key);
  });
}

/** The sites by group, where groups are summed. */
function groupedAs(
  manifest: Signed<Manifest>,
  sites: readonly SiteId[],
): { readonly groups?: SiteId[][] } {
  const groups = groupsIn(manifest);
  return groups === undefined ? {} : { groups: byGroup(groups, sites) };
}

/** U3 by sum. */
function updatesBySum({ manifest, updates }: Sums): MaskedUpdate[][] {
  const sites = updates.map(siteIdOf);
  return listsOf({ sites, ...groupedAs(manifest, sites) }).map((list) =>
    updates.filter((update) => list.includes(siteIdOf(update))),
  );
}

async function commit(
  study: StartedStudy,
  plan: SecurePlan,
  sums: Sums,
): Promise<Pick<AttemptDocuments, 'record' | 'revealed' | 'votes'> & Committed> {
  const { log, schema, protocol, forgery } = study;
  const { previous, isRejected } = plan;
  const { manifest, sent, updates } = sums;
  const secrets = await open(sums);
  const revealed = revealedOf(manifest, secrets);
  const trueSum = sumMasked(sums, secrets);
  const sum = (forgery.secure?.ringSum ?? same)(trueSum);
  const survivors = updates.map(({ peer }) => peer);
  const bySum = updatesBySum(sums);
  const combine = groupRulesOf(protocol)?.combine;
  const adapter = applyRingSums({
    previous,
    ringSums: sum,
    stride: sum.length / bySum.length,
    schema,
    sites: sent.length,
    weightTotal: weightOf(sent),
    weights: bySum.map((list) => weightOf(list.map(({ peer }) => peer))),
    combine,
  });
  const ringSum = encodeVector(sum);
  const aggregation = aggregationOf(sums, revealed, combine);
  const sealing = { manifest, sent, survivors, updates };
  const record = (forgery.record ?? same)(roundRecord(sealing, adapter, ringSum, aggregation));
  const voters = survivors.map(({ site }) => site);
  const votes = protocol.acceptance && voteOn(study, voters, record, plan);
  const blobs = blobsOf(sums, ringSum);
  const made = { record, revealed, blobs, ...(votes && { votes }) };
  if (isRejected === true) {
    return made;
  }
  log.append({
    ...leafFields(manifest),
    type: 'round.result',
    recordHash: contentHashOf(record),
    ringSumHash: record.ringSumHash,
    adapterCheckpointHash: record.adapterCheckpointHash,
  });
  return { ...made, adapter };
}

function blobsOf({ manifest, updates }: Sums, ringSum: Uint8Array): BundleFile[] {
  const { attemptId } = manifest.body;
  const masked = updates.map(({ peer, vector }) => ({
    path: BUNDLE_PATHS.masked(attemptId, peer.site.siteId),
    bytes: vector,
  }));
  return [{ path: BUNDLE_PATHS.ringSum(attemptId), bytes: ringSum }, ...masked];
}

interface Committed {
  /** Unless it was rejected. */
  readonly adapter?: TensorSet;
  readonly blobs: readonly BundleFile[];
}

/** From the shares of as few sites as it takes, the last ones among them. */
async function open({
  manifest,
  dealings,
  updates,
  threshold,
}: Sums): Promise<readonly OpenedSecret[]> {
  const survivors = updates.map(({ peer }) => peer.site.siteId);
  const answers = dealings.slice(-threshold).map((own) => answer(own, dealings, survivors));
  const { attemptId } = manifest.body;
  const sharers = dealings.map(dealerOf);
  const opening = await openSecrets({ attemptId, sharers, survivors, threshold, answers });
  if (opening.kind !== 'opened') {
    throw new ConsiliumError('internal', `the secrets of the sample are ${opening.kind}`);
  }
  return opening.secrets;
}

/** One sum after the other. */
function sumMasked(sums: Sums, secrets: readonly OpenedSecret[]): Uint32Array {
  const groups = groupsIn(sums.manifest);
  return concatWords(
    updatesBySum(sums).map((updates) => {
      const [first] = updates;
      const own = first && siteIdOf(first);
      const dealings = companyOf(groups, own, sums.dealings, siteIdOf);
      const opened = companyOf(groups, own, secrets, ({ siteId }) => siteId);
      return sumOf({ dealings, updates }, opened);
    }),
  );
}

function concatWords(vectors: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(vectors.flatMap((vector) => [...vector]));
}

function sumOf(
  { dealings, updates }: Pick<Sums, 'dealings' | 'updates'>,
  secrets: readonly OpenedSecret[],
): Uint32Array {
  const [first] = updates;
  const sum = new Uint32Array(first === undefined ? 0 : maskedWords(first));
  for (const { vector } of updates) {
    ringAdd(sum, vector);
  }
  const survivors = updates.map(({ peer }) => peer.site.siteId);
  const sharers = dealings.map(({ peer }) => sharerOf(peer));
  unmaskSum(sum, { secrets, sharers, survivors, context: first?.context ?? new Uint8Array() });
  return sum;
}

function revealedOf(
  { body: { v, attemptId } }: Signed<Manifest>,
  secrets: readonly OpenedSecret[],
): Revealed {
  const shown = secrets.map(({ siteId, kind, secret }) => ({
    siteId,
    kind,
    secret: toBase64(secret),
  }));
  return { v, attemptId, secrets: shown };
}

function aggregationOf(
  sums: Sums,
  revealed: Revealed,
  combine: Combine | undefined,
): RoundRecord['aggregation'] {
  const { manifest, dealings, updates, threshold, sharersHash: hash } = sums;
  const { aggregation } = manifest.body;
  return {
    kind: 'secure',
    colluders: aggregation.kind === 'secure' ? aggregation.colluders : 0,
    threshold,
    sharersHash: hash,
    sharers: dealings.map(({ peer }) => peer.site.siteId),
    ...groupedAs(manifest, updates.map(siteIdOf)),
    ...(combine === undefined ? {} : { combine }),
    revealedHash: contentHashOf(revealed),
  };
}
