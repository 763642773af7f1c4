import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from './api.js';

const REFUSAL = { code: 'quota-exceeded', detail: 'too many requests from this address' };

describe('a coordinator that is asked too much', () => {
  let server: Server;
  let refusals: number;
  let retryAfter: string;
  let asked: number;
  let api: Api;

  beforeEach(async () => {
    asked = 0;
    retryAfter = '0';
    server = createServer((_, response) => {
      asked += 1;
      if (asked <= refusals) {
        response.writeHead(429, { 'retry-after': retryAfter }).end(JSON.stringify(REFUSAL));
      } else {
        response.end('{}');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api = new Api({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is asked again when it says', async () => {
    refusals = 3;
    expect((await api.get('v1/studies')).text).toBe('{}');
    expect(asked).toBe(4);
  });

  it('is not asked for ever', async () => {
    refusals = 100;
    await expect(api.get('v1/studies')).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(asked).toBe(5);
  });

  it('is not asked again where waiting would be long', async () => {
    refusals = 1;
    retryAfter = '3600';
    await expect(api.get('v1/studies')).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(asked).toBe(1);
  });

  it('is not told twice to do something', async () => {
    refusals = 1;
    await expect(api.post('v1/studies/smears/start')).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
    expect(asked).toBe(1);
  });
});
