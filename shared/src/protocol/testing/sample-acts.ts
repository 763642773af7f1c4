/** For specs: what people sign, one of each kind. */
import type {
  Act,
  PersonKeyClaim,
  PersonProof,
  SignedAct,
  SignedPersonKeyClaim,
} from '../index.js';
import { bytes, hash, KEY_ID, OPERATOR_ID, STUDY_ID } from './sample-scalars.js';

const common = {
  v: 1,
  operatorId: OPERATOR_ID,
  meaning: 'I approve it.',
  atMs: 1_750_000_000_000,
  challenge: bytes(32),
} as const;

const ACTS: Readonly<Record<string, Act>> = {
  'act of approval': {
    ...common,
    act: 'study-approved',
    subject: { studyId: STUDY_ID, hash: hash() },
  },
  'act of acceptance': {
    ...common,
    act: 'adapter-accepted',
    subject: { studyId: STUDY_ID, roundNo: 2, hash: hash() },
  },
  statement: {
    ...common,
    act: 'statement',
    subject: { studyId: STUDY_ID, size: 6, root: bytes(32) },
    text: 'Attempt 3 was aborted for a power cut.',
  },
};

const ED25519: PersonProof = { kind: 'ed25519', signature: bytes(64) };

const WEBAUTHN: PersonProof = {
  kind: 'webauthn',
  rpId: 'coordinator.example',
  authenticatorData: bytes(37),
  clientDataJson: bytes(90),
  signature: bytes(70),
};

const CLAIM: PersonKeyClaim = {
  v: 1,
  operatorId: OPERATOR_ID,
  kind: 'ed25519',
  publicKey: bytes(32),
  challenge: bytes(32),
};

export const SIGNED_ACTS: Readonly<Record<string, SignedAct>> = Object.fromEntries(
  Object.entries(ACTS).map(([name, body]) => [name, { body, keyId: KEY_ID, proof: ED25519 }]),
);

export const SIGNED_CLAIM: SignedPersonKeyClaim = { body: CLAIM, keyId: KEY_ID, proof: WEBAUTHN };
