/** What people sign, from the first key to the auditor. */
import type { StudyView } from '@consilium/shared/answers';
import { generateSigningKeyPair, type SigningKeyPair } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import {
  passkeyChallenge,
  personKeyId,
  signAsPerson,
  signedBundleIndexSchema,
  type Act,
  type PersonKeyClaim,
  type PersonProof,
} from '@consilium/shared/protocol';
import { bundleFromFiles, verifyBundle, type BundleReport } from '@consilium/shared/verify';
import { createSoftPasskey } from '@consilium/shared/verify/testing';
import { parseOperatorId, parseStudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import { BackbonesService } from '../models/backbones.service.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { AccountChanges } from '../operators/account-changes.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyOpening } from '../studies/study-opening.js';
import { Federation, studyFile } from './testing/federation.js';

const STUDY = parseStudyId('smears');
const SIGNER = parseOperatorId('op-0123456789ab');
const ADMINISTRATOR = parseOperatorId('op-00000000ad01');
const PAGES = 'https://coordinator.example';

interface Answer<T> {
  readonly status: number;
  readonly body: T & { readonly code?: string };
}

describe('acts of people', () => {
  let federation: Federation;
  const key = generateSigningKeyPair();

  beforeAll(async () => {
    federation = await Federation.start(['northgate', 'southside'], { publicUrl: PAGES });
    await federation.get(BackbonesService).register(BACKBONE);
    await federation.enrolAll();
    await makeAccount();
    await federation.get(StudyOpening).open(studyFile(STUDY));
    await federation.deliver();
  });

  afterAll(() => federation.close());

  /** The log has it that whoever asks in these tests may sign. */
  async function makeAccount(): Promise<void> {
    const changes = new AccountChanges(federation.get(AuditService));
    const account = { operatorId: SIGNER, roles: ['study-coordinator'] as const };
    await federation
      .get(Database)
      .transaction((tx) => changes.record(tx, ADMINISTRATOR, 'created', account));
  }

  async function post<T>(path: string, body: unknown): Promise<Answer<T>> {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const answer = await federation.application.fetch(path, { ...init, headers });
    return { status: answer.status, body: JSON.parse(await answer.text()) as Answer<T>['body'] };
  }

  const wish = ({ publicKey }: SigningKeyPair) => ({
    kind: 'ed25519',
    publicKey: toBase64(publicKey),
  });

  const claim = async (pair: SigningKeyPair): Promise<PersonKeyClaim> =>
    (await post<PersonKeyClaim>('/v1/me/keys/claims', wish(pair))).body;

  const register = async (pair: SigningKeyPair): Promise<Answer<object>> =>
    post('/v1/me/keys', signAsPerson('person-key', await claim(pair), pair));

  const prepare = async (body: object): Promise<Act> =>
    (await post<Act>(`/v1/studies/${STUDY}/acts/preparations`, body)).body;

  const submit = (signed: object): Promise<Answer<object>> =>
    post(`/v1/studies/${STUDY}/acts`, signed);

  const codeOf = async (answer: Promise<Answer<object>>): Promise<unknown> => {
    const { status, body } = await answer;
    return body.code ?? status;
  };

  async function verifiedBundle(): Promise<BundleReport> {
    const made = await federation.application.fetch(`/v1/studies/${STUDY}/bundle`);
    const { index } = JSON.parse(await made.text()) as { index: unknown };
    const signed = signedBundleIndexSchema.parse(index);
    const files = [{ path: 'bundle.json', bytes: canonicalBytes(signed) }];
    for (const { path } of signed.body.files) {
      const query = new URLSearchParams({ path }).toString();
      const file = await federation.application.fetch(`/v1/studies/${STUDY}/bundle/file?${query}`);
      files.push({ path, bytes: new Uint8Array(await file.arrayBuffer()) });
    }
    return verifyBundle(bundleFromFiles(files));
  }

  it('need a key that the person has shown to hold', async () => {
    const stranger = generateSigningKeyPair();
    const act = await prepare({ act: 'study-approved' });
    expect(await codeOf(submit(signAsPerson('act', act, key)))).toBe('not-found');
    const body = await claim(key);
    expect(await codeOf(post('/v1/me/keys', signAsPerson('person-key', body, stranger)))).toBe(
      'bad-signature',
    );
    const invented = { ...body, challenge: toBase64(new Uint8Array(32)) };
    expect(await codeOf(post('/v1/me/keys', signAsPerson('person-key', invented, key)))).toBe(
      'conflict',
    );
    const foreign = { ...body, operatorId: 'op-ba9876543210' };
    expect(await codeOf(post('/v1/me/keys', signAsPerson('person-key', foreign, key)))).toBe(
      'not-permitted',
    );
    expect(await codeOf(register(key))).toBe(201);
    expect(await codeOf(register(key))).toBe('conflict');
    expect(await codeOf(submit(signAsPerson('act', act, key)))).toBe(201);
  });

  it('are taken once, unchanged, and for the study that they name', async () => {
    const act = await prepare({ act: 'statement', text: 'Two sites were asked.' });
    const signed = signAsPerson('act', act, key);
    const changed = signAsPerson('act', { ...act, text: 'Nobody was asked.' } as Act, key);
    expect(await codeOf(submit(changed))).toBe('conflict');
    expect(await codeOf(post('/v1/studies/other/acts', signed))).toBe('not-permitted');
    expect(await codeOf(submit(signed))).toBe(201);
    expect(await codeOf(submit(signed))).toBe('conflict');
    expect(await codeOf(post(`/v1/studies/${STUDY}/acts/preparations`, { act: 'other' }))).toBe(
      'bad-request',
    );
  });

  it('accept nothing before there is something, and then by a passkey', async () => {
    const early = post<Act>(`/v1/studies/${STUDY}/acts/preparations`, { act: 'adapter-accepted' });
    expect(await codeOf(early)).toBe('wrong-state');
    await federation.get(StudiesService).start(STUDY);
    const pause = await post<StudyView>(`/v1/studies/${STUDY}/pause`, { reason: 'a new scanner' });
    expect(pause).toMatchObject({ status: 200, body: { pause: { by: SIGNER } } });
    const resumed = await post<StudyView>(`/v1/studies/${STUDY}/resume`, undefined);
    expect([resumed.status, resumed.body.pause]).toEqual([200, undefined]);
    await federation.runToEnd(STUDY);
    const passkey = createSoftPasskey('coordinator.example');
    const keyId = personKeyId({ kind: 'webauthn', publicKey: passkey.publicKey });
    const proofOf = (challenge: Uint8Array, page: string): PersonProof => {
      const made = passkey.assert(challenge, page);
      return {
        kind: 'webauthn',
        rpId: passkey.rpId,
        authenticatorData: toBase64(made.authenticatorData),
        clientDataJson: toBase64(made.clientDataJson),
        signature: toBase64(made.signature),
      };
    };
    const publicKey = toBase64(passkey.publicKey);
    const { body } = await post<PersonKeyClaim>('/v1/me/keys/claims', {
      kind: 'webauthn',
      publicKey,
    });
    const challenge = passkeyChallenge('person-key', body);
    const elsewhere = { body, keyId, proof: proofOf(challenge, 'https://look-alike.example') };
    expect(await codeOf(post('/v1/me/keys', elsewhere))).toBe('bad-signature');
    const here = { body, keyId, proof: proofOf(challenge, PAGES) };
    expect(await codeOf(post('/v1/me/keys', here))).toBe(201);
    const act = await prepare({ act: 'adapter-accepted' });
    const proof = proofOf(passkeyChallenge('act', act), PAGES);
    expect(await codeOf(submit({ body: act, keyId, proof }))).toBe(201);
  });

  it('are in the bundle, which verifies, also after the key was removed', async () => {
    const keyId = personKeyId({ kind: 'ed25519', publicKey: key.publicKey });
    const path = `/v1/me/keys/${keyId}`;
    expect((await federation.application.fetch(path, { method: 'DELETE' })).status).toBe(204);
    expect((await federation.application.fetch(path, { method: 'DELETE' })).status).toBe(404);
    const act = await prepare({ act: 'study-approved' });
    expect(await codeOf(submit(signAsPerson('act', act, key)))).toBe('not-found');
    const report = await verifiedBundle();
    expect(report.checks.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report.verified).toBe(true);
    expect(report.pauses).toMatchObject([
      { by: SIGNER, reason: 'a new scanner', resumed: { by: SIGNER } },
    ]);
    expect(report.acts?.map(({ meaning, text }) => [meaning.slice(0, 12), text])).toEqual([
      ['I have read ', undefined],
      ['On the study', 'Two sites were asked.'],
      ['I accept the', undefined],
    ]);
  });
});
