/** Reads the body of a request as text, up to a limit and under a type that says what it is. */
import { fromUtf8 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request } from 'express';
import type { RouteBodyDeclaration } from './route.js';

/** By what a route takes. A browser sends none of the JSON types from a form of a stranger's page. */
const TYPES = {
  json: ['application/json'],
  text: ['text/plain', 'text/yaml', 'application/yaml', 'application/x-yaml'],
} as const satisfies Readonly<Record<RouteBodyDeclaration['as'], readonly string[]>>;

/**
 * @throws ConsiliumError 'unsupported-type' | 'message-too-large' | 'bad-encoding' | 'bad-request' if the connection broke.
 */
export async function readBody(
  request: Request,
  { as, maxBytes }: Pick<RouteBodyDeclaration, 'as' | 'maxBytes'>,
): Promise<string> {
  requireType(request.headers['content-type'], as);
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

/** Only UTF-8, whether it is said or not. */
function requireType(contentType: string | undefined, as: RouteBodyDeclaration['as']): void {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const types: readonly string[] = TYPES[as];
  const isUtf8 = parameters.every((text) => /^\s*(charset="?utf-8"?)?\s*$/.test(text));
  if (!types.includes(type.trim()) || !isUtf8) {
    throw new ConsiliumError('unsupported-type', `send the body as ${types.join(' or ')} in UTF-8`);
  }
}

function tooLarge(maxBytes: number): ConsiliumError {
  return new ConsiliumError('message-too-large', `the body is larger than ${maxBytes} bytes`);
}
