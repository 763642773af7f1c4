/** The documents that this site signs in an attempt: its advert, its update header, its decline. docs/protocol/v1.md section 4. */
import { boxKeyPairFrom, randomBytes, signBody, type Signed } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import {
  encryptedPayload,
  peersHash,
  signedHash,
  type Advert,
  type Dealt,
  type Decline,
  type Metrics,
  type SitePolicy,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { selfSeedHash } from '@consilium/shared/secagg';
import { ConsiliumError, PROTOCOL_VERSION } from '@consilium/shared/vocabulary';
import { mayShare } from '../policy/shared-figures.js';
import { engineWords } from '../trainer-link/engine-words.js';
import type { Trained } from '../trainer-link/messages.js';
import type { AttemptState } from './agent-state.js';
import type { TrainedDelta } from './local-training.js';
import { required, type StudyContext } from './site-context.js';
import { requireSecure, type MaskSecrets, type RoundSecrets } from './round-secrets.js';
import { masksOf, metricWordsOf } from './masked-update.js';
import type { Protection } from './update-sealer.js';
import { updateFile } from './update-file.js';

export function signAdvert(
  study: StudyContext,
  attempt: AttemptState,
  { transportSecret, secure }: RoundSecrets,
  weight: number,
): Signed<Advert> {
  const body: Advert = {
    ...attemptFields(study, attempt),
    transportKey: publicHalf(transportSecret),
    weight,
    nonce: toBase64(randomBytes(32)),
    ...(secure === undefined ? {} : { secure: maskAdvert(secure) }),
  };
  return signBody('advert', body, study.identity);
}

function maskAdvert({ maskSecret, selfSeed }: MaskSecrets): NonNullable<Advert['secure']> {
  return { maskKey: publicHalf(maskSecret), selfSeedHash: toBase64(selfSeedHash(selfSeed)) };
}

function publicHalf(secretKey: Uint8Array): string {
  return toBase64(boxKeyPairFrom(secretKey).publicKey);
}

export function signDecline(
  study: StudyContext,
  attempt: AttemptState,
  code: string,
  complaint?: Dealt,
): Signed<Decline> {
  const fields = attemptFields(study, attempt);
  const body: Decline = { ...fields, code, ...(complaint === undefined ? {} : { complaint }) };
  return signBody('decline', body, study.identity);
}

/** With which training of the round it comes from, from 0. */
interface NumberedDelta extends TrainedDelta {
  readonly training: number;
}

/**
 * Makes the encrypted or masked update of this attempt and signs what was made. The content key of an encrypted one exists only
 * while this runs, so no two updates can be sealed with it; the masks are those of the attempt, so it makes the same again.
 * @throws ConsiliumError 'bad-dataset' when the images are no longer those of the advert; 'non-finite', 'bad-tensor-schema'
 */
export async function makeUpdate(
  study: StudyContext,
  attempt: AttemptState,
  { deltaFile, trained, training }: NumberedDelta,
  secrets: RoundSecrets,
): Promise<Signed<UpdateHeader>> {
  const adverts = required(attempt.peers, 'set of adverts');
  const { weight } = required(attempt.advert, 'advert').body;
  if (trained.samples !== weight) {
    throw new ConsiliumError('bad-dataset', 'the data set changed after the advert was sent');
  }
  const fields = attemptFields(study, attempt);
  const { policy, hash: policyHash } = study.decisions.current;
  const shared = sharedFigures(policy, trained);
  const { protection, payload } = protect(study, attempt, secrets, { shared, training });
  const sealed = await study.seal({
    deltaFile,
    updateFile: updateFile(study.folder.attemptFolder(attempt.attemptId)),
    schema: study.schema,
    weight,
    weightTotal: adverts.reduce((sum, { body }) => sum + body.weight, 0),
    sites: adverts.length,
    protection,
  });
  const { wallMs, engine } = trained;
  const body: UpdateHeader = {
    ...fields,
    peersHash: peersHash(attempt.attemptId, adverts),
    schemaHash: attempt.manifest.body.schemaHash,
    payload,
    plaintextBytes: sealed.plaintextBytes,
    vectorHash: sealed.vectorHash,
    chunkCount: sealed.chunkCount,
    chunkRoot: toBase64(sealed.chunkRoot),
    cut: sealed.cut,
    ...(payload.kind === 'masked' || shared === undefined ? {} : { evaluation: shared }),
    trainMs: wallMs,
    engine: engineWords(engine),
    policyHash,
  };
  return signBody('update-header', body, study.identity);
}

/** How the vector is hidden, and what the header says of it. Figures leave a secure attempt inside the sum alone. */
function protect(
  study: StudyContext,
  attempt: AttemptState,
  secrets: RoundSecrets,
  { shared, training }: { readonly shared: SharedFigures | undefined; readonly training: number },
): { readonly protection: Protection; readonly payload: UpdateHeader['payload'] } {
  const manifest = attempt.manifest.body;
  switch (manifest.aggregation.kind) {
    case 'plain': {
      const contentKey = randomBytes(32);
      const context = attemptFields(study, attempt);
      return {
        protection: { kind: 'encrypted', contentKey, context },
        payload: encryptedPayload(contentKey, manifest, secrets.transportSecret),
      };
    }
    case 'secure': {
      const { sharersHash, masks } = masksOf(study, attempt, requireSecure(secrets));
      const metricWords = metricWordsOf(study, attempt, shared);
      return {
        protection: { kind: 'masked', metricWords, masks },
        payload: { kind: 'masked', sharersHash, training },
      };
    }
  }
}

interface SharedFigures {
  readonly before: Metrics;
  readonly after: Metrics;
}

/** The figures of the training, if the policy lets them leave. */
function sharedFigures(policy: SitePolicy, { before, after }: Trained): SharedFigures | undefined {
  return before === undefined || after === undefined || !mayShare(policy, [before, after])
    ? undefined
    : { before, after };
}

type OfSiteInAttempt = Pick<Advert, 'v' | 'studyId' | 'roundNo' | 'attemptId' | 'siteId'>;

/** What every document of this site in an attempt begins with. */
export function ofSiteInAttempt(
  { siteId }: StudyContext,
  { manifest }: AttemptState,
): OfSiteInAttempt {
  const { studyId, roundNo, attemptId } = manifest.body;
  return { v: PROTOCOL_VERSION, studyId, roundNo, attemptId, siteId };
}

/** As above, with the manifest that it follows. */
export function attemptFields(
  study: StudyContext,
  attempt: AttemptState,
): OfSiteInAttempt & Pick<Advert, 'manifestHash'> {
  return {
    ...ofSiteInAttempt(study, attempt),
    manifestHash: signedHash(attempt.manifest),
  };
}
