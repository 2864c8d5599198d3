import type { Clock } from '../std/clock.ts';
import type { Engine } from '../engine/engine.ts';
import {
  openJournal,
  refoldApart,
  type Refold,
  type CheckpointSigner,
  type DiskState,
  type Grants,
  type OpenedJournal,
  type Outbox,
  type Users,
} from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { shelfIn } from '../promotion/index.ts';
import type { JournalPort } from './judge/admit.ts';
import { NOBODY_KNOWS, type Lacking } from './answers/stage-words.ts';
import { callIds } from './call-ids.ts';
import { doorClock } from './clock.ts';
import { Door, type DoorParts } from './door.ts';
import type { Flights } from './flight/flights.ts';
import type { DoorLimits } from './limits.ts';
import { machine as realMachine, type Machine } from './machine.ts';
import { Operations, type Lapsed, type OperationParts, type PolicySource } from './operations.ts';
import { Reloader } from './reload/reloader.ts';
import { Sealer } from './privacy/sealer.ts';
import { restoreSessions } from './restore-sessions.ts';
import { NO_SHADOW, type Shadow } from './shadow.ts';
import type { Witness } from './witness.ts';

export interface StartDoorOptions {
  readonly policy: LoadedPolicy;
  /** The data directory: its journal is this door's, and nobody else's meanwhile. */
  readonly dir: string;
  readonly link: DoorParts['link'];
  /** What agents in shadow live in; absent: nobody answers their writes. */
  readonly shadow?: Shadow;
  /** When the door's clock begins; see {@link openJournal} where absent. Never behind the journal's last record. */
  readonly startsAt?: number;
  /** The journal failed: nothing is forwarded any more, and the process should end. */
  readonly onFailure: (error: Error) => void;
  /** Stands between the door and its journal; a test's place to make the disk fail. */
  readonly wrapJournal?: (journal: JournalPort) => JournalPort;
  /** A request that the door could not handle for a fault of its own; it was refused. Default: ignored. */
  readonly onFault?: (error: unknown) => void;
  /** What the door runs on; a simulation's place to stand. Default: this machine. */
  readonly machine?: Machine;
  /** Other bounds than those of `limits.ts`. */
  readonly limits?: Partial<DoorLimits>;
  /** Who signs the journal's checkpoints, and how that goes; absent: there are none. */
  readonly checkpoints?: { readonly signer: CheckpointSigner; readonly state: () => object };
  /** What a gate said last that an agent lacks. */
  readonly lacking?: Lacking;
  /** See {@link openJournal}. */
  readonly mocked?: boolean;
  readonly segmentBytesMax?: number;
  readonly snapshotEvery?: number;
  readonly reserveBytes?: number;
  /** The disk is full, or has room again. */
  readonly onDisk?: (state: DiskState) => void;
  /** Where another policy may come from while the door is open; absent: from nowhere. */
  readonly reloading?: PolicySource;
  /** How the past is read under another policy. Default: in a thread of its own. */
  readonly refold?: Refold;
  /** Who sees requests go by; absent: nobody. */
  readonly witness?: Witness | undefined;
}

/** A door that can handle requests, wherever they come from. */
export interface StartedDoor {
  readonly operations: Operations;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly users: Users;
  readonly journal: JournalPort;
  /** The journal as its checkpoints see it, and whoever watches over agents. */
  readonly log: Pick<
    OpenedJournal['journal'],
    'head' | 'checkpoint' | 'durable' | 'listen' | 'watch' | 'health' | 'disk'
  >;
  /** What people are still to be told. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly door: Door;
  /** Mocks answer for the upstreams: nothing in its journal is evidence. */
  readonly mocked: boolean;
  /** The policy that it judges by: another one after a reload. */
  readonly inForce: () => LoadedPolicy;
  /** Promotions that did not hold any more at this start. */
  readonly lapsed: readonly Lapsed[];
  /** Writes what is pending and lets the journal go. Nothing may be under way any more. */
  close(): Promise<void>;
}

/** Takes the journal and brings the engine to where it was. Rejects with a clear error where it cannot. */
export async function startDoor(options: StartDoorOptions): Promise<StartedDoor> {
  const { policy, dir, link, startsAt, onFailure, onFault = () => undefined, machine = realMachine } = options;
  const { disk, timers, processes, random } = machine;
  const {
    mocked,
    segmentBytesMax,
    snapshotEvery,
    reserveBytes,
    onDisk,
    limits = {},
    checkpoints,
    shadow = NO_SHADOW,
  } = options;
  policy.prepare();
  let openedAt = 0;
  let underWay: Flights | undefined;
  const opened = await openJournal({
    dir,
    policy,
    now: () => {
      openedAt = machine.monotonic();
      return startsAt ?? machine.wall();
    },
    ...(startsAt === undefined && { uptime: () => machine.uptime() }),
    onFailure: (error) => {
      onFailure(error);
      // Also what is admitted and recorded, and waits for a connection.
      underWay?.ground(onFault);
    },
    disk,
    timers,
    processes,
    ...(checkpoints !== undefined && { signer: checkpoints.signer }),
    ...(mocked !== undefined && { mocked }),
    ...(segmentBytesMax !== undefined && { segmentBytesMax }),
    ...(snapshotEvery !== undefined && { snapshotEvery }),
    ...(reserveBytes !== undefined && { reserveBytes }),
    ...(onDisk !== undefined && { onDisk }),
    reads: policy.onDiskFull.reads,
    onFault,
    random,
  });
  const { engine, grants, users, outbox, vault } = opened;
  try {
    restoreSessions({ dir, policy, shadow, disk, lastAt: opened.lastAt });
  } catch (error) {
    // Older segments may be damaged, which `audit verify` is there to tell; nobody who writes for real must wait for that.
    onFault(error);
  }
  const journal: JournalPort = options.wrapJournal?.(opened.journal) ?? opened.journal;
  const clock = doorClock(opened.lastAt, machine, openedAt);
  const callId = callIds(random);
  const sealer = vault === null ? null : new Sealer(policy, vault);
  const { lacking = NOBODY_KNOWS } = options;
  const parts = {
    policy,
    engine,
    grants,
    journal,
    sealer,
    clock,
    timers,
    callId,
    shadow,
    link,
    lacking,
    onFault,
    limits,
    witness: options.witness,
  };
  const door = new Door(parts);
  const { freezer, flights } = door;
  underWay = flights;
  const close = async (): Promise<void> => {
    door.tell();
    await opened.close();
  };
  const operationParts: OperationParts = {
    policy,
    engine,
    grants,
    users,
    outbox,
    journal,
    vault,
    clock,
    freezer,
    flights,
    random,
    shelf: shelfIn(dir, disk),
    mocked: opened.mocked,
    ...(checkpoints !== undefined && { checkpoints: checkpoints.state }),
  };
  const log = opened.journal;
  const { reloading, refold = refoldApart } = options;
  const around = { refold, onFault, door, engine, grants, journal, log, clock, dir, disk, operations: operationParts };
  const reloader = reloading && new Reloader({ ...around, source: reloading });
  const operations = new Operations({
    ...operationParts,
    get policy() {
      return door.policy;
    },
    ...(reloader !== undefined && { reload: (asker, dry) => reloader.reload(asker, dry) }),
  });
  // Before any call is judged by them.
  const lapsed = await operations.recheckPromotions();
  const inForce = (): LoadedPolicy => door.policy;
  const started = { operations, engine, grants, users, journal, log, outbox, clock, door, inForce };
  return { ...started, mocked: opened.mocked, lapsed, close };
}
