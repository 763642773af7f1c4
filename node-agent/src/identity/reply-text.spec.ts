import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readReplyText } from './reply-text.js';

describe('the text of a reply', () => {
  let server: Server;
  let endless = false;

  beforeAll(async () => {
    server = createServer((_, response) => {
      response.write('{"a":"');
      const more = (): void => {
        while (!response.destroyed && response.write('ä'.repeat(65_536))) {
          // Until the other end takes no more.
        }
      };
      if (endless) {
        response.on('drain', more);
        more();
      } else {
        response.end('ä"}');
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  it('is all that came', async () => {
    endless = false;
    expect(await readReplyText(await ask(), 10)).toBe('{"a":"ä"}');
  });

  it('is refused at the first byte beyond the limit, so a peer without end fills no memory', async () => {
    endless = true;
    await expect(readReplyText(await ask(), 1_000_000)).rejects.toMatchObject({
      code: 'message-too-large',
    });
  });
});
