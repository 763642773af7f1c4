import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAgentConfig, parseAgentConfig } from './agent-config.js';
import { homeAt } from './home.js';

describe('network: of agent.yaml', () => {
  it('names files relative to the home folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    const network = '{ authorityFile: authority.pem, proxy: "http://Proxy.example:3128/" }';
    const text = `coordinator: https://c.example\nnetwork: ${network}\n`;
    await writeFile(join(folder, 'agent.yaml'), text);
    expect((await loadAgentConfig(homeAt(folder))).network).toEqual({
      authorityFile: join(folder, 'authority.pem'),
      proxy: 'http://proxy.example:3128',
    });
    await rm(folder, { recursive: true });
  });

  it.each([
    ['{ proxy: "socks5://p:1" }', 'network.proxy: must be http://host:port'],
    ['{ proxy: "http://name:hunter2@p:1" }', 'network.proxy: must be http://host:port'],
    ['{ clientKeyFile: key.pem }', 'network: clientCertificateFile and clientKeyFile go together'],
    ['{ proxyCredentialsFile: p }', 'network.proxyCredentialsFile: has no proxy beside it'],
    ['{ insecure: true }', 'network: '],
  ])('is refused as %s', (network, fault) => {
    const parse = () => parseAgentConfig(`coordinator: https://c.example\nnetwork: ${network}\n`);
    expect(parse).toThrow(fault);
    expect(parse).not.toThrow(/hunter2/);
  });
});
