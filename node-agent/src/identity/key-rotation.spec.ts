import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKeyPair, verifyBody, type SigningKeyPair } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import { doublySignedKeyRotationSchema } from '@consilium/shared/protocol';
import { parseSiteId } from '@consilium/shared/vocabulary';
import { homeAt, type Home } from '../config/home.js';
import { openNetwork, type Network } from '../network/network.js';
import { requireNoRotation, rotateKey } from './key-rotation.js';
import { ensureIdentity, readIdentity } from './keystore.js';

describe('a new key of this site', () => {
  let home: Home;
  let old: SigningKeyPair;
  let server: Server;
  let url: string;
  let network: Network;
  /** What arrived, as text; and how it is answered: taken, refused, or not at all. */
  const arrived: string[] = [];
  let answer: 'taken' | 'refused' | 'lost';

  beforeEach(async () => {
    home = homeAt(await mkdtemp(join(tmpdir(), 'rotate-')));
    old = await ensureIdentity(home.identityFile);
    arrived.splice(0);
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      request.on('end', () => {
        arrived.push(text);
        if (answer === 'lost') {
          request.socket.destroy();
          return;
        }
        response.writeHead(answer === 'taken' ? 200 : 400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ code: 'bad-signature' }));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    network = await openNetwork(url, {});
  });
  afterEach(async () => {
    await network.close();
    server.close();
    await rm(home.folder, { recursive: true });
  });

  const rotate = (): Promise<SigningKeyPair> =>
    rotateKey({
      home,
      url,
      network,
      pinned: {
        ...{ url, siteId: parseSiteId('northgate'), origin: 'o', checkpoint: 'c' },
        coordinatorKey: generateSigningKeyPair().publicKey,
        logKey: old.publicKey,
      },
    });

  it('is signed by both keys and in place once the coordinator has taken it', async () => {
    answer = 'taken';
    const next = await rotate();
    expect(await readIdentity(home.identityFile)).toEqual(next);
    expect(next).not.toEqual(old);
    const { byOld, byNew } = doublySignedKeyRotationSchema.parse(JSON.parse(arrived[0] ?? ''));
    expect(verifyBody('key-rotation', byOld, old.publicKey)).toEqual(
      verifyBody('key-rotation', byNew, next.publicKey),
    );
    expect(fromBase64(byOld.body.newKey)).toEqual(next.publicKey);
    expect(() => {
      requireNoRotation(home);
    }).not.toThrow();
  });

  it('is the same one at the next try when the answer was lost, and no agent starts in between', async () => {
    answer = 'lost';
    await expect(rotate()).rejects.toMatchObject({ code: 'coordinator-unreachable' });
    expect(await readIdentity(home.identityFile)).toEqual(old);
    expect(() => {
      requireNoRotation(home);
    }).toThrow(/key rotate/);
    answer = 'taken';
    const next = await rotate();
    const keys = arrived.map(
      (text) => doublySignedKeyRotationSchema.parse(JSON.parse(text)).byNew.body.newKey,
    );
    expect(keys.map((key) => fromBase64(key))).toEqual([next.publicKey, next.publicKey]);
    expect(existsSync(home.nextIdentityFile)).toBe(false);
  });

  it('leaves the old one in place when the coordinator refuses', async () => {
    answer = 'refused';
    await expect(rotate()).rejects.toMatchObject({ code: 'bad-signature' });
    expect(await readIdentity(home.identityFile)).toEqual(old);
  });
});
