/** Reads the body of a request as text, up to a limit. */
import { fromUtf8 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request } from 'express';

/** @throws ConsiliumError 'message-too-large' | 'bad-encoding' | 'bad-request' if the connection broke. */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw tooLarge(maxBytes);
  }
  if (request.headers['content-encoding'] !== undefined) {
    // A few bytes could unfold into gigabytes.
    throw new ConsiliumError('bad-request', 'send the body without content-encoding');
  }
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  try {
    // Leaving the loop must not take the connection down: the answer still has to go out on it.
    for await (const part of request.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<Buffer>) {
      sizeBytes += part.length;
      if (sizeBytes > maxBytes) {
        break;
      }
      parts.push(part);
    }
  } catch (cause) {
    throw new ConsiliumError('bad-request', 'the body ended early', { cause });
  }
  if (sizeBytes > maxBytes) {
    throw tooLarge(maxBytes);
  }
  return fromUtf8(Buffer.concat(parts));
}

function tooLarge(maxBytes: number): ConsiliumError {
  return new ConsiliumError('message-too-large', `the body is larger than ${maxBytes} bytes`);
}
