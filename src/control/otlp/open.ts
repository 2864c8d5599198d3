import { randomBytes } from 'node:crypto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { ENGINE_VERSION } from '../../journal/index.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { TraceQueue } from '../traces/queue.ts';
import type { Sampler } from '../traces/sampler.ts';
import type { Traces } from '../traces/visits.ts';
import { producer } from './points.ts';
import { spansOf } from './spans.ts';

const SPAN_ID_SIZE = 8;

export interface TelemetryOptions {
  /** Of the collector, without `/v1/…`; absent: the environment says where. */
  readonly url: string | undefined;
  readonly sampler: Sampler;
  readonly metricsEveryMs: number;
}

/** What is sent to an OpenTelemetry collector. Must be closed. */
export interface Telemetry {
  readonly traces: Traces;
  readonly queue: TraceQueue;
  /** Sends these from now on. */
  push(metrics: Metrics): void;
  close(withinMs: number): Promise<void>;
}

/** Everything but the address is the standard's own environment variables, which the exporters read: headers, timeouts, … */
export function openTelemetry({ url, sampler, metricsEveryMs }: TelemetryOptions): Telemetry {
  const resource = resourceFromAttributes({ 'service.name': 'interlock', 'service.version': ENGINE_VERSION }).merge(
    detectResources({ detectors: [envDetector] }),
  );
  const queue = traceQueue(url, resource);
  let provider: MeterProvider | undefined;
  return {
    traces: { sampler, take: (traced) => queue.take(traced) },
    queue,
    push: (metrics) => {
      const exporter = new OTLPMetricExporter(url === undefined ? {} : { url: `${url}/v1/metrics` });
      const reader = new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: metricsEveryMs,
        exportTimeoutMillis: metricsEveryMs,
        metricProducers: [producer(metrics)],
      });
      provider = new MeterProvider({ resource, readers: [reader] });
    },
    close: async (withinMs) => {
      const last = provider?.shutdown({ timeoutMillis: withinMs }).catch(() => undefined);
      await Promise.all([queue.close(withinMs), last]);
    },
  };
}

function traceQueue(url: string | undefined, resource: Resource): TraceQueue {
  const exporter = new OTLPTraceExporter(url === undefined ? {} : { url: `${url}/v1/traces` });
  const id = (): string => randomBytes(SPAN_ID_SIZE).toString('hex');
  return new TraceQueue(
    (batch) =>
      new Promise((resolve) => {
        const spans = batch.flatMap((traced) => spansOf(traced, resource, id));
        exporter.export(spans, ({ error }) => resolve(error === undefined));
      }),
  );
}
