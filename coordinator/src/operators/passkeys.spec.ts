import { personKeyId } from '@consilium/shared/protocol';
import { FakeClock } from '../platform/testing/fake-clock.js';
import { OperatorsApplication, PASSWORD } from './testing/operators-application.js';
import { PasskeyRemovals } from './passkey-removals.js';
import { SoftwarePasskey, type Behaviour } from './testing/software-passkey.js';

const ORIGIN = 'http://consilium.example:8443';
const PLACE = { origin: ORIGIN, rpId: 'consilium.example' };
const MINUTE = 60_000;

type Headers = Record<string, string>;

describe('passkeys', () => {
  const clock = new FakeClock();
  let operators: OperatorsApplication;
  let people = 0;

  beforeAll(async () => {
    operators = await OperatorsApplication.start({ publicUrl: ORIGIN }, clock);
  });

  afterAll(() => operators.close());

  async function withPassword(name: string): Promise<Headers> {
    const body = { name, password: PASSWORD };
    const { response } = await operators.ask(
      'POST',
      '/v1/login/password',
      { origin: ORIGIN },
      body,
    );
    return { ...operators.browser(response), origin: ORIGIN };
  }

  async function challengeOf(path: string, headers: Headers): Promise<string> {
    const { body } = await operators.ask('POST', path, headers);
    return (body['options'] as { challenge: string }).challenge;
  }

  const toRegister = (headers: Headers): Promise<string> =>
    challengeOf('/v1/me/passkeys/options', headers);
  const toSignIn = (headers: Headers): Promise<string> =>
    challengeOf('/v1/login/passkey/options', headers);

  const register = (headers: Headers, response: object): ReturnType<OperatorsApplication['ask']> =>
    operators.ask('POST', '/v1/me/passkeys', headers, { label: 'key', response });
  const signIn = (headers: Headers, response: object): ReturnType<OperatorsApplication['ask']> =>
    operators.ask('POST', '/v1/login/passkey', headers, { response });

  /** A person with one passkey that has never been used. */
  async function personWithPasskey(): Promise<{ name: string; key: SoftwarePasskey }> {
    people += 1;
    const name = `person-${people}`;
    await operators.person(name, 'study-coordinator');
    const headers = await withPassword(name);
    const key = new SoftwarePasskey(PLACE);
    const { status } = await register(headers, key.create(await toRegister(headers)));
    expect(status).toBe(201);
    return { name, key };
  }

  it('open a session after the password, and the password alone opens none', async () => {
    const { name, key } = await personWithPasskey();
    const pending = await withPassword(name);
    expect(pending['cookie']).toMatch(/^consilium-pending=/);
    expect((await operators.ask('GET', '/v1/me', pending)).status).toBe(401);
    const { body, response } = await signIn(pending, key.get(await toSignIn(pending)));
    expect(body).toEqual({ next: 'done' });
    const headers = { ...operators.browser(response), origin: ORIGIN };
    expect((await operators.ask('GET', '/v1/me', headers)).body).toMatchObject({ name });
    const renamed = await operators.ask('PUT', `/v1/me/passkeys/${key.id}`, headers, {
      label: 'laptop',
    });
    expect([renamed.status, renamed.body['label']]).toEqual([200, 'laptop']);
    const listed = await operators.ask('GET', '/v1/me/passkeys', headers);
    expect(listed.body).toEqual([
      {
        credentialId: key.id,
        keyId: personKeyId({ kind: 'webauthn', publicKey: key.coseKey() }),
        publicKey: key.coseKey().toString('base64'),
        label: 'laptop',
        createdAtMs: clock.nowMs(),
        usedAtMs: clock.nowMs(),
      },
    ]);
    expect((await operators.ask('DELETE', `/v1/me/passkeys/${key.id}`, headers)).status).toBe(204);
    expect((await withPassword(name))['cookie']).toMatch(/^consilium-session=/);
  });

  it.each<[string, Partial<Behaviour>]>([
    ['of another origin', { origin: 'http://evil.example:8443' }],
    ['of another port', { origin: 'http://consilium.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['without a verified user', { userVerified: false }],
    ['with a counter that does not grow', { counter: 0 }],
  ])('are refused %s', async (_, changes) => {
    const { name, key } = await personWithPasskey();
    const first = await withPassword(name);
    expect((await signIn(first, key.get(await toSignIn(first), { counter: 1 }))).status).toBe(200);
    const pending = await withPassword(name);
    const answer = key.get(await toSignIn(pending), { counter: 2, ...changes });
    const { status, body } = await signIn(pending, answer);
    expect([status, body['detail']]).toEqual([401, 'the passkey was refused: begin again']);
  });

  it.each<[string, Partial<Behaviour>]>([
    ['of another origin', { origin: 'http://evil.example:8443' }],
    ['for another host', { rpId: 'evil.example' }],
    ['without a verified user', { userVerified: false }],
  ])('are not kept when they were made %s', async (_, changes) => {
    people += 1;
    await operators.person(`person-${people}`, 'auditor');
    const headers = await withPassword(`person-${people}`);
    const key = new SoftwarePasskey(PLACE);
    const { status } = await register(headers, key.create(await toRegister(headers), changes));
    expect(status).toBe(401);
  });

  it('answer a challenge once, in time, and the kind that it was made for', async () => {
    const { name, key } = await personWithPasskey();
    const pending = await withPassword(name);
    const challenge = await toSignIn(pending);
    expect((await signIn(pending, key.get(challenge, { counter: 1 }))).status).toBe(200);
    const again = await withPassword(name);
    expect((await signIn(again, key.get(challenge, { counter: 2 }))).status).toBe(401);

    const slow = await withPassword(name);
    const old = await toSignIn(slow);
    clock.advance(4 * MINUTE);
    const fresh = await withPassword(name);
    clock.advance(2 * MINUTE);
    expect((await signIn(slow, key.get(old, { counter: 3 }))).status).toBe(401);
    expect((await signIn(fresh, key.get(old, { counter: 4 }))).status).toBe(401);

    const last = await withPassword(name);
    const signedIn = await signIn(last, key.get(await toSignIn(last), { counter: 5 }));
    const headers = { ...operators.browser(signedIn.response), origin: ORIGIN };
    const ofRegistration = await toRegister(headers);
    const other = await withPassword(name);
    expect((await signIn(other, key.get(ofRegistration, { counter: 6 }))).status).toBe(401);
  });

  it('allow one try for each right password', async () => {
    const { name, key } = await personWithPasskey();
    const pending = await withPassword(name);
    const challenge = await toSignIn(pending);
    expect((await signIn(pending, key.get('AAAA'))).status).toBe(401);
    expect((await signIn(pending, key.get(challenge))).status).toBe(401);
  });

  it('open only the account of their person', async () => {
    const one = await personWithPasskey();
    const other = await personWithPasskey();
    const pending = await withPassword(one.name);
    expect((await signIn(pending, other.key.get(await toSignIn(pending)))).status).toBe(401);
  });

  it('are renamed by their person alone', async () => {
    const one = await personWithPasskey();
    const other = await personWithPasskey();
    const pending = await withPassword(one.name);
    const { response } = await signIn(pending, one.key.get(await toSignIn(pending)));
    const headers = { ...operators.browser(response), origin: ORIGIN };
    const rename = { label: 'mine now' };
    const path = `/v1/me/passkeys/${other.key.id}`;
    expect((await operators.ask('PUT', path, headers, rename)).status).toBe(404);
  });

  it('are added and removed by a browser only, shortly after its person has signed in', async () => {
    people += 1;
    const person = await operators.person(`person-${people}`, 'auditor');
    const path = '/v1/me/passkeys/options';
    expect((await operators.ask('POST', path, person.token)).status).toBe(403);
    const headers = await withPassword(person.name);
    clock.advance(11 * MINUTE);
    expect((await operators.ask('POST', path, headers)).status).toBe(401);
  });

  it('are forgotten by an administrator for a person who lost them', async () => {
    const { name } = await personWithPasskey();
    const listed = await operators.ask('GET', '/v1/operators', operators.admin.token);
    const accounts = listed.body as unknown as { name: string; operatorId: string }[];
    const id = accounts.find((account) => account.name === name)?.operatorId ?? '';
    const activation = `/v1/operators/${id}/activation`;
    const forget = { forgetPasskeys: true };
    const kept = await operators.ask('POST', activation, operators.admin.token, {});
    const wish = { activation: kept.body['activation'], token: { label: 'around the passkey' } };
    expect((await operators.ask('POST', '/v1/activations', {}, wish)).status).toBe(403);
    const renewed = await operators.ask('POST', activation, operators.admin.token, forget);
    expect(renewed.status).toBe(201);
    expect((await withPassword(name))['cookie']).toMatch(/^consilium-session=/);
  });

  it('tell who listens that they are removed, one by one or all together', async () => {
    const told: string[] = [];
    operators.application.nest
      .get(PasskeyRemovals, { strict: false })
      .listen((_, { label, operatorId }) => {
        told.push(`${label} of ${operatorId}`);
        return Promise.resolve();
      });
    people += 1;
    const { name, operatorId } = await operators.person(`person-${people}`, 'auditor');
    const headers = await withPassword(name);
    const keys = [new SoftwarePasskey(PLACE), new SoftwarePasskey(PLACE)] as const;
    for (const key of keys) {
      await register(headers, key.create(await toRegister(headers)));
    }
    await operators.ask('DELETE', `/v1/me/passkeys/${keys[0].id}`, headers);
    expect(told).toEqual([`key of ${operatorId}`]);
    expect((await operators.ask('DELETE', '/v1/me/passkeys/none', headers)).status).toBe(404);
    expect(await operators.accountChanges(operatorId)).toEqual([
      'created',
      'passkey-added',
      'passkey-added',
      'passkey-removed',
    ]);
    const activation = `/v1/operators/${operatorId}/activation`;
    await operators.ask('POST', activation, operators.admin.token, { forgetPasskeys: true });
    expect(told).toHaveLength(2);
  });

  it('need a host name to be bound to', async () => {
    const plain = await OperatorsApplication.start();
    try {
      await plain.person('ada', 'auditor');
      const { status, body } = await plain.ask(
        'POST',
        '/v1/me/passkeys/options',
        await plain.signIn('ada'),
      );
      expect([status, body['detail']]).toEqual([
        409,
        'passkeys are bound to a host name: set publicUrl to one',
      ]);
    } finally {
      await plain.close();
    }
  });
});
