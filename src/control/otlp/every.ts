/** How often metrics are sent, where OTEL_METRIC_EXPORT_INTERVAL says nothing. */
export const METRICS_EVERY_MS = 15_000;
