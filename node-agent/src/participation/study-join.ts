/** A site's decision on a study: everything is checked before it says that it takes part. docs/protocol/v1.md section 3. */
import { signBody, type Signed } from '@consilium/shared/crypto';
import { studyProtocolHash, type Join, type StudyProtocol } from '@consilium/shared/protocol';
import { schemaSize } from '@consilium/shared/tensors';
import {
  ConsiliumError,
  isConsiliumError,
  PROTOCOL_VERSION,
  type ContentHash,
} from '@consilium/shared/vocabulary';
import { standingOf } from '../policy/approvals.js';
import type { Decisions } from '../policy/decisions.js';
import { declineCodeOf, PolicyRefusal, requireNone } from '../policy/refusal.js';
import { offeredBy, refusalsOfMeans, refusalsOfStudy } from '../policy/study-refusals.js';
import { errorFields } from '../telemetry/logger.js';
import { requireAcceptableOffer, requireSchema } from './acceptance.js';
import type { StudyState } from './agent-state.js';
import { contradictsTheLog } from './faults.js';
import type { SiteContext, StudyContext } from './site-context.js';

export type Decision =
  | {
      readonly kind: 'join';
      readonly join: Signed<Join>;
      /** Of checkpoint 0. */
      readonly adapterCheckpointHash: ContentHash;
    }
  | { readonly kind: 'decline'; readonly join: Signed<Join> };

export interface DecisionInput {
  readonly site: SiteContext;
  readonly state: StudyState;
  /** Sets the study up once its protocol is believed. */
  readonly setUp: () => Promise<StudyContext>;
  readonly signal: AbortSignal;
}

/** @throws ConsiliumError 'log-inconsistent', 'log-rollback'; the signal's reason */
export async function decide(input: DecisionInput): Promise<Decision> {
  const { site, signal } = input;
  try {
    return await checkAndJoin(input);
  } catch (error) {
    if (signal.aborted || !isConsiliumError(error) || contradictsTheLog(error)) {
      throw error;
    }
    site.logger.warn({ study: input.state.studyId, ...errorFields(error) }, 'study declined');
    const join = signDecision(input, { kind: 'decline', code: declineCodeOf(error) });
    return { kind: 'decline', join };
  }
}

async function checkAndJoin(input: DecisionInput): Promise<Decision> {
  const { site, state, setUp, signal } = input;
  const { protocol, leafIndex } = state.offer;
  const leaf = await site.logTrust.requireLeaf('study.created', leafIndex, signal);
  const { coordinatorKey, siteId } = site;
  requireAcceptableOffer({ protocol, leaf, coordinatorKey, siteId });
  await requireConsent(site, protocol.body, signal);
  const study = await setUp();
  const { hash: adapterCheckpointHash } = study.checkpoints.initial();
  if (adapterCheckpointHash !== leaf.adapterCheckpointHash) {
    throw new ConsiliumError('bad-tensor-schema', 'the seed gives another adapter checkpoint 0');
  }
  const { images, used, skipped } = await requireMeans(study);
  const join = signDecision(input, { kind: 'join', images, used, skipped });
  return { kind: 'join', join, adapterCheckpointHash };
}

/**
 * The policy allows the study, and where it asks for people they have approved it: as long as they have not, this waits.
 * @throws PolicyRefusal; the signal's reason
 */
async function requireConsent(
  site: SiteContext,
  protocol: StudyProtocol,
  signal: AbortSignal,
): Promise<void> {
  const offered = offeredBy(protocol, site.coordinatorKey, schemaSize(requireSchema(protocol)));
  const verdict = (decisions: Decisions): 'approved' | 'refused' | undefined => {
    const { approvals, control, policy } = decisions;
    const { mode, people } = policy.approval;
    requireNone(refusalsOfStudy(policy, offered));
    const hash = studyProtocolHash(protocol);
    const { state } = standingOf(approvals.get(protocol.studyId), hash, people);
    if (state === 'refused') {
      return 'refused';
    }
    const isOpen = state === 'approved' || mode === 'automatic';
    return isOpen && control.pause === undefined ? 'approved' : undefined;
  };
  const { decisions } = site;
  if (verdict(decisions.current) === undefined) {
    site.report({ event: 'awaiting-approval', study: protocol.studyId });
  }
  if ((await decisions.until(verdict, signal)) === 'refused') {
    const sentence = 'A person of this hospital refused the study.';
    throw new PolicyRefusal([{ code: 'refused-by-site', sentence }]);
  }
}

/** Backbone, data set and engine are what study and policy ask for. @throws ConsiliumError coded */
async function requireMeans(study: StudyContext) {
  const { dataset, backbone, engine } = await study.trainer.open();
  if (backbone.hash !== study.protocol.backbone.hash) {
    throw new ConsiliumError('bad-backbone', `this site holds the backbone ${backbone.hash}`);
  }
  const { minSamples } = study.protocol.participation;
  const { train: trainImages } = dataset.bySplit;
  if (trainImages < minSamples) {
    throw new ConsiliumError(
      'dataset-too-small',
      `${trainImages} training images, the study requires ${minSamples}`,
    );
  }
  const { policy } = study.decisions.current;
  requireNone(refusalsOfMeans(policy, { trainImages, device: engine.device }));
  return dataset;
}

function signDecision({ site, state }: DecisionInput, decision: Join['decision']): Signed<Join> {
  const protocol = state.offer.protocol.body;
  const body: Join = {
    v: PROTOCOL_VERSION,
    studyId: protocol.studyId,
    siteId: site.siteId,
    studyProtocolHash: studyProtocolHash(protocol),
    policyHash: site.decisions.current.hash,
    decision,
  };
  return signBody('join', body, site.identity);
}
