import type { Clock } from '../std/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { UpstreamId } from '../engine/ids.ts';
import { openJournal, type Grants, type Outbox } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import type { JournalPort } from './admit.ts';
import { callIds } from './call-ids.ts';
import { doorClock } from './clock.ts';
import { Door, type DoorParts } from './door.ts';
import { drain, listen, type Listening } from './listener.ts';
import { Operations } from './operations.ts';

export interface OpenDoorOptions {
  readonly policy: LoadedPolicy;
  /** The data directory: its journal is this door's, and nobody else's meanwhile. */
  readonly dir: string;
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly link: DoorParts['link'];
  /** When the door's clock begins; the wall's time where absent. Never behind the journal's last record. */
  readonly startsAt?: number;
  /** The journal failed: nothing is forwarded any more, and the process should end. */
  readonly onFailure: (error: Error) => void;
  /** Stands between the door and its journal; a test's place to make the disk fail. */
  readonly wrapJournal?: (journal: JournalPort) => JournalPort;
  /** A request that the door could not handle for a fault of its own; it was refused. Default: ignored. */
  readonly onFault?: (error: unknown) => void;
}

/** A door that listens. */
export interface OpenDoor {
  readonly url: string;
  /** Base URLs of the upstreams: their own port's where the policy gives them one. */
  readonly urls: ReadonlyMap<UpstreamId, string>;
  readonly operations: Operations;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly journal: JournalPort;
  /** What people are still to be told. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly door: Door;
  /** Takes no more requests, lets those under way finish for `graceMs`, does `last`, then closes the journal. */
  close(graceMs: number, last?: () => Promise<void>): Promise<void>;
}

/** Takes the journal, brings the engine to where it was, and listens. Rejects with a clear error where it cannot. */
export async function openDoor(options: OpenDoorOptions): Promise<OpenDoor> {
  const { policy, dir, host = '127.0.0.1', port, link, onFailure } = options;
  const now = (): number => options.startsAt ?? Date.now();
  policy.prepare();
  const opened = await openJournal({ dir, policy, now, onFailure });
  const { engine, grants, outbox } = opened;
  const journal: JournalPort = options.wrapJournal?.(opened.journal) ?? opened.journal;
  const clock = doorClock(opened.lastAt, options.startsAt);
  const door = new Door({
    policy,
    engine,
    grants,
    journal,
    clock,
    callId: callIds(),
    link,
    onFault: options.onFault ?? (() => undefined),
  });
  const listenings: Listening[] = [];
  const urls = new Map<UpstreamId, string>();
  try {
    const common = await listen(door, host, port, undefined);
    listenings.push(common);
    for (const upstream of policy.upstreams.values()) {
      if (upstream.port === undefined) urls.set(upstream.id, `${common.url}/${upstream.id}`);
      else {
        const own = await listen(door, host, upstream.port, upstream.id);
        listenings.push(own);
        urls.set(upstream.id, own.url);
      }
    }
    return {
      url: common.url,
      urls,
      operations: new Operations({ policy, engine, grants, outbox, journal, clock, freezer: door.freezer }),
      engine,
      grants,
      journal,
      outbox,
      clock,
      door,
      close: async (graceMs, last) => {
        door.drain();
        await Promise.all(listenings.map((listening) => drain(listening, graceMs)));
        await last?.();
        await opened.close();
      },
    };
  } catch (error) {
    for (const { server } of listenings) server.close();
    await opened.close();
    throw error;
  }
}
