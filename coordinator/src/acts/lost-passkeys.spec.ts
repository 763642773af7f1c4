/** Threat: whoever has found or stolen a passkey goes on signing acts with it after its person had it removed. */
import type { Leaf } from '@consilium/shared/protocol';
import { passkeyChallenge, personKeyId, type PersonKeyClaim } from '@consilium/shared/protocol';
import { parseOperatorId, type KeyId } from '@consilium/shared/vocabulary';
import { auditTables } from '../audit/audit-tables.js';
import { Database } from '../database/database.js';
import { modelTables } from '../models/model-tables.js';
import { PasskeyRemovals } from '../operators/passkey-removals.js';
import type { Passkey } from '../operators/passkeys.repository.js';
import { SoftwarePasskey } from '../operators/testing/software-passkey.js';
import {
  startTestApplication,
  type TestApplication,
} from '../platform/testing/test-application.js';
import { siteTables } from '../sites/site-tables.js';
import { studyTables } from '../studies/study-tables.js';
import { ActsModule } from './acts.module.js';
import { actTables } from './act-tables.js';

const ORIGIN = 'https://consilium.example';
const PLACE = { origin: ORIGIN, rpId: 'consilium.example' };
const ME = parseOperatorId('op-0123456789ab');
const SOMEBODY_ELSE = parseOperatorId('op-ba9876543210');

describe('a passkey that was removed from its account', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication({
      imports: [ActsModule],
      tables: [auditTables, siteTables, modelTables, studyTables, actTables],
      config: { publicUrl: ORIGIN },
    });
  });

  afterAll(() => application.close());

  async function post<T>(path: string, body: object): Promise<{ status: number; body: T }> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await application.fetch(path, init);
    return { status: answer.status, body: JSON.parse(await answer.text()) as T };
  }

  /** A passkey that its person has registered as a key. */
  async function registered(): Promise<{ readonly passkey: Passkey; readonly keyId: KeyId }> {
    const device = new SoftwarePasskey(PLACE);
    const publicKey = new Uint8Array(device.coseKey());
    const keyId = personKeyId({ kind: 'webauthn', publicKey });
    const wish = { kind: 'webauthn', publicKey: Buffer.from(publicKey).toString('base64') };
    const { status, body } = await post<PersonKeyClaim>('/v1/me/keys/claims', wish);
    expect([status, body]).toEqual([201, expect.objectContaining(wish)]);
    const challenge = Buffer.from(passkeyChallenge('person-key', body)).toString('base64url');
    const proof = device.proof(challenge);
    expect((await post('/v1/me/keys', { body, keyId, proof })).status).toBe(201);
    const passkey: Passkey = {
      credentialId: device.id,
      operatorId: ME,
      label: 'laptop',
      publicKey,
      counter: 0,
      transports: [],
      createdAtMs: 0,
    };
    return { passkey, keyId };
  }

  const remove = (passkey: Passkey): Promise<void> =>
    application.nest
      .get(Database, { strict: false })
      .transaction((tx) =>
        application.nest.get(PasskeyRemovals, { strict: false }).removed(tx, [passkey]),
      );

  async function removalsInLog(): Promise<unknown[]> {
    const answer = await application.fetch('/v1/log/leaves?start=0');
    const { leaves } = (await answer.json()) as { leaves: { leaf: string }[] };
    return leaves
      .map(({ leaf }) => JSON.parse(leaf) as Leaf)
      .flatMap((leaf) => (leaf.type === 'person.key-removed' ? [leaf.keyId] : []));
  }

  it('is no key of the person either, with a leaf that says so', async () => {
    const { passkey, keyId } = await registered();
    await remove(passkey);
    await remove(passkey);
    expect(await removalsInLog()).toEqual([keyId]);
    const keys = (await (await application.fetch('/v1/me/keys')).json()) as object[];
    expect(keys).toEqual([
      expect.objectContaining({ keyId, removedAtMs: expect.any(Number) as number }),
    ]);
  });

  it('takes nothing from other people and other keys', async () => {
    const before = await removalsInLog();
    const { passkey } = await registered();
    await remove({ ...passkey, operatorId: SOMEBODY_ELSE });
    await remove({ ...passkey, publicKey: new Uint8Array(new SoftwarePasskey(PLACE).coseKey()) });
    expect(await removalsInLog()).toEqual(before);
  });
});
