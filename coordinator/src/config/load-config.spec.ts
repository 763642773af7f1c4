import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { ENVIRONMENT_SETTINGS } from './config-schema.js';
import { loadConfig, type ConfigSources } from './load-config.js';
import { redactConfig, redactUrl } from './redact-config.js';

describe('the configuration', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (content: string): string => {
    const path = join(folder, 'coordinator.yaml');
    writeFileSync(path, content);
    return path;
  };

  const refusal = (sources: ConfigSources): ConsiliumError => {
    try {
      loadConfig({ environment: {}, ...sources });
    } catch (error) {
      if (error instanceof ConsiliumError) {
        return error;
      }
      throw error;
    }
    throw new Error('the configuration was accepted');
  };

  it('needs a data folder only', () => {
    expect(loadConfig({ environment: {}, flags: { dataFolder: '/data' } })).toEqual({
      dataFolder: '/data',
      http: { host: '127.0.0.1', port: 7443 },
      trustedProxies: [],
      limits: {
        connectionsPerAddress: 256,
        pendingHandshakesPerAddress: 32,
        requestsPerMinute: 1200,
        siteRequestsPerMinute: 30_000,
      },
      database: { driver: 'sqlite' },
      logOrigin: 'consilium.local/log',
      logLevel: 'info',
      keys: { folder: '/data/keys', groupReadable: false },
    });
  });

  it('lets flags win over the environment and that over the file', () => {
    const path = file('dataFolder: from-file\nhttp: { host: 0.0.0.0, port: 1 }\nlogLevel: warn\n');
    const environment = {
      CONSILIUM_COORDINATOR_CONFIG: path,
      CONSILIUM_COORDINATOR_HTTP_PORT: '2',
      CONSILIUM_COORDINATOR_LOG_LEVEL: 'debug',
      CONSILIUM_COORDINATOR_KEYS_GROUP_READABLE: 'true',
      PATH: '/bin',
    };
    const config = loadConfig({
      environment,
      flags: { logLevel: 'error', http: { port: undefined } },
    });
    expect(config).toMatchObject({
      dataFolder: resolve('from-file'),
      http: { host: '0.0.0.0', port: 2 },
      logLevel: 'error',
      keys: { groupReadable: true },
    });
  });

  it('takes trusted proxies as a list of the file, or as words with commas of the environment', () => {
    const given = {
      environment: {},
      flags: { dataFolder: '/data', trustedProxies: ['10.0.0.0/8'] },
    };
    expect(loadConfig(given).trustedProxies).toEqual(['10.0.0.0/8']);
    const environment = { CONSILIUM_COORDINATOR_TRUSTED_PROXIES: '10.0.0.1, fd00::/8' };
    const config = loadConfig({ environment, flags: { dataFolder: '/data' } });
    expect(config.trustedProxies).toEqual(['10.0.0.1', 'fd00::/8']);
  });

  it.each(['anywhere', '10.0.0.0/33', '10.0.0.0/8/8', 'fd00::/129', '10.0.0.0/'])(
    'refuses %s as a trusted proxy',
    (range) => {
      const flags = { dataFolder: '/data', trustedProxies: [range] };
      expect(refusal({ flags }).message).toMatch(/trustedProxies/);
    },
  );

  it('asks for client certificates only where an authority can vouch for them', () => {
    const tls = { certificateFile: 'c', keyFile: 'k', requireClientCertificate: true };
    expect(refusal({ flags: { dataFolder: '/data', tls } }).message).toContain(
      'tls.clientAuthorityFile: expected where requireClientCertificate is true',
    );
  });

  it('has a variable for each setting', () => {
    expect(
      ENVIRONMENT_SETTINGS.map(({ variable }) => variable.replace('CONSILIUM_COORDINATOR_', '')),
    ).toEqual([
      'DATA_FOLDER',
      'HTTP_HOST',
      'HTTP_PORT',
      'PUBLIC_URL',
      'TLS_CERTIFICATE_FILE',
      'TLS_KEY_FILE',
      'TLS_CLIENT_AUTHORITY_FILE',
      'TLS_REQUIRE_CLIENT_CERTIFICATE',
      'OIDC_ISSUER',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET_FILE',
      'OIDC_LABEL',
      'TRUSTED_PROXIES',
      'LIMITS_CONNECTIONS_PER_ADDRESS',
      'LIMITS_PENDING_HANDSHAKES_PER_ADDRESS',
      'LIMITS_REQUESTS_PER_MINUTE',
      'LIMITS_SITE_REQUESTS_PER_MINUTE',
      'DATABASE_DRIVER',
      'DATABASE_URL',
      'DATABASE_URL_FILE',
      'TRACING_ENDPOINT',
      'TRACING_TOKEN_FILE',
      'LOG_ORIGIN',
      'LOG_LEVEL',
      'KEYS_FOLDER',
      'KEYS_GROUP_READABLE',
    ]);
  });

  const withProvider = (issuer: string): unknown =>
    loadConfig({
      environment: {},
      flags: { dataFolder: '/data', oidc: { issuer, clientId: 'web', clientSecretFile: '/oidc' } },
    }).oidc;

  it.each(['https://login.example/realms/x', 'http://127.0.0.1:8080', 'http://localhost:8080'])(
    'takes an OpenID provider at %s',
    (issuer) => {
      const rest = { clientId: 'web', clientSecretFile: '/oidc', label: 'Single sign-on' };
      expect(withProvider(issuer)).toEqual({ issuer, ...rest });
    },
  );

  it.each(['http://login.example', 'http://127.0.0.1.evil.example', 'ftp://127.0.0.1', 'login'])(
    'takes no OpenID provider at %s',
    (issuer) => {
      expect(() => withProvider(issuer)).toThrow('oidc.issuer: ');
    },
  );

  it('reports every fault in one message, with path and expectation', () => {
    const path = file(
      'http: { port: 70000, hots: x }\ndatabase: { driver: mysql }\nlogOrigin: "a b"\n',
    );
    const { code, message, detail } = refusal({
      file: path,
      environment: {
        CONSILIUM_COORDINATOR_HTPP_PORT: '1',
        CONSILIUM_COORDINATOR_KEYS_GROUP_READABLE: 'yes',
      },
    });
    expect(code).toBe('bad-configuration');
    expect(detail).toEqual({ faults: 7 });
    for (const fault of [
      'CONSILIUM_COORDINATOR_HTPP_PORT: no such setting',
      'dataFolder: ',
      'http.port: expected 0 to 65535',
      'http.hots: no such setting',
      'database.driver: ',
      'logOrigin: expected 1 to 255 characters without white space',
      'keys.groupReadable: ',
    ]) {
      expect(message).toContain(fault);
    }
  });

  it.each([
    [
      'postgres without an address',
      { driver: 'postgres' },
      'database.url: expected url or urlFile',
    ],
    [
      'postgres with two',
      { driver: 'postgres', url: 'postgres://h/d', urlFile: '/f' },
      'one of them',
    ],
    ['sqlite with an address', { url: 'postgres://h/d' }, 'database.driver: expected postgres'],
    [
      'another protocol',
      { driver: 'postgres', url: 'mysql://h/d' },
      'database.url: expected postgres://',
    ],
  ])('refuses %s', (_, database, expected) => {
    expect(refusal({ flags: { dataFolder: '/data', database } }).message).toContain(expected);
  });

  it.each([
    ['no YAML', 'http: [1'],
    ['a list', '- a'],
    ['the same key twice', 'dataFolder: a\ndataFolder: b'],
    ['aliases, which may unfold without end', 'a: &x [1]\nb: *x'],
  ])('refuses a file with %s', (_, content) => {
    expect(refusal({ file: file(content) }).code).toBe('bad-configuration');
  });

  it('names a file that is not there', () => {
    expect(refusal({ file: '/no/such.yaml' }).message).toContain('/no/such.yaml');
  });

  it('never shows the password of a database', () => {
    const url = 'postgres://app:hunter2@db:5432/consilium?password=hunter3';
    const config = loadConfig({
      environment: { CONSILIUM_COORDINATOR_DATABASE_URL: url },
      flags: { dataFolder: '/data', database: { driver: 'postgres' } },
    });
    expect(config.database.url).toBe(url);
    expect(JSON.stringify(redactConfig(config))).not.toMatch(/hunter/);
    expect(redactConfig(config).database.url).toBe(
      'postgres://app:redacted@db:5432/consilium?redacted',
    );
    expect(redactUrl('not a url')).toBe('[redacted]');
  });
});
