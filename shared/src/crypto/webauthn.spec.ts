import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatBytes, fromHex, utf8 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { parseCoseKey, verifyCose } from './cose-key.js';
import { sha256 } from './hash.js';
import { verifyAssertion, type Assertion, type ExpectedAssertion } from './webauthn.js';

function refusalOf(action: () => unknown): ConsiliumError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof ConsiliumError ? error : new ConsiliumError('internal', String(error));
  }
}

interface Vector {
  readonly name: string;
  readonly publicKey: string;
  readonly challenge: string;
  readonly verified?: boolean;
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

function vectorsOf(file: string): Vector[] {
  return JSON.parse(readFileSync(join(__dirname, 'vectors', file), 'utf8')) as Vector[];
}

function assertionOf(vector: Vector): Assertion {
  return {
    authenticatorData: fromHex(vector.authenticatorData),
    clientDataJson: fromHex(vector.clientDataJSON),
    signature: fromHex(vector.signature),
  };
}

function expectedOf({ challenge }: Vector, rpId: string): ExpectedAssertion {
  return { challenge: fromHex(challenge), rpId, origins: [`https://${rpId}`] };
}

const W3C = vectorsOf('w3c-assertions.json');
const OWN = vectorsOf('assertions.json');

describe.each(W3C)('the example $name of the W3C', (vector) => {
  const { authenticatorData, clientDataJson, signature } = assertionOf(vector);
  const publicKey = fromHex(vector.publicKey);

  it('has a signature that holds, and no other message has it', () => {
    const key = parseCoseKey(publicKey);
    const message = concatBytes(authenticatorData, sha256(clientDataJson));
    expect(verifyCose(key, message, signature)).toBe(true);
    expect(verifyCose(key, concatBytes(message, Uint8Array.of(0)), signature)).toBe(false);
  });

  it('is taken exactly where the authenticator knew the person', () => {
    const verify = () => {
      verifyAssertion(publicKey, assertionOf(vector), expectedOf(vector, 'example.org'));
    };
    const refusal =
      vector.verified === true ? undefined : 'passkey: the user verification does not hold';
    expect(refusalOf(verify)?.message).toBe(refusal);
  });
});

describe.each(OWN)('an assertion by $name', (vector) => {
  const publicKey = fromHex(vector.publicKey);
  const assertion = assertionOf(vector);
  const expected = expectedOf(vector, 'coordinator.example');

  function refusal(altered: Partial<Assertion>, other: Partial<ExpectedAssertion> = {}): unknown {
    const error = refusalOf(() => {
      verifyAssertion(publicKey, { ...assertion, ...altered }, { ...expected, ...other });
    });
    return error && [error.code, /the (.+) does not hold/.exec(error.message)?.[1]];
  }

  function withFlags(flags: number): Partial<Assertion> {
    const authenticatorData = assertion.authenticatorData.slice();
    authenticatorData[32] = flags;
    return { authenticatorData };
  }

  function withClientData(change: (text: string) => string): Partial<Assertion> {
    return { clientDataJson: utf8(change(new TextDecoder().decode(assertion.clientDataJson))) };
  }

  it('is taken', () => {
    expect(refusal({})).toBeUndefined();
  });

  it.each([
    ['challenge', {}, { challenge: sha256(utf8('another act')) }],
    ['origin', {}, { origins: ['https://look-alike.example'] }],
    ['rpIdHash', {}, { rpId: 'look-alike.example' }],
    ['type of the client data', withClientData((text) => text.replace('.get', '.create')), {}],
    ['crossOrigin', withClientData((text) => text.replace('false', 'true')), {}],
    ['form of the client data', withClientData((text) => `${text}}`), {}],
    ['user presence', withFlags(0x04), {}],
    ['user verification', withFlags(0x01), {}],
    ['backup state', withFlags(0x15), {}],
    [
      'length of the authenticator data',
      { authenticatorData: assertion.authenticatorData.slice(1, 33) },
      {},
    ],
    [
      'end of the authenticator data',
      { authenticatorData: concatBytes(assertion.authenticatorData, Uint8Array.of(0)) },
      {},
    ],
    ['signature', withFlags(0x0d), {}],
    ['signature', withClientData((text) => text.replace('{', '{ ')), {}],
    ['signature', { signature: assertion.signature.slice(1) }, {}],
  ] as const)('is refused for its %s', (what, altered, other) => {
    expect(refusal(altered, other)).toEqual(['bad-signature', what]);
  });
});

describe('a COSE key', () => {
  const [es256 = '', eddsa = '', rs256 = ''] = OWN.map(({ publicKey }) => publicKey);

  it.each([
    ['cut short', es256.slice(0, -2)],
    ['followed by more', `${es256}00`],
    ['a list', '8101'],
    ['of another algorithm', es256.replace('0326', '033822')],
    ['with the type of another', es256.replace('a50102', 'a50101')],
    ['on another curve', es256.replace('2001', '2002')],
    ['off the curve', `${es256.slice(0, -2)}${es256.endsWith('00') ? '01' : '00'}`],
    ['with a label twice', `a4${eddsa.slice(2, 10)}2006${eddsa.slice(10, 14)}`],
    ['with a member more', `a50420${eddsa.slice(2)}`],
    ['with a number in a longer form', `a4180101${eddsa.slice(6)}`],
    ['of small order', `${eddsa.slice(0, -64)}01${'00'.repeat(31)}`],
    ['with another exponent', `${rs256.slice(0, -6)}000003`],
    ['with a short modulus', `a401030339010020581f${'ff'.repeat(31)}2143010001`],
    ['of no bytes', ''],
  ])('%s is refused', (_, hex) => {
    expect(refusalOf(() => parseCoseKey(fromHex(hex)))?.code).toMatch(/^(bad-encoding|weak-key)$/);
  });
});
