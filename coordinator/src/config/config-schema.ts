/** Every setting of a coordinator, its type and default. Unknown keys are refused, so that a typing error is never a default. */
import { isIP } from 'node:net';
import { z } from 'zod';

const port = z.int().min(0, 'expected 0 to 65535').max(65_535, 'expected 0 to 65535');

/** C2SP signed notes take the origin as key name: no white space, no plus sign. */
const logOrigin = z
  .string()
  .regex(/^[^\s+]{1,255}$/, 'expected 1 to 255 characters without white space or "+"');

const databaseSchema = z
  .strictObject({
    driver: z.enum(['sqlite', 'postgres']).default('sqlite'),
    /** `postgres://name:password@host:port/database`; holds a password, so prefer `urlFile`. */
    url: z
      .url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://name@host/database' })
      .optional(),
    /** A file whose only line is the url. */
    urlFile: z.string().min(1).optional(),
  })
  .superRefine((database, context) => {
    const given = [database.url, database.urlFile].filter((value) => value !== undefined).length;
    if (database.driver === 'postgres' && given !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: 'expected url or urlFile, one of them, with driver postgres',
      });
    }
    if (database.driver === 'sqlite' && given > 0) {
      context.addIssue({
        code: 'custom',
        path: ['driver'],
        message: 'expected postgres where url or urlFile is given',
      });
    }
  });

/** Where TLS ends in this process. Without it, put the coordinator behind a proxy that ends TLS, and set `publicUrl`. */
const tlsSchema = z
  .strictObject({
    /** PEM, the coordinator's certificate first, then those between it and the authority. */
    certificateFile: z.string().min(1),
    /** PEM, without a password, readable for its owner only. */
    keyFile: z.string().min(1),
    /** PEM of the authority whose certificates sites may or must show. */
    clientAuthorityFile: z.string().min(1).optional(),
    /** Sites that show none are turned away; health and operators are not asked. */
    requireClientCertificate: z.boolean().default(false),
  })
  .refine(
    ({ requireClientCertificate, clientAuthorityFile }) =>
      !requireClientCertificate || clientAuthorityFile !== undefined,
    { path: ['clientAuthorityFile'], error: 'expected where requireClientCertificate is true' },
  );

const addressRange = z.string().refine(isAddressRange, {
  error: 'expected an IP address or a range such as 10.0.0.0/8',
});

/** A list in the file, words with commas between them in the environment. */
const trustedProxiesSchema = z
  .union([z.array(addressRange), z.string().transform(wordsOf).pipe(z.array(addressRange))])
  .default([]);

/** What one address or site may take. Agents behind one proxy share its address. */
const limitsSchema = z.strictObject({
  /** Open TCP connections of one address; addresses of `trustedProxies` are not counted. */
  connectionsPerAddress: z.int().min(1).max(1_000_000).default(256),
  /** Sockets of one address that have not proved yet which site they are. */
  pendingHandshakesPerAddress: z.int().min(1).max(100_000).default(32),
  /** Requests of one address in a minute; a third of it at once. */
  requestsPerMinute: z.int().min(1).max(1_000_000).default(1200),
  /** Requests that one site may make through its channel in a minute; a third of it at once. */
  siteRequestsPerMinute: z.int().min(1).max(1_000_000).default(30_000),
});

/** Without TLS only a provider on this machine, as tests have one: what it says would be anybody's otherwise. */
const issuer = z.url().refine(isSafeIssuer, {
  error: 'expected https://..., or http:// with 127.0.0.1, [::1] or localhost',
});

/** An OpenID provider with which people may sign in. What it claims opens an account, and never gives a role. */
const oidcSchema = z.strictObject({
  /** As the provider's discovery document names it. Needs `publicUrl`, to which the provider sends people back. */
  issuer,
  clientId: z.string().min(1).max(255),
  /** A file whose only line is the client's secret. */
  clientSecretFile: z.string().min(1),
  /** What the button says. */
  label: z.string().min(1).max(64).default('Single sign-on'),
});

/** Where traces of rounds go; nothing is traced, and no code of OpenTelemetry is loaded, without it. */
const tracingSchema = z.strictObject({
  /** Of a collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. */
  endpoint: z
    .url({ protocol: /^https?$/, error: 'expected http://... or https://...' })
    .refine((text) => URL.canParse(text) && new URL(text).username === '', {
      error: 'expected an address without name and password: tokenFile holds a secret',
    }),
  /** A file whose only line is a token for it, sent as `Authorization: Bearer`. */
  tokenFile: z.string().min(1).optional(),
});

export const configSchema = z.strictObject({
  /** Everything the coordinator keeps on disk: SQLite file, blobs, keys. Created with mode 0700. */
  dataFolder: z.string().min(1),
  http: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** 0 takes any free port; the log says which. */
      port: port.default(7443),
    })
    .prefault({}),
  /** Where sites and operators reach the coordinator; the address it listens on if not given. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'expected http://... or https://...' })
    .optional(),
  tls: tlsSchema.optional(),
  oidc: oidcSchema.optional(),
  /** Proxies whose `X-Forwarded-For` is believed: addresses and ranges. Others could name any address. */
  trustedProxies: trustedProxiesSchema,
  limits: limitsSchema.prefault({}),
  database: databaseSchema.prefault({}),
  tracing: tracingSchema.optional(),
  /** The name of the log, in every checkpoint it signs: a host name and path without scheme. Never changed later. */
  logOrigin: logOrigin.default('consilium.local/log'),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  keys: z
    .strictObject({
      /** `keys` in the data folder if not given. */
      folder: z.string().min(1).optional(),
      /** Accept key files that the group may read, as a Kubernetes secret volume with an fsGroup has them. */
      groupReadable: z.boolean().default(false),
    })
    .prefault({}),
});

function isSafeIssuer(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
  );
}

export type CoordinatorConfig = z.infer<typeof configSchema>;

/** One setting that the environment may give: where it stands and how its text is read. */
export interface EnvironmentSetting {
  readonly variable: string;
  readonly path: readonly string[];
  readonly kind: 'text' | 'number' | 'boolean';
}

export const ENVIRONMENT_PREFIX = 'CONSILIUM_COORDINATOR_';

/** Names the configuration file itself. */
export const CONFIG_FILE_VARIABLE = `${ENVIRONMENT_PREFIX}CONFIG`;

export const ENVIRONMENT_SETTINGS: readonly EnvironmentSetting[] = settingsOf(
  z.toJSONSchema(configSchema, { io: 'input' }),
  [],
);

interface SchemaNode {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** `http.port` becomes CONSILIUM_COORDINATOR_HTTP_PORT; derived from the schema, so no setting is without a variable. */
function settingsOf(node: SchemaNode, path: readonly string[]): EnvironmentSetting[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, value]) => {
    const child = value as SchemaNode;
    const childPath = [...path, key];
    if (child.properties !== undefined) {
      return settingsOf(child, childPath);
    }
    const words = childPath.map((part) => part.replaceAll(/[A-Z]/g, (capital) => `_${capital}`));
    return [
      {
        variable: `${ENVIRONMENT_PREFIX}${words.join('_').toUpperCase()}`,
        path: childPath,
        kind: kindOf(child),
      },
    ];
  });
}

function kindOf(node: SchemaNode): EnvironmentSetting['kind'] {
  switch (node.type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'text';
  }
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const hasGoodBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return most > 0 && hasGoodBits && rest.length === 0;
}

function wordsOf(text: string): string[] {
  return text.split(',').flatMap((word) => word.trim() || []);
}
