/** People of the sample study: one signs with a key of the command line, one with a passkey. */
import { createSoftPasskey, type SoftPasskey } from '../../crypto/testing/soft-passkey.js';
import { contentHashOf, type SigningKeyPair } from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import {
  meaningOf,
  passkeyChallenge,
  personKeyId,
  signAsPerson,
  studyProtocolHash,
  type Act,
  type PersonKey,
  type SignedAct,
} from '../../protocol/index.js';
import { parseOperatorId, type ContentHash, type OperatorId } from '../../vocabulary/index.js';
import { AT, same, type SampleContext } from './sample-context.js';
import { sampleSigningKey } from './sample-keys.js';

export const INVITER = parseOperatorId('op-0123456789ab');
export const APPROVER = parseOperatorId('op-ba9876543210');
/** Of the coordinator's pages. */
export const PAGES = 'https://coordinator.example';

const passkey: SoftPasskey = createSoftPasskey('coordinator.example');

interface Person {
  readonly operatorId: OperatorId;
  readonly key: PersonKey;
  readonly sign: (act: Act) => SignedAct;
}

export function samplePeople(): { readonly byKey: Person; readonly byPasskey: Person } {
  const pair = sampleSigningKey('person');
  return { byKey: withPair(INVITER, pair), byPasskey: withPasskey(APPROVER) };
}

function withPair(operatorId: OperatorId, pair: SigningKeyPair): Person {
  const key = { kind: 'ed25519', publicKey: pair.publicKey } as const;
  return { operatorId, key, sign: (act) => signAsPerson('act', act, pair) };
}

function withPasskey(operatorId: OperatorId): Person {
  const { publicKey, rpId } = passkey;
  const key = { kind: 'webauthn', publicKey } as const;
  return {
    operatorId,
    key,
    sign: (body) => {
      const made = passkey.assert(passkeyChallenge('act', body), PAGES);
      const proof = {
        kind: 'webauthn',
        rpId,
        authenticatorData: toBase64(made.authenticatorData),
        clientDataJson: toBase64(made.clientDataJson),
        signature: toBase64(made.signature),
      } as const;
      return { body, keyId: personKeyId(key), proof };
    },
  };
}

/** An administrator makes the account of the person. */
export function makeAccount({ log }: SampleContext, { operatorId }: Person): void {
  const type = 'operator.changed';
  const by = parseOperatorId('op-00000000ad01');
  log.append({ ...AT, type, operatorId, change: 'created', by, roles: ['study-coordinator'] });
}

export function addKey({ log }: SampleContext, { operatorId, key }: Person): void {
  const publicKey = toBase64(key.publicKey);
  const { kind } = key;
  const keyId = personKeyId(key);
  log.append({ ...AT, type: 'person.key-added', operatorId, keyId, kind, publicKey });
}

export function removeKey({ log }: SampleContext, { operatorId, key }: Person): void {
  log.append({ ...AT, type: 'person.key-removed', operatorId, keyId: personKeyId(key) });
}

type Subject =
  | { readonly act: 'study-approved' }
  | { readonly act: 'adapter-accepted'; readonly roundNo: number; readonly hash: ContentHash }
  | { readonly act: 'statement'; readonly size: number; readonly root: string };

/** The person signs, and the coordinator logs it. */
export function signAct(
  context: SampleContext,
  { operatorId, sign }: Person,
  subject: Subject,
): SignedAct {
  const { protocol, log, forgery } = context;
  const { studyId } = protocol;
  const act = actOf(context, operatorId, subject);
  const signed = sign((forgery.act ?? same)({ ...act, meaning: meaningOf(act) }));
  const { keyId } = signed;
  const actHash = contentHashOf(signed);
  const type = 'act.signed';
  log.append({ ...AT, type, studyId, operatorId, keyId, act: act.act, actHash });
  return signed;
}

function actOf({ protocol }: SampleContext, operatorId: OperatorId, of: Subject): Act {
  const { studyId } = protocol;
  const challenge = toBase64(new Uint8Array(32));
  const common = { ...AT, operatorId, meaning: '', challenge };
  switch (of.act) {
    case 'study-approved':
      return { ...common, act: of.act, subject: { studyId, hash: studyProtocolHash(protocol) } };
    case 'adapter-accepted':
      return { ...common, act: of.act, subject: { studyId, roundNo: of.roundNo, hash: of.hash } };
    case 'statement': {
      const subject = { studyId, size: of.size, root: of.root };
      return { ...common, act: of.act, subject, text: 'The second attempt went as it should.' };
    }
  }
}
