/**
 * What a passkey signs in place of a document, as docs/protocol/v1.md section 5 says: the hash of its canonical JSON, under a
 * domain. The page computes it from what it shows, so nobody signs anything else than what could be read there.
 */

import { said } from './page.mjs';

/** RFC 8785, for documents of strings and whole numbers. */
export function canonicalJson(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** @returns 32 bytes: SHA-256 of the domain, a zero byte and the document. */
async function challengeOf(domain, body) {
  const bytes = new TextEncoder().encode(`consilium/v1/${domain}\0${canonicalJson(body)}`);
  return crypto.subtle.digest('SHA-256', bytes);
}

/** The sentence of each kind of act; a statement's own text follows it. */
export function meaningOf({ act, subject }) {
  const { studyId, hash, roundNo, size, root } = subject;
  switch (act) {
    case 'study-approved':
      return `I have read the protocol ${hash} of the study ${studyId} and approve it.`;
    case 'adapter-accepted':
      return `I accept the adapter checkpoint ${hash} of round ${roundNo} of the study ${studyId}.`;
    case 'statement':
      return `On the study ${studyId}, as the log had it at size ${size} with root ${root}, I state:`;
    default:
      throw new Error(said.unknownAct);
  }
}

/**
 * Asks the person to confirm with one of the passkeys.
 * @param passkeys as the coordinator lists them: `credentialId`, `keyId`.
 * @returns the signed document.
 */
export async function signWithPasskey(domain, body, passkeys) {
  const rpId = location.hostname;
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: await challengeOf(domain, body),
      rpId,
      userVerification: 'required',
      allowCredentials: passkeys.map(({ credentialId }) => ({
        type: 'public-key',
        id: Uint8Array.from(atob(toBase64(credentialId)), (letter) => letter.charCodeAt(0)),
      })),
    },
  });
  const { id, response } = credential.toJSON();
  const { keyId } = passkeys.find(({ credentialId }) => credentialId === id);
  return {
    body,
    keyId,
    proof: {
      kind: 'webauthn',
      rpId,
      authenticatorData: toBase64(response.authenticatorData),
      clientDataJson: toBase64(response.clientDataJSON),
      signature: toBase64(response.signature),
    },
  };
}

function toBase64(base64Url) {
  const text = base64Url.replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}
