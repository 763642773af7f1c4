/** The making of a passkey in the browser (WebAuthn level 3 section 5.1.3, the JSON forms of 5.1.8 and 5.1.9). */
import { send, type Form } from '../../lib/api/client.js';

interface Offered {
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

/** The browser itself judges what is within. */
const OFFERED: Form<Offered> = {
  parse: (value) => {
    if (typeof value !== 'object' || value === null || !('options' in value)) {
      throw new TypeError('expected options');
    }
    return value as Offered;
  },
};

/** Whether this browser makes passkeys on a page of this address: only where the address is that of a secure context. */
export function canMakePasskeys(): boolean {
  return (
    'PublicKeyCredential' in globalThis && 'parseCreationOptionsFromJSON' in PublicKeyCredential
  );
}

/** @throws ApiProblem | DOMException of the browser, whose name says what happened */
export async function makePasskey(label: string): Promise<void> {
  const offered = await send('POST', '/v1/me/passkeys/options', undefined, OFFERED);
  if (offered === undefined) {
    return;
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offered.options);
  const credential = await navigator.credentials.create({ publicKey });
  if (!(credential instanceof PublicKeyCredential)) {
    throw new DOMException('no passkey was made', 'NotAllowedError');
  }
  await send('POST', '/v1/me/passkeys', { label, response: credential.toJSON() });
}
