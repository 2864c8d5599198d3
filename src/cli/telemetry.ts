import { samplerOf } from '../control/traces/sampler.ts';
import { METRICS_EVERY_MS } from '../control/otlp/every.ts';
import type { Telemetry } from '../control/otlp/open.ts';
import { CommandFailed } from './failure.ts';

export const otlpOption = {
  type: 'string',
  describe:
    'An OpenTelemetry collector (http://…:4318): metrics and traces go there; default: OTEL_EXPORTER_OTLP_ENDPOINT',
} as const;

/** The collector that the command line or the standard's environment variables name; `undefined`: none. */
export async function telemetryTo(
  otlp: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Telemetry | undefined> {
  const isNamed = otlp !== undefined || environment['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined;
  if (!isNamed || environment['OTEL_SDK_DISABLED'] === 'true') return undefined;
  if (otlp !== undefined && !(URL.canParse(otlp) && /^https?:$/.test(new URL(otlp).protocol))) {
    throw new CommandFailed(`Failed to read --otlp: \`${otlp}\` is no address; write http://HOST:4318, without /v1/….`);
  }
  const sampler = samplerOf(environment['OTEL_TRACES_SAMPLER'], environment['OTEL_TRACES_SAMPLER_ARG']);
  if (!sampler.ok) throw new CommandFailed(sampler.failure);
  // Loaded when first needed: most doors start without it.
  const { openTelemetry } = await import('../control/otlp/open.ts');
  const every = Number(environment['OTEL_METRIC_EXPORT_INTERVAL'] ?? METRICS_EVERY_MS);
  const url = otlp?.replace(/\/+$/, '');
  return openTelemetry({ url, sampler: sampler.value, metricsEveryMs: every > 0 ? every : METRICS_EVERY_MS });
}
