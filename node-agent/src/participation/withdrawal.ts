/**
 * A site leaves a study for good: its own copies go, the journal stays, and the coordinator gets a signed word of it as soon as it
 * can be reached. Each step may be cut short anywhere; the next start finds the switch and goes on.
 */
import { rm } from 'node:fs/promises';
import { signBody } from '@consilium/shared/crypto';
import { studyProtocolHash, type Join, type Withdrawal } from '@consilium/shared/protocol';
import { PROTOCOL_VERSION, type StudyId } from '@consilium/shared/vocabulary';
import { studyFolder, type Home } from '../config/home.js';
import { required, studyState, type SiteContext } from './site-context.js';
import { eraseTrunkCache } from './trunk-cache.js';

interface Leaving {
  readonly home: Home;
  readonly studyId: StudyId;
}

/** @throws the signal's reason while the coordinator has not been told */
export async function withdraw(
  site: SiteContext,
  { home, studyId }: Leaving,
  signal: AbortSignal,
): Promise<void> {
  const { journal, logger } = site;
  const isNew = studyState(site, studyId).withdrawn === undefined;
  if (isNew) {
    const withdrawal = signWithdrawal(site, studyId);
    journal.append({ kind: 'study-withdrawn', studyId, withdrawal });
    logger.info({ study: studyId }, 'this site has left the study');
  }
  await eraseCopies(home, studyId);
  if (isNew) {
    site.report({ event: 'withdrawn', study: studyId });
  }
  await tell(site, studyId, signal);
}

/** Adapters, deltas, updates, keys of attempts, the site's own adapter and the activations of its images. */
export async function eraseCopies(home: Home, studyId: StudyId): Promise<void> {
  await rm(studyFolder(home, studyId).folder, { recursive: true, force: true });
  await eraseTrunkCache(home, studyId);
}

async function tell(site: SiteContext, studyId: StudyId, signal: AbortSignal): Promise<void> {
  const { link, journal, logger } = site;
  const { join, joinAnswer, withdrawn } = studyState(site, studyId);
  if (withdrawn?.answered === true) {
    return;
  }
  if (join === undefined) {
    declineOffer(site, studyId);
    await tell(site, studyId, signal);
    return;
  }
  if (joinAnswer === undefined) {
    const { reply } = await link.request({ kind: 'study.join', join }, { signal });
    const answer = reply.kind === 'accepted' || reply.kind === 'late' ? reply.kind : 'problem';
    journal.append({ kind: 'join-answered', studyId, answer });
  }
  if (join.body.decision.kind === 'join') {
    const { withdrawal } = required(withdrawn, 'withdrawal');
    const { reply } = await link.request({ kind: 'study.withdraw', withdrawal }, { signal });
    if (reply.kind !== 'accepted') {
      logger.warn({ study: studyId, reply }, 'the withdrawal was not taken');
    }
  }
  journal.append({ kind: 'withdrawal-answered', studyId });
}

/** A study that was only offered is declined. */
function declineOffer(site: SiteContext, studyId: StudyId): void {
  const protocol = studyState(site, studyId).offer.protocol.body;
  const body: Join = {
    v: PROTOCOL_VERSION,
    studyId,
    siteId: site.siteId,
    studyProtocolHash: studyProtocolHash(protocol),
    policyHash: site.decisions.current.hash,
    decision: { kind: 'decline', code: 'refused-by-site' },
  };
  const join = signBody('join', body, site.identity);
  site.journal.append({ kind: 'join-signed', studyId, join });
}

function signWithdrawal(site: SiteContext, studyId: StudyId) {
  const body: Withdrawal = {
    v: PROTOCOL_VERSION,
    studyId,
    siteId: site.siteId,
    afterRound: studyState(site, studyId).adapter?.roundNo ?? 0,
  };
  return signBody('withdrawal', body, site.identity);
}
