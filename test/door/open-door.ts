import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JournalPort } from '../../src/door/admit.ts';
import { openDoor, type OpenDoor } from '../../src/door/open.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import type { Transport } from '../../src/door/transport.ts';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import { loadPolicy } from '../../src/policy/index.ts';

export const KEY = 'sk_live_the_only_key';
export const AGENT = 'tester';

/** A door in this process, with a journal of its own and a grant for {@link AGENT}. */
export interface Rig {
  readonly door: OpenDoor;
  /** The upstream's own port, without a prefix. */
  readonly url: URL;
  readonly token: string;
  readonly dir: string;
  /** All records so far, once they are on the disk. */
  records(): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

export interface RigOptions {
  /** The agent's rules, as YAML at the left margin. */
  readonly rules?: string;
  readonly routes: string;
  readonly allow: string;
  readonly transport?: (origin: URL) => Transport;
  readonly journal?: (journal: JournalPort) => JournalPort;
}

export async function rig(origin: URL, { rules = '', routes, allow, transport, journal }: RigOptions): Promise<Rig> {
  const indented = (text: string, by: string): string => text.trim().replaceAll(/^/gm, by);
  const text = `
version: 1
upstreams:
  api: { url: "${origin.origin}", credential: { env: KEY, as: bearer }, port: 0 }
routes:
${indented(routes, '  ')}
agents:
  ${AGENT}:
    stage: production
    allow: ${allow}
${indented(rules, '    ')}
`;
  const loaded = loadPolicy(text, 'rig.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-rig-'));
  const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 64 };
  const link = {
    transport: transport?.(origin) ?? undiciTransport(origin, limits, { secrets: [KEY] }),
    headers: ['host', origin.host, 'authorization', `Bearer ${KEY}`],
    basePath: '',
    secrets: [KEY],
  };
  const door = await openDoor({
    policy: loaded.value,
    dir,
    port: 0,
    link: () => link,
    ...(journal === undefined ? {} : { wrapJournal: journal }),
    onFailure: (error) => {
      throw error;
    },
  });
  const request = { agent: AGENT, task: 'test', expiresMs: 3_600_000, routes: null, parent: null, by: 'test' };
  const made = await door.operations.createGrant(request);
  if (!made.ok) throw new Error(made.failure.message);
  return {
    door,
    url: new URL([...door.urls.values()][0] as string),
    token: made.value.token,
    dir,
    records: async () => {
      await door.journal.durable();
      return [...readJournal(dir, { tail: 'live' })];
    },
    close: async () => {
      await door.close(0);
      await link.transport.close();
    },
  };
}
