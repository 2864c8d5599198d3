import { ValueType, type HrTime } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Family } from '../metrics/family.ts';
import type { Metrics } from '../metrics/metrics.ts';

const SCOPE = { name: 'interlock' };
const MILLI = 1_000;
const NANOS = 1_000_000;

/** The metrics as the SDK's readers ask for them: the same numbers that a scrape tells. */
export function producer(metrics: Metrics): MetricProducer {
  return {
    collect: async (): Promise<CollectionResult> => {
      const [start, end] = [hr(metrics.since), hr(Date.now())];
      const data = (await metrics.families()).map((family) => dataOf(family, start, end));
      return {
        resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: SCOPE, metrics: data }] },
        errors: [],
      };
    },
  };
}

function dataOf(family: Family, startTime: HrTime, endTime: HrTime): MetricData {
  const { name, help, unit = '1', kind } = family;
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  const descriptor = { name, description: help, unit, valueType: ValueType.DOUBLE };
  const times = { startTime, endTime };
  if (kind === 'histogram') {
    const dataPoints = family.samples.map(({ labels, counts, sum, count }) => ({
      ...times,
      attributes: { ...labels },
      value: { buckets: { boundaries: [...family.bounds], counts: [...counts] }, sum, count },
    }));
    return { descriptor, aggregationTemporality, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = family.samples.map(({ labels, value }) => ({ ...times, attributes: { ...labels }, value }));
  return kind === 'counter'
    ? { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
}

function hr(ms: number): HrTime {
  const seconds = Math.floor(ms / MILLI);
  return [seconds, Math.round((ms - seconds * MILLI) * NANOS)];
}
