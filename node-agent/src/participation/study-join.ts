/** A site's decision on a study: everything is checked before it says that it takes part. docs/protocol/v1.md section 3. */
import { signBody, type Signed } from '@consilium/shared/crypto';
import { studyProtocolHash, type Join } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isConsiliumError,
  PROTOCOL_VERSION,
  type ContentHash,
} from '@consilium/shared/vocabulary';
import { errorFields } from '../telemetry/logger.js';
import { requireAcceptableOffer } from './acceptance.js';
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
  readonly approve: 'any' | ContentHash;
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
    const join = signDecision(input, { kind: 'decline', code: error.code });
    return { kind: 'decline', join };
  }
}

async function checkAndJoin(input: DecisionInput): Promise<Decision> {
  const { site, state, approve, setUp, signal } = input;
  const { protocol, leafIndex } = state.offer;
  const leaf = await site.logTrust.requireLeaf('study.created', leafIndex, signal);
  const { coordinatorKey, siteId } = site;
  requireAcceptableOffer({ protocol, leaf, coordinatorKey, siteId, approve });
  const study = await setUp();
  const { hash: adapterCheckpointHash } = study.checkpoints.initial();
  if (adapterCheckpointHash !== leaf.adapterCheckpointHash) {
    throw new ConsiliumError('bad-tensor-schema', 'the seed gives another adapter checkpoint 0');
  }
  const { dataset, backbone } = await study.trainer.open();
  if (backbone.hash !== study.protocol.backbone.hash) {
    throw new ConsiliumError('bad-backbone', `this site holds the backbone ${backbone.hash}`);
  }
  const { minSamples } = study.protocol.participation;
  if (dataset.bySplit.train < minSamples) {
    throw new ConsiliumError(
      'dataset-too-small',
      `${dataset.bySplit.train} training images, the study requires ${minSamples}`,
    );
  }
  const { images, used, skipped } = dataset;
  const join = signDecision(input, { kind: 'join', images, used, skipped });
  return { kind: 'join', join, adapterCheckpointHash };
}

function signDecision({ site, state }: DecisionInput, decision: Join['decision']): Signed<Join> {
  const protocol = state.offer.protocol.body;
  const body: Join = {
    v: PROTOCOL_VERSION,
    studyId: protocol.studyId,
    siteId: site.siteId,
    studyProtocolHash: studyProtocolHash(protocol),
    decision,
  };
  return signBody('join', body, site.identity);
}
