/**
 * Sends spans to a collector over OTLP/HTTP with the SDK of OpenTelemetry, an optional dependency that is loaded only where a
 * collector is configured. Nothing is registered globally: no other library of the process begins to trace.
 */
import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { NodeTracerConfig as TracerConfig, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { PROGRAM_VERSION } from '../../config/program-version.js';
import type { RoundSpan } from './round-spans.js';

const SERVICE = 'consilium-coordinator';
/** Of a trace under way while another one is sent; a round of 128 sites has about a thousand spans. */
const QUEUE = 16_384;
const BATCH = 2048;
const TIMEOUT_MS = 5000;

export interface SpanSender {
  /** Queues a span with all that is in it. */
  send(span: RoundSpan): void;
  /** Sends what is queued, and ends. Resolves also when the collector does not answer. */
  close(): Promise<void>;
}

export interface Collector {
  /** Where it takes traces, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly endpoint: string;
  /** Value of the Authorization header. */
  readonly authorization?: string | undefined;
  /** Hears of spans that were lost: they are not sent again. */
  readonly onLost: (spans: number, error: unknown) => void;
}

/** @throws ConsiliumError 'bad-configuration' where the packages of OpenTelemetry are not installed. */
export async function openSpanSender(collector: Collector): Promise<SpanSender> {
  const [api, sdk, otlp] = await loadPackages();
  const { endpoint, authorization, onLost } = collector;
  const exporter = new otlp.OTLPTraceExporter({
    url: endpoint,
    timeoutMillis: TIMEOUT_MS,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  });
  const teller = tellerOf(onLost);
  const limits = { maxQueueSize: QUEUE, maxExportBatchSize: BATCH };
  const provider = new sdk.BasicTracerProvider({
    resource: RESOURCE,
    sampler: new sdk.AlwaysOnSampler(),
    spanProcessors: [new sdk.BatchSpanProcessor(telling(exporter, teller), limits)],
  });
  const tracer = provider.getTracer(SERVICE, PROGRAM_VERSION);
  return {
    send: (span) => {
      write(tracer, api, span, api.ROOT_CONTEXT);
    },
    close: () => provider.shutdown().catch(teller.failed),
  };
}

/** What sends, by the semantic conventions of OpenTelemetry. */
const ATTRIBUTES = { 'service.name': SERVICE, 'service.version': PROGRAM_VERSION };

const RESOURCE: NonNullable<TracerConfig['resource']> = {
  attributes: ATTRIBUTES,
  getRawAttributes: () => Object.entries(ATTRIBUTES),
  merge: () => RESOURCE,
};

interface Teller {
  readonly lost: Collector['onLost'];
  /** What ended the flushing; what an export failed with has been told. */
  readonly failed: (error: unknown) => void;
}

function tellerOf(onLost: Collector['onLost']): Teller {
  let told: unknown;
  return {
    lost: (spans, error) => {
      told = error;
      onLost(spans, error);
    },
    failed: (error) => {
      if (error !== told) {
        onLost(0, error);
      }
    },
  };
}

/** The SDK keeps failures to itself. */
function telling(exporter: SpanExporter, { lost }: Teller): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          lost(spans.length, result.error);
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

type Api = Awaited<ReturnType<typeof loadPackages>>[0];

async function loadPackages() {
  try {
    return await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
  } catch (cause) {
    const message =
      'tracing.endpoint: the packages of OpenTelemetry are not installed; install the optional dependencies of the coordinator, or take the setting away';
    throw new ConsiliumError('bad-configuration', message, { cause });
  }
}

function write(tracer: Tracer, api: Api, span: RoundSpan, parent: Context): void {
  const { name, fromMs, toMs, failed, attributes, children } = span;
  // As a date: numbers before the start of this process would be taken for milliseconds since then.
  const written: Span = tracer.startSpan(name, { startTime: new Date(fromMs), attributes }, parent);
  if (failed) {
    written.setStatus({ code: api.SpanStatusCode.ERROR });
  }
  const within = api.trace.setSpan(parent, written);
  children.forEach((child) => {
    write(tracer, api, child, within);
  });
  written.end(new Date(toMs));
}
