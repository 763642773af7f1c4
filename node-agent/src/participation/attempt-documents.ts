/** The documents that this site signs in an attempt: its advert, its update header, its decline. docs/protocol/v1.md section 4. */
import { randomBytes, signBody, type BoxKeyPair, type Signed } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import {
  encryptedPayload,
  peersHash,
  signedHash,
  type Advert,
  type Decline,
  type SitePolicy,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { ConsiliumError, PROTOCOL_VERSION } from '@consilium/shared/vocabulary';
import { mayShare } from '../policy/shared-figures.js';
import { engineWords } from '../trainer-link/engine-words.js';
import type { Trained } from '../trainer-link/messages.js';
import type { AttemptState } from './agent-state.js';
import type { TrainedDelta } from './local-training.js';
import { required, type StudyContext } from './site-context.js';
import { updateFile } from './update-file.js';

export function signAdvert(
  study: StudyContext,
  attempt: AttemptState,
  transportKey: Uint8Array,
  weight: number,
): Signed<Advert> {
  const body: Advert = {
    ...attemptFields(study, attempt),
    transportKey: toBase64(transportKey),
    weight,
    nonce: toBase64(randomBytes(32)),
  };
  return signBody('advert', body, study.identity);
}

export function signDecline(
  study: StudyContext,
  attempt: AttemptState,
  code: string,
): Signed<Decline> {
  const body: Decline = { ...attemptFields(study, attempt), code };
  return signBody('decline', body, study.identity);
}

/**
 * Makes the encrypted update of this attempt and signs what was made. The content key exists only while this runs, so no two
 * updates can be sealed with it.
 * @throws ConsiliumError 'bad-dataset' when the images are no longer those of the advert; 'non-finite', 'bad-tensor-schema'
 */
export async function makeUpdate(
  study: StudyContext,
  attempt: AttemptState,
  { deltaFile, trained }: TrainedDelta,
  transportKey: BoxKeyPair,
): Promise<Signed<UpdateHeader>> {
  const adverts = required(attempt.peers, 'set of adverts');
  const { weight } = required(attempt.advert, 'advert').body;
  if (trained.samples !== weight) {
    throw new ConsiliumError('bad-dataset', 'the data set changed after the advert was sent');
  }
  const fields = attemptFields(study, attempt);
  const contentKey = randomBytes(32);
  const sealed = await study.seal({
    deltaFile,
    updateFile: updateFile(study.folder.attemptFolder(attempt.attemptId)),
    schema: study.schema,
    weight,
    weightTotal: adverts.reduce((sum, { body }) => sum + body.weight, 0),
    sites: adverts.length,
    contentKey,
    context: fields,
  });
  const { wallMs, engine } = trained;
  const { policy, hash: policyHash } = study.decisions.current;
  const body: UpdateHeader = {
    ...fields,
    peersHash: peersHash(attempt.attemptId, adverts),
    schemaHash: attempt.manifest.body.schemaHash,
    payload: encryptedPayload(contentKey, attempt.manifest.body, transportKey.secretKey),
    plaintextBytes: sealed.plaintextBytes,
    vectorHash: sealed.vectorHash,
    chunkCount: sealed.chunkCount,
    chunkRoot: toBase64(sealed.chunkRoot),
    cut: sealed.cut,
    ...evaluationOf(policy, trained),
    trainMs: wallMs,
    engine: engineWords(engine),
    policyHash,
  };
  return signBody('update-header', body, study.identity);
}

/** The figures of the training, if the policy lets them leave. */
function evaluationOf(
  policy: SitePolicy,
  { before, after }: Trained,
): Pick<UpdateHeader, 'evaluation'> {
  return before === undefined || after === undefined || !mayShare(policy, [before, after])
    ? {}
    : { evaluation: { before, after } };
}

function attemptFields(study: StudyContext, { manifest }: AttemptState) {
  const { studyId, roundNo, attemptId } = manifest.body;
  return {
    v: PROTOCOL_VERSION,
    studyId,
    roundNo,
    attemptId,
    siteId: study.siteId,
    manifestHash: signedHash(manifest),
  } as const;
}
