/** Stands in for a collector of traces: takes OTLP over HTTP as JSON (opentelemetry-proto, trace/v1) and keeps what it is sent. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code?: number };
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const ERROR = 2;

export class StandInCollector {
  /** Bodies as they came. */
  readonly bodies: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  status = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StandInCollector> {
    const server = createServer((request, response) => {
      void request.toArray().then((parts) => {
        collector.bodies.push(Buffer.concat(parts as Buffer[]).toString());
        collector.authorizations.add(request.headers.authorization);
        response.writeHead(collector.status, { 'content-type': 'application/json' });
        response.end('{}');
      });
    });
    const collector = new StandInCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/traces`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  spans(): readonly ReceivedSpan[] {
    return this.sent().flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(received)),
    );
  }

  /** Of what sent the spans, each once. */
  resources(): readonly Readonly<Record<string, unknown>>[] {
    return this.sent().map(({ resource }) => valuesOf(resource.attributes));
  }

  private sent(): OtlpRequest['resourceSpans'] {
    return this.bodies.flatMap((body) => (JSON.parse(body) as OtlpRequest).resourceSpans);
  }
}

function received(span: OtlpSpan): ReceivedSpan {
  const { traceId, spanId, parentSpanId = '', name, status } = span;
  return {
    ...{ traceId, spanId, parentSpanId, name },
    fromMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
    toMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
    failed: status.code === ERROR,
    attributes: valuesOf(span.attributes),
  };
}

function valuesOf(attributes: readonly KeyValue[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}
