import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SpanJson {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number };
}

interface Point {
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly asDouble?: number;
  readonly count?: number;
  readonly bucketCounts?: readonly number[];
}

export interface MetricJson {
  readonly name: string;
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly Point[] };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

/** A stand-in for an OpenTelemetry collector: takes OTLP over HTTP as JSON. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly SpanJson[];
  /** Of the last push. */
  readonly metrics: () => readonly MetricJson[];
  /** Everything that was sent, as it came. */
  readonly bodies: readonly string[];
  /** From now on it takes connections and answers nothing. */
  hang(): void;
  close(): Promise<void>;
}

export async function collector(): Promise<Collector> {
  const spans: SpanJson[] = [];
  const bodies: string[] = [];
  let metrics: readonly MetricJson[] = [];
  let hangs = false;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      if (hangs) return;
      bodies.push(body);
      const sent = JSON.parse(body) as {
        resourceSpans?: { scopeSpans: { spans: SpanJson[] }[] }[];
        resourceMetrics?: { scopeMetrics: { metrics: MetricJson[] }[] }[];
      };
      for (const { scopeSpans } of sent.resourceSpans ?? []) for (const scope of scopeSpans) spans.push(...scope.spans);
      if (sent.resourceMetrics !== undefined) {
        metrics = sent.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    metrics: () => metrics,
    hang: () => (hangs = true),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A span's attributes as a record. */
export function told({ attributes }: SpanJson): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
