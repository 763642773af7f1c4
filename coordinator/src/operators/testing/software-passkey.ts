/**
 * A passkey made of software, which can do what an honest authenticator never does. WebAuthn level 3: authenticator data section
 * 6.1, attestation 'none' section 8.7; COSE_Key of ES256, RFC 9053 section 7.1; CBOR, RFC 8949.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const CREDENTIAL_INCLUDED = 0x40;

export interface Behaviour {
  readonly origin: string;
  readonly rpId: string;
  readonly userVerified: boolean;
  readonly counter: number;
}

export class SoftwarePasskey {
  readonly id = randomBytes(16).toString('base64url');
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(private readonly honest: Pick<Behaviour, 'origin' | 'rpId'>) {
    ({ privateKey: this.privateKey, publicKey: this.publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
    }));
  }

  /** What a browser sends after `navigator.credentials.create`. */
  create(challenge: string, changes: Partial<Behaviour> = {}): object {
    const behaviour = this.behaviour(changes, 0);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, id, this.coseKey()]);
    const authData = Buffer.concat([
      this.authenticatorData(behaviour, CREDENTIAL_INCLUDED),
      credential,
    ]);
    const attestation = cborMap([
      [cborText('fmt'), cborText('none')],
      [cborText('attStmt'), cborMap([])],
      [cborText('authData'), cborBytes(authData)],
    ]);
    return this.envelope({
      clientDataJSON: clientData('webauthn.create', challenge, behaviour).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    });
  }

  /** What a browser sends after `navigator.credentials.get`. */
  get(challenge: string, changes: Partial<Behaviour> = {}): object {
    const behaviour = this.behaviour(changes, 1);
    const authenticatorData = this.authenticatorData(behaviour, 0);
    const client = clientData('webauthn.get', challenge, behaviour);
    const signed = Buffer.concat([authenticatorData, sha256(client)]);
    return this.envelope({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', signed, this.privateKey).toString('base64url'),
    });
  }

  /** What a page of acts makes of the browser's answer, for the proof of a document. */
  proof(challenge: string): object {
    const { response } = this.get(challenge) as { response: Readonly<Record<string, string>> };
    const base64 = (name: string): string =>
      Buffer.from(response[name] ?? '', 'base64url').toString('base64');
    return {
      kind: 'webauthn',
      rpId: this.honest.rpId,
      authenticatorData: base64('authenticatorData'),
      clientDataJson: base64('clientDataJSON'),
      signature: base64('signature'),
    };
  }

  private behaviour(changes: Partial<Behaviour>, counter: number): Behaviour {
    return { ...this.honest, userVerified: true, counter, ...changes };
  }

  private authenticatorData({ rpId, userVerified, counter }: Behaviour, flags: number): Buffer {
    const tail = Buffer.alloc(5);
    tail.writeUInt8(USER_PRESENT | (userVerified ? USER_VERIFIED : 0) | flags, 0);
    tail.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(Buffer.from(rpId)), tail]);
  }

  /** RFC 9053 section 7.1. */
  coseKey(): Buffer {
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    return cborMap([
      [cborInteger(1), cborInteger(2)],
      [cborInteger(3), cborInteger(-7)],
      [cborInteger(-1), cborInteger(1)],
      [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
      [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
    ]);
  }

  private envelope(response: object): object {
    const { id } = this;
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }
}

function clientData(type: string, challenge: string, { origin }: Behaviour): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** @param major type in the three high bits. @param value below 65,536. */
function cborHead(major: number, value: number): Buffer {
  const type = major << 5;
  if (value < 24) {
    return Buffer.from([type | value]);
  }
  return value < 256
    ? Buffer.from([type | 24, value])
    : Buffer.from([type | 25, value >> 8, value & 0xff]);
}

function cborInteger(value: number): Buffer {
  return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value);
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes]);
}

function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([cborHead(3, bytes.length), bytes]);
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);
}
