import * as https from 'node:https';
import type { UpstreamId } from '../engine/ids.ts';
import { drain, landed, listen, type Listening } from './intake/listener.ts';
import { startDoor, type StartDoorOptions, type StartedDoor } from './start.ts';
import { secureContext, type DoorTls } from './intake/tls.ts';

export interface OpenDoorOptions extends StartDoorOptions {
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Agents reach the door by TLS; absent: by plain HTTP. */
  readonly tls?: DoorTls | undefined;
}

/** A door that listens. */
export interface OpenDoor extends Omit<StartedDoor, 'close'> {
  readonly url: string;
  /** Base URLs of the upstreams: their own port's where the policy gives them one. */
  readonly urls: ReadonlyMap<UpstreamId, string>;
  /** Ends the grace of {@link close} at once: every agent's connection is cut. */
  cut(): void;
  /** Shows another certificate from the next connection on; those that stand go on as they are. */
  renewTls(tls: DoorTls): void;
  /** Takes no more requests, lets those under way finish for `graceMs`, does `last`, then closes the journal. */
  close(graceMs: number, last?: () => Promise<void>): Promise<void>;
}

/** Starts a door, and listens. Rejects with a clear error where it cannot. */
export async function openDoor(options: OpenDoorOptions): Promise<OpenDoor> {
  const { policy, host = '127.0.0.1', port, tls } = options;
  const started = await startDoor(options);
  const { door } = started;
  const listenings: Listening[] = [];
  const hurry = new AbortController();
  const urls = new Map<UpstreamId, string>();
  try {
    const common = await listen(door, host, port, undefined, tls);
    listenings.push(common);
    for (const upstream of policy.upstreams.values()) {
      if (upstream.port === undefined) urls.set(upstream.id, `${common.url}/${upstream.id}`);
      else {
        const own = await listen(door, host, upstream.port, upstream.id, tls);
        listenings.push(own);
        urls.set(upstream.id, own.url);
      }
    }
    return {
      ...started,
      url: common.url,
      urls,
      cut: () => hurry.abort(),
      renewTls: (renewed) => {
        for (const { server } of listenings) {
          if (server instanceof https.Server) server.setSecureContext(secureContext(renewed));
        }
      },
      close: async (graceMs, last) => {
        door.drain();
        const grace = AbortSignal.any([hurry.signal, AbortSignal.timeout(graceMs)]);
        await Promise.all(listenings.map((listening) => drain(listening, grace)));
        await landed(door.flights, grace);
        await last?.();
        await started.close();
      },
    };
  } catch (error) {
    for (const { server } of listenings) server.close();
    await started.close();
    throw error;
  }
}
