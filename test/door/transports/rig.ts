import { expect, onTestFinished } from 'vitest';
import type { Outbound, Transport, TransportLimits, TransportOptions } from '../../../src/door/flight/transport.ts';
import type { RawUpstream, RawUpstreamOptions, Script } from '../raw-upstream.ts';
import { rawUpstream } from '../raw-upstream.ts';
import { Recording } from './recording.ts';

export type TransportFactory = (origin: URL, limits: TransportLimits, options: TransportOptions) => Transport;

/** An adapter under test, and where adapters may differ. */
export interface Adapter {
  readonly name: string;
  readonly create: TransportFactory;
  /** Reads past a `100 Continue` nobody asked for; otherwise it is refused as `invalid`. */
  readonly readsUnaskedContinue: boolean;
}

export interface RigOptions extends RawUpstreamOptions, Partial<TransportOptions>, Partial<TransportLimits> {
  /** Reaches the upstream under another address. */
  readonly origin?: (real: URL) => URL;
  /** How long a request may wait to be sent. */
  readonly withinMs?: number;
}

/** An adapter before an upstream. */
export interface Rig {
  readonly upstream: RawUpstream;
  readonly transport: Transport;
  readonly origin: URL;
  /** Sends a GET of `/`, or what is given instead. `prepare` sees the recording before the request leaves. */
  readonly send: (request?: Partial<Outbound>, prepare?: (recording: Recording) => void) => Recording;
}

/** Long enough that only a hang meets it. */
const UNHURRIED_MS = 20_000;

/**
 * Sets up one adapter before one upstream and, when the test is over, takes them down and checks the laws that hold for
 * every exchange whatever happened: one end, exactly once, nothing out of order; nothing malformed ever sent.
 */
export async function rig(adapter: Adapter, script: Script, options: RigOptions = {}): Promise<Rig> {
  const upstream = await rawUpstream(script, options);
  const origin = options.origin?.(upstream.origin) ?? upstream.origin;
  const { headTimeoutMs = UNHURRIED_MS, idleTimeoutMs = UNHURRIED_MS, connectionsMax = 4 } = options;
  const { totalTimeoutMs = UNHURRIED_MS } = options;
  const transport = adapter.create(
    origin,
    { headTimeoutMs, idleTimeoutMs, totalTimeoutMs, connectionsMax },
    { network: 'loopback', ...options },
  );
  const recordings: Recording[] = [];

  onTestFinished(async () => {
    await upstream.close();
    await transport.close();
    expect(recordings.flatMap((recording) => recording.violations)).toEqual([]);
    expect(recordings.filter((recording) => recording.outcome === null)).toEqual([]);
    expect(upstream.faults).toEqual([]);
  });

  return {
    upstream,
    transport,
    origin,
    send(request = {}, prepare = () => undefined) {
      const recording = new Recording();
      recordings.push(recording);
      prepare(recording);
      const whole = { method: 'GET', target: '/', headers: ['host', origin.host], body: null, ...request };
      recording.exchange = transport.send(whole, recording, options.withinMs);
      return recording;
    },
  };
}
