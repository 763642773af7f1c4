/** The fields of a form that was sent, with a limit: no form of the page is larger than a few names and passwords. */
import type { IncomingMessage } from 'node:http';
import { ConsiliumError } from '@consilium/shared/vocabulary';

const MOST_BYTES = 16 * 1024;

/** @throws ConsiliumError 'bad-request' for another media type or a larger body */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new ConsiliumError('bad-request', `a form was expected, not ${type ?? 'nothing'}`);
  }
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BYTES) {
      throw new ConsiliumError('bad-request', `a form has at most ${MOST_BYTES} bytes`);
    }
    pieces.push(piece);
  }
  return new URLSearchParams(Buffer.concat(pieces).toString('utf8'));
}
