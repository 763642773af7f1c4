/** What a browser sends of a passkey (WebAuthn level 3, sections 5.1.8 and 5.1.9, the JSON forms). */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

const base64url = z.string().regex(/^[\w-]{1,8192}$/, 'expected base64url');
const common = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
  clientExtensionResults: z.looseObject({}),
};

/** An answer to a challenge of a sign-in. The library checks the bytes; here only the form is. */
export const passkeyResponse = z
  .strictObject({
    response: z.strictObject({
      ...common,
      response: z.strictObject({
        clientDataJSON: base64url,
        authenticatorData: base64url,
        signature: base64url,
        userHandle: base64url.nullish(),
      }),
    }),
  })
  .transform(({ response }) => ({ response: response as unknown as AuthenticationResponseJSON }));

/** What a person calls a passkey. */
export const passkeyName = z.strictObject({ label: z.string().min(1).max(64) });

/** A new credential. */
export const newPasskey = z
  .strictObject({
    label: z.string().min(1).max(64),
    response: z.strictObject({
      ...common,
      response: z.looseObject({
        clientDataJSON: base64url,
        attestationObject: base64url,
        transports: z.array(z.string().max(32)).max(8).optional(),
      }),
    }),
  })
  .transform(({ label, response }) => ({
    label,
    response: response as unknown as RegistrationResponseJSON,
  }));

/** What the browser hands to `PublicKeyCredential.parse...OptionsFromJSON`. */
export const passkeyOptions = z.object({ options: z.looseObject({ challenge: base64url }) });
