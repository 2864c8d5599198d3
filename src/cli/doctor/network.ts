import { readFileSync } from 'node:fs';
import net from 'node:net';
import type { LoadedPolicy } from '../../policy/index.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';

const CONNECT_MS = 3_000;

/** Where something listens on a port, by the kernel's own table; `null`: this system has none. */
export function listeningOn(
  port: number,
  tables: readonly string[] = ['/proc/net/tcp', '/proc/net/tcp6'],
): readonly string[] | null {
  const found: string[] = [];
  for (const table of tables) {
    let text: string;
    try {
      text = readFileSync(table, 'utf8');
    } catch {
      return null;
    }
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const [address = '', hex = ''] = local.split(':');
      if (state === LISTEN && Number.parseInt(hex, 16) === port) found.push(addressOf(address));
    }
  }
  return found;
}

const LISTEN = '0A';

/** Words of four bytes, each of them written backwards. */
function addressOf(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).toReversed().join(''));
  if (words.length === 1) return (words[0]?.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  const whole = words.join('');
  if (/^0{24}/.test(whole) && whole.endsWith('1') && /^0{31}1$/.test(whole)) return '::1';
  return /^0{32}$/.test(whole) ? '::' : whole;
}

/** Whether the control API listens where only this machine can reach it. */
export function controlFinding(controlUrl: string): Finding {
  const id = 'network.control';
  const { protocol, port } = new URL(controlUrl);
  const at = listeningOn(Number(port));
  if (at === null) return skip(id, 'Where the control API listens was not looked at on this system.');
  const beyond = at.filter((address) => !address.startsWith('127.') && address !== '::1');
  if (beyond.length === 0) return ok(id, `The control API listens on this machine alone (port ${port}).`);
  if (protocol === 'https:') return ok(id, `The control API listens on ${beyond.join(', ')}, by TLS.`);
  return fail(
    id,
    `The control API listens on ${beyond.join(', ')} without TLS.`,
    'start the door with the TLS files of its control API, or on loopback',
  );
}

/** From where an agent runs: whether it can reach an upstream past the door. */
export function pastTheDoor(policy: LoadedPolicy): Promise<readonly Finding[]> {
  return Promise.all(
    [...policy.upstreams.values()].map(async ({ id: name, url }) => {
      const id = `as-agent.network.${name}`;
      const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
      const reached = await connects(url.hostname, port);
      if (reached === true) {
        return fail(
          id,
          `${name} (${url.host}) can be reached from here, past the door.`,
          'let agents reach the door and nothing else: a firewall by user, a NetworkPolicy (docs/deploying.md)',
        );
      }
      return ok(id, `${name} (${url.host}) cannot be reached from here: ${reached}.`);
    }),
  );
}

/** `true`, or why not. */
function connects(host: string, port: number): Promise<true | string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: host.replace(/^\[|\]$/g, ''), port });
    socket.setTimeout(CONNECT_MS);
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(`nothing answered within ${CONNECT_MS} ms`));
    socket.once('error', (error) => end(error.message));
    function end(found: true | string): void {
      socket.destroy();
      resolve(found);
    }
  });
}

/** Whether this process, an agent's, has a key in its own environment. */
export function ownKeys({ upstreams }: LoadedPolicy, environment: NodeJS.ProcessEnv): readonly Finding[] {
  return [...new Set([...upstreams.values()].map(({ credential }) => credential.env))].map((name) => {
    const id = `as-agent.key.${name}`;
    if ((environment[name] ?? '') === '') return ok(id, `${name} is not in this environment.`);
    return fail(
      id,
      `${name} is in this environment: the agent has the key.`,
      'start the agent without it, and make a new key',
    );
  });
}

/** An agent that is led to a door that is not there would be led elsewhere. */
export async function doorFinding(door: string | undefined): Promise<Finding> {
  const id = 'as-agent.door';
  if (door === undefined) return skip(id, 'Whether the door can be reached from here was not tried: --door URL.');
  const { hostname, port, protocol } = new URL(door);
  const reached = await connects(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
  if (reached === true) return ok(id, `The door can be reached from here at ${door}.`);
  return warn(
    id,
    `The door cannot be reached from here at ${door}: ${reached}.`,
    'see where it listens: --host, --port',
  );
}
