/** Hospitals behind a proxy, with an authority and certificates of their own, against a coordinator that holds a certificate. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EventBoard } from '@consilium/demo/event-board';
import {
  agentHome,
  enrolSite,
  startCoordinator,
  type FederationPlan,
  type People,
} from '@consilium/demo/federation';
import { Fleet } from '@consilium/demo/fleet';
import { commandOutcome, startServer } from '@consilium/demo/program';
import { stringify } from 'yaml';
import { createAuthority, type Authority, type Issued } from '../support/certificates.js';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy.js';
import { freePort } from '../support/free-port.js';
import { runSmallFederation } from '../support/small-federation.js';

const AUTHORITY = 'NODE_EXTRA_CA_CERTS';

describe('TLS between agents and coordinator', () => {
  let folder: string;
  let authority: Authority;
  let coordinator: Issued;
  let proxy: ConnectProxy;
  const before = process.env[AUTHORITY];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-tls-'));
    authority = await createAuthority(folder, 'consortium');
    coordinator = await authority.issue('coordinator', 'IP:127.0.0.1');
    proxy = await startConnectProxy();
    // What the operator's commands trust; agents trust the file of their agent.yaml alone.
    process.env[AUTHORITY] = authority.file;
  });

  afterAll(async () => {
    if (before === undefined) {
      delete process.env[AUTHORITY];
    } else {
      process.env[AUTHORITY] = before;
    }
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });

  const certified = (site: string): Promise<Issued> =>
    authority.issue(site, `URI:urn:consilium:site:${site}`);

  const network = (shown: Issued | undefined, file = authority.file) => ({
    network: {
      authorityFile: file,
      proxy: proxy.url,
      ...(shown === undefined
        ? {}
        : { clientCertificateFile: shown.certificateFile, clientKeyFile: shown.keyFile }),
    },
  });

  const mutual = (issued = coordinator) => ({
    tls: { ...issued, clientAuthorityFile: authority.file, requireClientCertificate: true },
  });

  it('carries a whole round through a proxy, under a private authority, with certificates of both ends', async () => {
    const shown = new Map<string, Issued>();
    for (const site of ['hillcrest', 'northgate', 'riverside']) {
      shown.set(site, await certified(site));
    }
    const study = await runSmallFederation({
      ...{ rounds: 1, sites: 3, imagesPerSite: 16, coordinator: mutual() },
      agent: (site) => network(shown.get(site)),
    });
    try {
      expect(study.sites).toEqual([...shown.keys()]);
      expect(study.evidence.attempts.length).toBeGreaterThan(0);
      // Each site: enrolment, challenge, socket.
      expect(proxy.asked.length).toBeGreaterThanOrEqual(3 * 3);
      expect(new Set(proxy.asked).size).toBe(1);
      expect(proxy.asked[0]).toMatch(/^127\.0\.0\.1:\d+$/);
    } finally {
      await study.remove();
    }
  }, 240_000);

  describe('with a coordinator that asks for certificates', () => {
    let fleet: Fleet;
    let plan: FederationPlan;
    let people: People & { readonly url: string };
    let port: number;
    let own: Issued;

    beforeAll(async () => {
      fleet = new Fleet();
      port = await freePort();
      own = await certified('northgate');
      plan = {
        ...{ folder, port, sites: ['northgate'], dataFolder: folder, backboneFolder: folder },
        ...{ studyFile: '', board: new EventBoard(() => undefined), coordinator: mutual() },
        agent: () => network(own),
      };
      people = await startCoordinator(plan, fleet);
      await enrolSite(plan, 'northgate', people.url, people);
    }, 180_000);

    afterAll(() => fleet.stopAll());

    /** Runs the agent until its log or its events hold the word. */
    async function runUntil(settings: object, word: RegExp): Promise<string> {
      const home = agentHome(plan, 'northgate');
      await writeFile(
        join(home, 'agent.yaml'),
        stringify({ coordinator: people.url, ...settings }),
      );
      const logFile = join(folder, `agent-${String(performance.now())}.log`);
      const server = startServer({
        ...{ name: 'agent', program: 'agent', args: ['run', '--home', home], logFile },
        onEvent: () => undefined,
      });
      try {
        for (;;) {
          const text = await readFile(logFile, 'utf8').catch(() => '');
          if (word.test(text)) {
            return text;
          }
          await pause(100);
        }
      } finally {
        await server.stop();
      }
    }

    async function enrolment(settings: object, url = people.url) {
      const home = join(folder, `home-${String(performance.now())}`);
      await mkdir(home);
      await writeFile(join(home, 'agent.yaml'), stringify({ coordinator: url, ...settings }));
      await writeFile(join(home, 'invite'), Buffer.alloc(32).toString('base64'));
      return commandOutcome('agent', [
        ...['enrol', '--home', home, '--coordinator', url, '--site', 'westbank'],
        ...['--invite-file', join(home, 'invite')],
      ]);
    }

    it('connects with the certificate of its own site', async () => {
      expect(await runUntil(network(own), /"connected"/)).not.toMatch(/handshake-failed/);
    });

    it('is refused with the certificate of another site, whatever it signs', async () => {
      const other = await certified('westbank');
      const log = await runUntil(network(other), /handshake-failed/);
      expect(log).not.toMatch(/"connected"/);
    });

    it('is refused without a certificate, and is told which setting names it', async () => {
      const { code, stderr } = await enrolment(network(undefined));
      expect(code).toBe(4);
      expect(stderr).toMatch(/network\.clientCertificateFile/);
    });

    it('says that the authority is another one, and whom to ask', async () => {
      const stranger = await createAuthority(folder, 'stranger');
      const { code, stderr } = await enrolment(network(own, stranger.file));
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /another authority than that of .*stranger.* ask the study coordinator/,
      );
    });

    it('says that a proxy refuses', async () => {
      const strict = await startConnectProxy(() => 403);
      const { network: settings } = network(own);
      const { code, stderr } = await enrolment({ network: { ...settings, proxy: strict.url } });
      await strict.close();
      expect(code).toBe(2);
      expect(stderr).toMatch(/the proxy 127\.0\.0\.1:\d+ refuses to connect .*allow CONNECT/);
    });

    it('tells nothing to a look-alike of the same name and certificate that has another key', async () => {
      await fleet.stopAll();
      const data = join(folder, 'look-alike');
      const config = join(folder, 'look-alike.yaml');
      const http = { host: '127.0.0.1', port };
      const settings = { dataFolder: data, http, logOrigin: 'consilium.demo/log', ...mutual() };
      await writeFile(config, stringify(settings));
      const lookAlike = new Fleet();
      lookAlike.start({
        ...{ name: 'look-alike', program: 'coordinator', args: ['serve', '--config', config] },
        ...{ logFile: join(folder, 'look-alike.log'), onEvent: () => undefined },
      });
      try {
        const log = await runUntil(network(own), /handshake-failed/);
        expect(log).not.toMatch(/"connected"/);
      } finally {
        await lookAlike.stopAll();
      }
    });
  });
});
