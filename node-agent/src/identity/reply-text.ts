/** The body of an HTTP reply as text, read up to a limit: whoever answers before a key was verified may be anybody. */
import { concatBytes, fromUtf8 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** @throws ConsiliumError 'message-too-large' at the first surplus byte, 'bad-encoding'; what the connection broke with */
export async function readReplyText(
  response: { readonly body: AsyncIterable<Uint8Array> | null },
  maxBytes: number,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the body, so nothing more of it arrives.
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new ConsiliumError('message-too-large', `the reply is longer than ${maxBytes} bytes`);
    }
    parts.push(part);
  }
  return fromUtf8(concatBytes(...parts));
}
