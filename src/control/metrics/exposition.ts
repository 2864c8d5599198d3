import { Registry, type Metric, type OpenMetricsContentType, type PrometheusContentType } from 'prom-client';
import type { Family, HistogramSample, Labels } from './family.ts';

export type Format = PrometheusContentType | OpenMetricsContentType;

/** One line of a scrape, as prom-client writes it. */
interface Line {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

/** The text of a scrape. */
export function exposition(families: readonly Family[], format: Format): Promise<string> {
  const registry = new Registry<Format>();
  registry.setContentType(format);
  for (const family of families) registry.registerMetric(asMetric(family, format));
  return registry.metrics();
}

/** Which of the two formats an `Accept` header would rather have: Prometheus’ own, unless it asks for OpenMetrics 1. */
export function formatFor(accept: string | undefined): Format {
  const asked = (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'application/openmetrics-text' && !parameters.includes('q=0');
  });
  return asked ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE;
}

function asMetric(family: Family, format: Format): Metric {
  const { name, help, kind } = family;
  const values: readonly Line[] = kind === 'histogram' ? linesOf(family) : family.samples;
  // prom-client adds `_total` by itself in OpenMetrics alone.
  const suffix = kind === 'counter' && format === Registry.PROMETHEUS_CONTENT_TYPE ? '_total' : '';
  const told = { name: name + suffix, help, type: kind, values, aggregator: 'sum' };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a registry asks of a metric is its name and `get`
  return { name: told.name, type: kind, get: () => Promise.resolve(told) } as unknown as Metric;
}

function linesOf({ name, bounds, samples }: Extract<Family, { kind: 'histogram' }>): readonly Line[] {
  return samples.flatMap(({ labels, counts, sum, count }: HistogramSample): Line[] => {
    let below = 0;
    const buckets = counts.map((inBucket, index) => {
      below += inBucket;
      const bound = bounds[index];
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: bound === undefined ? '+Inf' : String(bound) },
        value: below,
      };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  });
}
