import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKeyPair } from '../crypto/index.js';
import { fromHex, toBase64 } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  meaningOf,
  passkeyChallenge,
  personKeyId,
  signAsPerson,
  verifyByPerson,
  type Act,
  type PersonKey,
  type PersonProof,
} from './acts.js';
import { bytes, hash, OPERATOR_ID, STUDY_ID } from './testing/sample-scalars.js';

interface PasskeyVector {
  readonly name: string;
  readonly publicKey: string;
  readonly clientDataJson: string;
  readonly authenticatorData: string;
  readonly signature: string;
}

const VECTORS = JSON.parse(
  readFileSync(join(__dirname, 'vectors', 'passkey-acts.json'), 'utf8'),
) as { readonly act: Act; readonly assertions: readonly PasskeyVector[] };

const { act } = VECTORS;
const ORIGINS = ['https://coordinator.example'];
const pair = generateSigningKeyPair();
const key: PersonKey = { kind: 'ed25519', publicKey: pair.publicKey };
const signed = signAsPerson('act', act, pair);

describe('an act signed by a key of the command line', () => {
  it('is the person’s own, and no other document is', () => {
    expect(verifyByPerson('act', signed, key, [])).toEqual(act);
    const other = { ...signed, body: { ...act, atMs: act.atMs + 1 } };
    expect(() => verifyByPerson('act', other, key, [])).toThrow(refusal('bad-signature'));
    expect(() => verifyByPerson('person-key', signed, key, [])).toThrow(refusal('bad-signature'));
  });

  it('is not that of another key, or of another kind of key with the same bytes', () => {
    const stranger: PersonKey = { ...key, publicKey: generateSigningKeyPair().publicKey };
    expect(() => verifyByPerson('act', signed, stranger, [])).toThrow(refusal('bad-signature'));
    const passkey: PersonKey = { ...key, kind: 'webauthn' };
    expect(personKeyId(passkey)).not.toBe(personKeyId(key));
    expect(() => verifyByPerson('act', signed, passkey, [])).toThrow(refusal('bad-signature'));
  });
});

describe.each(VECTORS.assertions)('an act signed by a passkey with $name', (vector) => {
  const passkey: PersonKey = { kind: 'webauthn', publicKey: fromHex(vector.publicKey) };
  const proof: PersonProof = {
    kind: 'webauthn',
    rpId: 'coordinator.example',
    authenticatorData: toBase64(fromHex(vector.authenticatorData)),
    clientDataJson: toBase64(fromHex(vector.clientDataJson)),
    signature: toBase64(fromHex(vector.signature)),
  };
  const document = { body: act, keyId: personKeyId(passkey), proof };

  it('is the person’s own, on a page of the coordinator', () => {
    expect(verifyByPerson('act', document, passkey, ORIGINS)).toEqual(act);
  });

  it('is nobody’s on another page, for another act, or for another domain', () => {
    const verify = (body: Act, rpId: string, origins: readonly string[]) => () =>
      verifyByPerson('act', { ...document, body, proof: { ...proof, rpId } }, passkey, origins);
    const { rpId } = proof as { rpId: string };
    for (const attempt of [
      verify(act, rpId, ['https://look-alike.example']),
      verify(act, rpId, []),
      verify(act, 'example', ORIGINS),
      verify({ ...act, atMs: 1 }, rpId, ORIGINS),
    ]) {
      expect(attempt).toThrow(refusal('bad-signature'));
    }
  });

  it('has a challenge of its own for each domain', () => {
    expect(passkeyChallenge('act', act)).not.toEqual(passkeyChallenge('person-key', act));
  });
});

describe('the meaning of an act', () => {
  const common = { v: 1, operatorId: OPERATOR_ID, meaning: '', atMs: 1, challenge: '' } as const;
  const subject = { studyId: STUDY_ID, hash: hash() };

  it('names exactly what is signed', () => {
    const acts: Act[] = [
      { ...common, act: 'study-approved', subject },
      { ...common, act: 'adapter-accepted', subject: { ...subject, roundNo: 2 } },
      {
        ...common,
        act: 'statement',
        subject: { studyId: STUDY_ID, size: 6, root: bytes(32) },
        text: 'x',
      },
    ];
    expect(acts.map(meaningOf)).toEqual([
      `I have read the protocol ${hash()} of the study blood-cells and approve it.`,
      `I accept the adapter checkpoint ${hash()} of round 2 of the study blood-cells.`,
      `On the study blood-cells, as the log had it at size 6 with root ${bytes(32)}, I state:`,
    ]);
  });
});
