/** Fetches the evidence that an attempt's messages are checked with, and checks them. docs/protocol/v1.md section 4, steps 1 and 3. */
import type { Signed } from '@consilium/shared/crypto';
import { canonicalJson, toBase64 } from '@consilium/shared/encoding';
import { signedHash, type Manifest, type Roster } from '@consilium/shared/protocol';
import { companyOf } from '@consilium/shared/secagg';
import type { ContentHash, SiteId } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import { standingOf } from '../policy/approvals.js';
import { readPolicyText } from '../policy/policy-file.js';
import { requireNone, type Refusal } from '../policy/refusal.js';
import { membersOf, refusalsOfCohort, type Member } from '../policy/round-refusals.js';
import {
  requireAcceptableManifest,
  requireAcceptablePeers,
  requireAcceptableRoster,
} from './acceptance.js';
import type { AttemptState } from './agent-state.js';
import { required, studyState, type StudyContext } from './site-context.js';

/** Everything of section 4 step 1. @throws ConsiliumError with the code of the check that failed */
export async function checkManifest(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const leaf = await study.logTrust.requireLeaf(
    'round.manifest',
    attempt.manifestLeafIndex,
    signal,
  );
  const state = studyState(study, study.studyId);
  const manifest = requireAcceptableManifest({
    attempt,
    study: state,
    leaf,
    coordinatorKey: study.coordinatorKey,
    siteId: study.siteId,
    known: knownCheckpoint(state.adapter, attempt.roundNo),
  });
  await readIdentityKeys(study, manifest, signal);
}

/** Everything of section 4 step 3. @throws ConsiliumError with the code of the check that failed */
export async function checkPeers(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const manifest = attempt.manifest.body;
  requireAcceptablePeers({
    adverts: required(attempt.peers, 'set of adverts'),
    own: required(attempt.advert, 'advert'),
    manifest,
    manifestHash: signedHash(attempt.manifest),
    keys: await readIdentityKeys(study, manifest, signal),
  });
}

/**
 * The policy of this site allows the attempt as its manifest and its roster have it: enough sites, no member that nobody here
 * knows, not paused. Kept apart from what makes a manifest sound: an attempt that was declined for this may still have a result.
 * @throws PolicyRefusal with every refusal
 */
export async function requireAllowed(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const manifest = attempt.manifest.body;
  const roster = await study.roster.of(manifest, signal);
  await rememberRoster(study, roster);
  const sites = summedWith(study, manifest, manifest.cohort);
  requireNone(await cohortRefusals(study, { roster, sites }, signal));
}

/** As above of those who sent adverts: a coordinator may leave out whom the site knows. @throws PolicyRefusal with every refusal */
export async function requireAllowedPeers(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  const adverts = required(attempt.peers, 'set of adverts');
  const sites = adverts.map(({ body }) => body.siteId);
  await requireAllowedSites(study, attempt, sites, signal);
}

/** As above of those who shared, or whose updates are to be summed. @throws PolicyRefusal with every refusal */
export async function requireAllowedSites(
  study: StudyContext,
  attempt: AttemptState,
  sites: readonly SiteId[],
  signal: AbortSignal,
): Promise<void> {
  const manifest = attempt.manifest.body;
  const roster = await study.roster.of(manifest, signal);
  const present = { roster, sites: summedWith(study, manifest, sites) };
  requireNone(await cohortRefusals(study, present, signal));
}

/**
 * Those of the sites whose updates would be in one sum with that of this site: only they hide it. Where its group is left out nothing
 * of this site is summed, and all of them count.
 */
function summedWith(
  { siteId }: StudyContext,
  { aggregation }: Manifest,
  sites: readonly SiteId[],
): readonly SiteId[] {
  const groups = aggregation.kind === 'secure' ? aggregation.groups : undefined;
  const company = companyOf(groups, siteId, sites, (site) => site);
  return company.length === 0 ? sites : company;
}

interface Present {
  readonly roster: Signed<Roster>;
  /** Who takes part, of its members. */
  readonly sites: readonly SiteId[];
}

async function cohortRefusals(
  study: StudyContext,
  { roster, sites }: Present,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const { decisions, protocolHash, studyId, siteId, logger } = study;
  const { policy, approvals } = decisions.current;
  const { people } = policy.approval;
  const { members: named } = standingOf(approvals.get(studyId), protocolHash, people);
  const trusted = [...named, ...policy.members.known];
  const approved = [...named, ...(await heirsOf(study, trusted, roster.body, signal))];
  const members = membersOf(roster.body, siteId);
  const refusals = refusalsOfCohort(policy, { members, sites, approved });
  for (const { code, sentence } of refusals) {
    logger.warn({ study: studyId, code }, sentence);
  }
  return refusals;
}

/** Members under a new key that the key which people here approved has handed over to. */
async function heirsOf(
  study: StudyContext,
  trusted: readonly Member[],
  { sites }: Roster,
  signal: AbortSignal,
): Promise<readonly Member[]> {
  const heirs: Member[] = [];
  for (const member of sites.filter(({ rotations }) => rotations !== undefined)) {
    const { siteId: site, identityKey: key } = member;
    const earlier = trusted.filter((known) => known.site === site && known.key !== key);
    for (const known of earlier) {
      if (await study.roster.succeeds(member, known.key, signal)) {
        heirs.push({ site, key });
      }
    }
  }
  return heirs;
}

/** For the people who are asked to approve its members. */
async function rememberRoster({ folder }: StudyContext, roster: Signed<Roster>): Promise<void> {
  const text = canonicalJson(roster);
  if ((await readPolicyText(folder.rosterFile)) !== text) {
    await writeDurably(folder.rosterFile, text);
  }
}

/** The checkpoint that the round must start from, unless this site missed the round before. */
function knownCheckpoint(
  adapter: { readonly roundNo: number; readonly hash: ContentHash } | undefined,
  roundNo: number,
): ContentHash | undefined {
  return adapter?.roundNo === roundNo - 1 ? adapter.hash : undefined;
}

/** The cohort's keys by the roster that the manifest names by hash. */
export async function readIdentityKeys(
  study: StudyContext,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<ReadonlyMap<SiteId, Uint8Array>> {
  return requireAcceptableRoster({
    roster: await study.roster.of(manifest, signal),
    manifest,
    coordinatorKey: study.coordinatorKey,
    siteId: study.siteId,
    identityKey: toBase64(study.identity.publicKey),
  });
}
