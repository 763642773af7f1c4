import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { createServer as createPlainServer } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNetwork } from './network.js';
import type { NetworkConfig } from '../config/network-config.js';
import { createAuthority, type Authority, type Issued } from './testing/certificates.js';
import { startConnectProxy } from './testing/connect-proxy.js';

describe('the network of a site', () => {
  let folder: string;
  let authority: Authority;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-'));
    authority = await createAuthority(folder, 'hospital');
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) {
      await close();
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function listening(server: NetServer, scheme: string): Promise<string> {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function serve(issued: Issued, clientAuthority?: string): Promise<string> {
    const server: Server = createServer(
      {
        cert: await readFile(issued.certificateFile),
        key: await readFile(issued.keyFile),
        ...(clientAuthority === undefined
          ? {}
          : { ca: await readFile(clientAuthority), requestCert: true }),
      },
      (_, response) => response.end('here'),
    );
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return listening(server, 'https');
  }

  /** What comes back, or the sentence about why nothing did. */
  async function ask(url: string, config: NetworkConfig, environment = {}): Promise<string> {
    const network = await openNetwork(url, config, () => environment);
    closing.push(() => network.close());
    try {
      return await (await network.fetch(new URL('/', url), {})).text();
    } catch (error) {
      return network.explain(error);
    }
  }

  const trusting = (more: NetworkConfig = {}): NetworkConfig => ({
    authorityFile: authority.file,
    ...more,
  });

  it('believes the authority of the file, and no other', async () => {
    const url = await serve(await authority.issue('coordinator', 'IP:127.0.0.1'));
    expect(await ask(url, trusting())).toBe('here');
    expect(await ask(url, {})).toMatch(
      /of an authority that this machine does not know: name the authority's file as network\.authorityFile/,
    );
    const other = await createAuthority(folder, 'stranger');
    expect(await ask(url, { authorityFile: other.file })).toMatch(
      /of another authority than that of .*stranger-authority\.pem: ask the study coordinator/,
    );
  });

  it('says that a certificate has expired or is for another name', async () => {
    const expired = await serve(await authority.issue('expired', 'IP:127.0.0.1', -1));
    expect(await ask(expired, trusting())).toMatch(/has expired: tell those who run/);
    const other = await serve(await authority.issue('other', 'DNS:elsewhere.example'));
    expect(await ask(other, trusting())).toMatch(/is for another name: use the address/);
  });

  it('says that there is no TLS, no name or no program', async () => {
    const plain = createPlainServer();
    const url = await listening(plain, 'https');
    closing.push(() => new Promise((resolve) => plain.close(resolve)));
    expect(await ask(url, {})).toMatch(/speaks no TLS: check whether its address begins with/);
    expect(await ask('http://127.0.0.1:4', {})).toMatch(/no program listens at 127\.0\.0\.1:4/);
  });

  it('goes through the proxy by CONNECT, for http and https alike', async () => {
    const proxy = await startConnectProxy();
    closing.push(() => proxy.close());
    const secure = await serve(await authority.issue('coordinator', 'IP:127.0.0.1'));
    const plain = createPlainServer((_, response) => response.end('plain'));
    const open = await listening(plain, 'http');
    closing.push(() => new Promise((resolve) => plain.close(resolve)));
    expect(await ask(secure, trusting({ proxy: proxy.url }))).toBe('here');
    expect(await ask(open, { proxy: proxy.url })).toBe('plain');
    expect(proxy.asked).toEqual([new URL(secure).host, new URL(open).host]);
  });

  it('heeds the environment only where agent.yaml says so', async () => {
    const proxy = await startConnectProxy();
    closing.push(() => proxy.close());
    const url = await serve(await authority.issue('coordinator', 'IP:127.0.0.1'));
    const environment = { httpsProxy: proxy.url };
    expect(await ask(url, trusting(), environment)).toBe('here');
    expect(proxy.asked).toEqual([]);
    expect(await ask(url, trusting({ proxy: 'environment' }), environment)).toBe('here');
    expect(proxy.asked).toHaveLength(1);
    const spared = { ...environment, noProxy: '127.0.0.1' };
    expect(await ask(url, trusting({ proxy: 'environment' }), spared)).toBe('here');
    expect(proxy.asked).toHaveLength(1);
  });

  it('says what to do when the proxy refuses or is not there', async () => {
    const strict = await startConnectProxy((given) => (given === undefined ? 407 : 403));
    closing.push(() => strict.close());
    const url = await serve(await authority.issue('coordinator', 'IP:127.0.0.1'));
    expect(await ask(url, trusting({ proxy: strict.url }))).toMatch(
      /asks for a name and a password: write them .* network\.proxyCredentialsFile/,
    );
    const credentials = join(folder, 'proxy');
    await writeFile(credentials, 'agent:se:cret\n', { mode: 0o600 });
    const proxyCredentialsFile = credentials;
    expect(await ask(url, trusting({ proxy: strict.url, proxyCredentialsFile }))).toMatch(
      /refuses to connect to 127\.0\.0\.1:\d+ \(403\): ask those who run it to allow CONNECT/,
    );
    expect(await ask(url, trusting({ proxy: 'http://127.0.0.1:4' }))).toMatch(
      /nothing answers at the proxy 127\.0\.0\.1:4: check network\.proxy/,
    );
  });

  it('shows the proxy its name and password', async () => {
    const expected = `Basic ${Buffer.from('agent:se:cret').toString('base64')}`;
    const proxy = await startConnectProxy((given) => (given === expected ? 200 : 407));
    closing.push(() => proxy.close());
    const credentials = join(folder, 'proxy');
    await writeFile(credentials, 'agent:se:cret\n', { mode: 0o600 });
    const url = await serve(await authority.issue('coordinator', 'IP:127.0.0.1'));
    const config = trusting({ proxy: proxy.url, proxyCredentialsFile: credentials });
    expect(await ask(url, config)).toBe('here');
  });

  it('shows a client certificate where it has one', async () => {
    const issued = await authority.issue('coordinator', 'IP:127.0.0.1');
    const url = await serve(issued, authority.file);
    const client = await authority.issue('northgate', 'URI:urn:consilium:site:northgate');
    const config = trusting({
      clientCertificateFile: client.certificateFile,
      clientKeyFile: client.keyFile,
    });
    expect(await ask(url, config)).toBe('here');
    expect(await ask(url, trusting())).toMatch(
      /(may ask for a client certificate|refuses the client certificate)/,
    );
  });

  it('refuses files that are missing, no PEM or exposed, naming setting and file', async () => {
    const { certificateFile, keyFile } = await authority.issue('exposed', 'IP:127.0.0.1');
    const refusal = async (config: NetworkConfig): Promise<string> => {
      const fault: unknown = await openNetwork('https://c.example', config).catch(
        (error: unknown) => error,
      );
      expect(fault).toMatchObject({ code: 'bad-configuration' });
      return (fault as Error).message;
    };
    expect(await refusal({ authorityFile: join(folder, 'none') })).toMatch(
      /^network\.authorityFile: .*none cannot be read \(ENOENT\)/,
    );
    expect(await refusal({ authorityFile: keyFile })).toMatch(/holds no certificate in PEM/);
    await chmod(keyFile, 0o644);
    const client = { clientCertificateFile: certificateFile, clientKeyFile: keyFile };
    expect(await refusal(client)).toMatch(/^network\.clientKeyFile: .* has mode 0644/);
    await chmod(keyFile, 0o640);
    expect(await refusal(client)).toMatch(/has mode 0640/);
    const network = await openNetwork('https://c.example', { ...client, groupReadable: true });
    expect(network.tls.key).toContain('PRIVATE KEY');
    await network.close();
  });
});
