import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { controlApi } from '../../../src/control/api.ts';
import { listenControl } from '../../../src/control/listen.ts';
import { Live } from '../../../src/control/live/live.ts';
import { Lookups } from '../../../src/control/lookup/lookups.ts';
import { Metrics } from '../../../src/control/metrics/metrics.ts';
import type { ControlApp } from '../../../src/control/routes/operation.ts';
import { UNHURRIED } from '../../../src/door/limits.ts';
import { openDoor, type OpenDoor } from '../../../src/door/open.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import { loadPolicy } from '../../../src/policy/index.ts';

const KEY = 'sk_live_the_only_key';
export const ADMIN_TOKEN = 'the_machine';

/** A door in this process with its control room: both listen on loopback. */
export interface Room {
  readonly app: ControlApp;
  readonly door: OpenDoor;
  readonly live: Live;
  readonly lookups: Lookups;
  readonly control: string;
  readonly dir: string;
  grant(agent: string): Promise<string>;
  /** Asks the control API with the machine's token. */
  ask(target: string, body?: object): Promise<Response>;
  close(): Promise<void>;
}

/** @param policyText names one upstream */
export async function openRoom(
  upstream: URL,
  policyText: string,
  connectionsMax = 64,
  pace = UNHURRIED,
): Promise<Room> {
  const loaded = loadPolicy(policyText, 'room.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  const policy = loaded.value;
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-room-'));
  const limits = { headTimeoutMs: 30_000, idleTimeoutMs: 30_000, connectionsMax };
  const link = {
    transport: undiciTransport(upstream, limits, { network: 'loopback', secrets: [KEY] }),
    headers: ['host', upstream.host, 'authorization', `Bearer ${KEY}`],
    basePath: '',
    secrets: [KEY],
  };
  const door = await openDoor({
    policy,
    dir,
    port: 0,
    link: () => link,
    limits: pace,
    onFailure: (error) => {
      throw error;
    },
  });
  const premises = { ...door, policy, dir };
  const live = new Live(premises);
  const metrics = new Metrics(premises);
  const lookups = new Lookups({ dir });
  const app = controlApi(premises, ADMIN_TOKEN, { live, metrics, lookups });
  const { server, url } = await listenControl(app, { port: 0 });
  return {
    app,
    door,
    live,
    lookups,
    control: url,
    dir,
    grant: async (agent) => {
      const request = { agent, task: 'test', expiresMs: 3_600_000, routes: null, parent: null, by: 'test' };
      const made = await door.operations.createGrant(request);
      if (!made.ok) throw new Error(made.failure.message);
      return made.value.token;
    },
    ask: (target, body) =>
      fetch(url + target, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      }),
    close: async () => {
      await live.close();
      metrics.close();
      lookups.close();
      server.close();
      await door.close(0);
      await link.transport.close();
    },
  };
}
