/** Both charts under a real helm: they lint, render for every example in ci/, and refuse what cannot work with a sentence. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findHelm, helm } from '../support/helm.js';

const CHARTS = join(__dirname, '..', '..', '..', 'deploy', 'helm');
const examples = ['coordinator', 'node-agent'].flatMap((chart) =>
  readdirSync(join(CHARTS, chart, 'ci')).map((file) => ({ chart, file })),
);

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: PodSpec };
  };
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly image: string;
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
  readonly resources?: { readonly limits?: object };
  readonly securityContext: Record<string, unknown>;
}

describe('the Helm charts', () => {
  let program: string;

  beforeAll(async () => {
    program = await findHelm();
  }, 180_000);

  const render = (chart: string, ...args: string[]) =>
    helm(program, ['template', 'test', join(CHARTS, chart), ...args]);

  async function workload(chart: string, file: string): Promise<Manifest> {
    const { stdout } = await render(chart, '--values', join(CHARTS, chart, 'ci', file));
    const manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
    const found = manifests.find(({ kind }) => kind === 'StatefulSet');
    if (found === undefined) {
      throw new Error(`${chart} renders no StatefulSet for ${file}`);
    }
    return found;
  }

  it.each(examples)('lints $chart with $file, strictly', async ({ chart, file }) => {
    const values = join(CHARTS, chart, 'ci', file);
    const { code, stdout } = await helm(program, [
      ...['lint', '--strict', join(CHARTS, chart), '--values', values],
    ]);

    expect({ code, failed: stdout.includes('[ERROR]') }).toEqual({ code: 0, failed: false });
  });

  it.each(examples)(
    'renders $chart with $file as one hardened replica',
    async ({ chart, file }) => {
      const { spec } = await workload(chart, file);
      const pod = spec.template.spec;
      const containers = [...pod.containers, ...(pod.initContainers ?? [])];

      expect(spec.replicas).toBe(1);
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext.runAsNonRoot).toBe(true);
      expect(pod.containers.every(({ livenessProbe }) => livenessProbe !== undefined)).toBe(true);
      expect(containers.map(({ securityContext }) => securityContext)).toEqual(
        containers.map(() => ({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })),
      );
    },
  );

  it('pins the image by digest where one is given', async () => {
    const { spec } = await workload('coordinator', 'postgres-values.yaml');

    expect(spec.template.spec.containers[0]?.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('keeps every secret out of the rendered text: only names of existing secrets appear', async () => {
    const values = join(CHARTS, 'coordinator', 'ci', 'postgres-values.yaml');
    const { stdout } = await render('coordinator', '--values', values);

    expect(stdout).not.toMatch(/kind: Secret/);
    expect(stdout).toMatch(/secretName: consilium-database/);
  });

  it('refuses PostgreSQL without a secret, and says which value to set', async () => {
    const { code, stderr } = await render(
      'coordinator',
      ...['--set', 'publicUrl=https://c.example', '--set', 'logOrigin=c.example/log'],
      ...['--set', 'database.driver=postgres'],
    );

    expect(code).not.toBe(0);
    expect(stderr).toMatch(/database\.existingSecret: with driver postgres, name a secret/);
  });

  it.each([
    ['coordinator', 'publicUrl=https://c.example', 'logOrigin'],
    ['node-agent', 'coordinatorUrl=https://c.example', 'site'],
  ])('refuses %s without a value that has no default', async (chart, given, missing) => {
    const { code, stderr } = await render(chart, '--set', given);

    expect(code).not.toBe(0);
    expect(stderr).toContain(missing);
  });

  describe('that is watched', () => {
    const values = join(CHARTS, 'coordinator', 'ci', 'watched-values.yaml');

    async function rendered(): Promise<readonly Readonly<Record<string, unknown>>[]> {
      const { stdout } = await render('coordinator', '--values', values);
      return parseAllDocuments(stdout).map((each) => each.toJS() as Record<string, unknown>);
    }

    it('brings the dashboard as it stands in its file', async () => {
      const file = join(CHARTS, 'coordinator', 'dashboards', 'consilium.json');
      const found = (await rendered()).find(
        ({ kind, data }) => kind === 'ConfigMap' && Object.hasOwn(data as object, 'consilium.json'),
      );

      expect(found).toMatchObject({ metadata: { labels: { grafana_dashboard: '1' } } });
      expect(
        JSON.parse((found?.['data'] as Record<string, string>)['consilium.json'] ?? ''),
      ).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    });

    it('has its metrics scraped over TLS with a token of its own secret', async () => {
      const monitor = (await rendered()).find(({ kind }) => kind === 'ServiceMonitor');

      expect(monitor).toMatchObject({
        metadata: { labels: { release: 'prometheus' } },
        spec: {
          endpoints: [
            {
              ...{ port: 'http', path: '/metrics', interval: '30s', scheme: 'https' },
              authorization: { credentials: { name: 'consilium-metrics-token', key: 'token' } },
              tlsConfig: {
                serverName: 'consilium.example.org',
                ca: { secret: { name: 'consilium-authority', key: 'ca.crt' } },
              },
            },
          ],
        },
      });
    });

    it('sends traces where the values say', async () => {
      const { stdout } = await render('coordinator', '--values', values);

      expect(stdout).toContain(
        'tracing:\n      endpoint: "http://collector.tracing:4318/v1/traces"',
      );
    });

    it('refuses to be scraped without a token, and is watched by nobody unless it is told to', async () => {
      const without = [
        ...['--values', values],
        ...['--set', 'metrics.serviceMonitor.tokenSecret='],
      ];
      const { code, stderr } = await render('coordinator', ...without);
      const plain = join(CHARTS, 'coordinator', 'ci', 'sqlite-values.yaml');
      const { stdout } = await render('coordinator', '--values', plain);

      expect(code).not.toBe(0);
      expect(stderr).toMatch(/metrics\.serviceMonitor\.tokenSecret: name a secret/);
      expect(stdout).not.toMatch(/ServiceMonitor|grafana_dashboard|tracing:/);
    });
  });

  it('refuses a value that the schema does not know', async () => {
    const values = join(CHARTS, 'node-agent', 'ci', 'minimal-values.yaml');
    const { code, stderr } = await render('node-agent', '--values', values, '--set', 'replicas=3');

    expect(code).not.toBe(0);
    expect(stderr).toContain('replicas');
  });
});
