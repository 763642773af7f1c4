/** Whether the coordinator can listen where it is told to, and whether others reach it under the address that it says. */
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import { isIP } from 'node:net';
import { challengeSchema } from '@consilium/shared/protocol';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { errorCode } from '../config/error-code.js';
import { ownAddress } from '../config/own-address.js';
import { passed, problem, skipped, type Check } from './check.js';

const ANSWER_MS = 5000;
const ONLY_HERE = /^(localhost|127\..*|\[?::1\]?)$/;

export async function addressChecks(config: CoordinatorConfig): Promise<readonly Check[]> {
  const port = await portCheck(config);
  return [port.check, ...(await publicChecks(config, port.isRunning))];
}

async function portCheck({
  http,
  tls,
}: CoordinatorConfig): Promise<{ readonly check: Check; readonly isRunning: boolean }> {
  const name = 'port';
  const code = await listenCode(http.host, http.port);
  const at = `${http.host}:${http.port}`;
  if (code === '') {
    return { check: passed(name, `${at} is free`), isRunning: false };
  }
  if (code !== 'EADDRINUSE') {
    const fix = code === 'EACCES' ? 'take a port above 1023' : 'correct http.host and http.port';
    return { check: problem(name, `nobody can listen at ${at} (${code})`, fix), isRunning: false };
  }
  const address = ownAddress({ http, ...(tls === undefined ? {} : { tls }) } as CoordinatorConfig);
  const said = await coordinatorAt(address ?? '');
  // A certificate for its name alone does not hold for the address of the machine.
  const isOurs = said === 'answers' || said === 'untrusted';
  return {
    check: isOurs
      ? passed(name, `a coordinator is running at ${at}`)
      : problem(name, `another program listens at ${at}`, 'end it, or change http.port'),
    isRunning: isOurs,
  };
}

/** '' when somebody could listen there. */
function listenCode(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve(errorCode(error));
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve('');
      });
    });
  });
}

async function publicChecks(
  config: CoordinatorConfig,
  isRunning: boolean,
): Promise<readonly Check[]> {
  const check = 'public address';
  const { publicUrl, http } = config;
  if (publicUrl === undefined) {
    return ONLY_HERE.test(http.host)
      ? [passed(check, 'none is set: only programs of this machine reach it')]
      : [
          problem(
            check,
            `others may reach ${http.host}:${http.port}, and publicUrl is not set`,
            'set publicUrl to the address that sites and people use',
          ),
        ];
  }
  const url = new URL(publicUrl);
  return [settingCheck(url, config), await reachCheck(url, isRunning)];
}

function settingCheck(url: URL, { tls, trustedProxies }: CoordinatorConfig): Check {
  const check = 'public address';
  if (ONLY_HERE.test(url.hostname)) {
    return passed(check, `${url.origin} is this machine`);
  }
  if (url.protocol === 'http:') {
    const fix =
      'set tls.certificateFile and tls.keyFile, or let a proxy end TLS, and write https://';
    return problem(check, `${url.origin} has no TLS: whoever listens reads passwords`, fix);
  }
  return tls === undefined && trustedProxies.length === 0
    ? problem(
        check,
        `a proxy ends TLS for ${url.origin}, and trustedProxies does not name it`,
        'name its address in trustedProxies: otherwise all sites share the limits of one address',
      )
    : passed(check, `${url.origin} is under TLS`);
}

async function reachCheck({ origin, hostname }: URL, isRunning: boolean): Promise<Check> {
  const check = 'reached';
  const host = hostname.replaceAll(/[[\]]/g, '');
  if (isIP(host) === 0 && !(await isKnown(host))) {
    return problem(
      check,
      `the name ${host} is not known here`,
      'correct publicUrl, or the name service',
    );
  }
  if (!isRunning) {
    return skipped(check, 'no coordinator is running that could answer');
  }
  const said = await coordinatorAt(origin);
  switch (said) {
    case 'answers':
      return passed(check, `${origin} is answered`);
    case 'untrusted':
      return skipped(check, `this machine does not trust the certificate of ${origin}`);
    case 'other':
    case 'nobody':
      return problem(
        check,
        `${origin} is answered by ${said === 'other' ? 'something else' : 'nobody'}`,
        'look at the proxy and the firewall between',
      );
  }
}

async function isKnown(host: string): Promise<boolean> {
  try {
    await lookup(host);
    return true;
  } catch (error) {
    if (errorCode(error) === '') {
      throw error;
    }
    return false;
  }
}

type Answer = 'answers' | 'untrusted' | 'other' | 'nobody';

async function coordinatorAt(origin: string): Promise<Answer> {
  try {
    const url = new URL('/v1/handshake/challenge', origin);
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const body: unknown = response.ok ? await response.json() : undefined;
    return challengeSchema.safeParse(body).success ? 'answers' : 'other';
  } catch (error) {
    const code = errorCode(error instanceof Error ? error.cause : undefined);
    return /CERT|SIGNATURE|ALTNAME|SELF_SIGNED/.test(code)
      ? 'untrusted'
      : code === ''
        ? 'other'
        : 'nobody';
  }
}
