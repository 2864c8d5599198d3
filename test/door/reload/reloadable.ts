import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fail, ok } from '../../../src/std/result.ts';
import { NOBODY_KNOWS } from '../../../src/door/answers/stage-words.ts';
import { UNHURRIED } from '../../../src/door/limits.ts';
import { openDoor, type OpenDoor } from '../../../src/door/open.ts';
import type { Reloaded } from '../../../src/door/operations.ts';
import type { StartDoorOptions } from '../../../src/door/start.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import { readJournal, refoldHere, type Recorded, type Refold } from '../../../src/journal/index.ts';
import { formatProblem, loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';
import { newShadow } from '../../../src/stages/shadow.ts';
import { KEY } from '../open-door.ts';

/** A door in this process whose policy's file is a text. */
export interface Reloadable {
  readonly door: OpenDoor;
  readonly dir: string;
  /** The file, as it is now. */
  write(text: string): void;
  reload(dry?: boolean): Promise<Reloaded>;
  grant(agent: string): Promise<string>;
  records(): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

export interface ReloadableOptions {
  /** Default: on this thread, which needs no other one to start. */
  readonly refold?: Refold;
  readonly dir?: string;
  readonly startsAt?: number;
  readonly onReloaded?: (policy: LoadedPolicy) => void;
  readonly wrapJournal?: StartDoorOptions['wrapJournal'];
  readonly onFault?: (error: unknown) => void;
}

export function loadedFrom(text: string): LoadedPolicy {
  const loaded = loadPolicy(text, 'interlock.yaml');
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem('interlock.yaml', problem)).join('\n'));
  return loaded.value;
}

export async function reloadable(origin: URL, text: string, options: ReloadableOptions = {}): Promise<Reloadable> {
  const { refold = refoldHere, startsAt, wrapJournal, onFault } = options;
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), 'interlock-reload-'));
  let file = text;
  const policy = loadedFrom(text);
  const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 64 };
  const transport = undiciTransport(origin, limits, { network: 'loopback', secrets: [KEY] });
  const headers = ['host', origin.host, 'authorization', `Bearer ${KEY}`];
  const link = () => ({ transport, headers, basePath: '', secrets: [KEY] });
  const door = await openDoor({
    policy,
    dir,
    port: 0,
    link,
    shadow: newShadow(policy),
    limits: UNHURRIED,
    reloading: {
      read: () => {
        const loaded = loadPolicy(file, 'interlock.yaml');
        if (loaded.ok) return Promise.resolve(loaded);
        return Promise.resolve(fail(loaded.failure.map((problem) => formatProblem('interlock.yaml', problem))));
      },
      link: () => ok(link),
      lacking: () => NOBODY_KNOWS,
      ...(options.onReloaded !== undefined && { onReloaded: options.onReloaded }),
    },
    refold,
    ...(startsAt !== undefined && { startsAt }),
    ...(wrapJournal !== undefined && { wrapJournal }),
    ...(onFault !== undefined && { onFault }),
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    door,
    dir,
    write: (next) => (file = next),
    reload: async (dry = false) => {
      const done = await door.operations.provenBy('token').reload('ann', dry);
      if (!done.ok) throw new Error(done.failure.message);
      return done.value;
    },
    grant: async (agent) => {
      const request = { agent, task: 'test', expiresMs: 3_600_000, routes: null, parent: null, by: 'test' };
      const made = await door.operations.createGrant(request);
      if (!made.ok) throw new Error(made.failure.message);
      return made.value.token;
    },
    records: async () => {
      await door.journal.durable();
      return [...readJournal(dir, { tail: 'live' })];
    },
    close: async () => {
      await door.close(0);
      await transport.close();
    },
  };
}
