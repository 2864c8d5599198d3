import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JournalPort } from '../../src/door/judge/admit.ts';
import { UNHURRIED, type DoorLimits } from '../../src/door/limits.ts';
import { openDoor, type OpenDoor } from '../../src/door/open.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import type { Shadow } from '../../src/door/shadow.ts';
import type { Transport } from '../../src/door/flight/transport.ts';
import { answerable } from './simple-shadow.ts';
import { readJournal, type Recorded } from '../../src/journal/index.ts';
import { loadPolicy, type LoadedPolicy, type PolicyFiles } from '../../src/policy/index.ts';

export const KEY = 'sk_live_the_only_key';
export const AGENT = 'tester';

/** A door in this process, with a journal of its own and a grant for {@link AGENT}. */
export interface Rig {
  readonly door: OpenDoor;
  /** The upstream's own port, without a prefix. */
  readonly url: URL;
  readonly token: string;
  readonly policy: LoadedPolicy;
  readonly dir: string;
  /** A grant for one of the agents. */
  grant(agent: string): Promise<string>;
  /** All records so far, once they are on the disk. */
  records(): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

export interface RigOptions {
  /** The agent's rules, as YAML at the left margin. */
  readonly rules?: string;
  /** `production` unless said otherwise. */
  readonly stage?: string;
  readonly routes: string;
  /** More sections of the policy, as YAML at the left margin. */
  readonly sections?: string;
  readonly allow: string;
  /** The header that the upstream's key travels in alone; as a bearer's otherwise. */
  readonly keyHeader?: string;
  /** More of the upstream, as YAML: `breaker: { errors: 50% }`. */
  readonly upstream?: string;
  /** The documents that the policy names. */
  readonly files?: PolicyFiles;
  /** Other agents, with the same rules. */
  readonly others?: readonly string[];
  /** Stages of some agents of their own. */
  readonly stages?: Readonly<Record<string, string>>;
  /** The data directory of an earlier rig that was closed. */
  readonly dir?: string;
  /** When the door's clock begins. */
  readonly startsAt?: number;
  readonly transport?: (origin: URL) => Transport;
  /** What agents in shadow live in. */
  readonly shadow?: Shadow;
  readonly journal?: (journal: JournalPort) => JournalPort;
  /** Told of every fault of the door's own. */
  readonly onFault?: (error: unknown) => void;
  /** The journal failed. Thrown where absent. */
  readonly onFailure?: (error: unknown) => void;
  /** Beside those of a door that holds nothing back and records every refusal by itself. */
  readonly limits?: Partial<DoorLimits>;
}

export async function rig(origin: URL, options: RigOptions): Promise<Rig> {
  const {
    rules = '',
    stage = 'production',
    routes,
    allow,
    keyHeader,
    upstream,
    others = [],
    startsAt,
    transport,
    journal,
    onFault,
  } = options;
  const indented = (text: string, by: string): string => text.trim().replaceAll(/^/gm, by);
  const agentText = (agent: string): string => `
  ${agent}:
    stage: ${options.stages?.[agent] ?? stage}
    allow: ${allow}
${indented(rules, '    ')}
`;
  const text = `
version: 1
upstreams:
  api: { url: "${origin.origin}", network: loopback, credential: { env: KEY, as: ${keyHeader === undefined ? 'bearer' : `{ header: ${keyHeader} }`} }, port: 0${upstream === undefined ? '' : `, ${upstream}`} }
routes:
${indented(routes, '  ')}
agents:
${[AGENT, ...others].map(agentText).join('')}${options.sections ?? ''}`;
  const loaded = loadPolicy(text, 'rig.yaml', options.files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), 'interlock-rig-'));
  const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 64 };
  const link = {
    transport: transport?.(origin) ?? undiciTransport(origin, limits, { network: 'loopback', secrets: [KEY] }),
    headers: [
      'host',
      origin.host,
      ...(keyHeader === undefined ? ['authorization', `Bearer ${KEY}`] : [keyHeader, KEY]),
    ],
    basePath: '',
    secrets: [KEY],
  };
  const door = await openDoor({
    policy: options.shadow === undefined ? loaded.value : answerable(loaded.value),
    dir,
    port: 0,
    link: () => link,
    limits: { ...UNHURRIED, ...options.limits },
    ...(options.shadow !== undefined && { shadow: options.shadow }),
    ...(startsAt !== undefined && { startsAt }),
    ...(journal === undefined ? {} : { wrapJournal: journal }),
    ...(onFault !== undefined && { onFault }),
    onFailure: (error) => {
      if (options.onFailure === undefined) throw error;
      options.onFailure(error);
    },
  });
  const grant = async (agent: string): Promise<string> => {
    const request = { agent, task: 'test', expiresMs: 3_600_000, routes: null, parent: null, by: 'test' };
    const made = await door.operations.createGrant(request);
    if (!made.ok) throw new Error(made.failure.message);
    return made.value.token;
  };
  return {
    door,
    url: new URL([...door.urls.values()][0] as string),
    token: await grant(AGENT),
    grant,
    policy: loaded.value,
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
