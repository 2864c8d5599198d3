import type { UpstreamId } from '../engine/ids.ts';
import type { TransportLimits } from '../door/flight/transport.ts';
import type { Way } from '../door/recorder/recorder.ts';
import { isNetwork, placeOfHost, type Network } from '../policy/index.ts';
import { undiciTransport } from '../door/transports/undici.ts';
import { CommandFailed } from './failure.ts';

/** A recorder makes nobody's API slower to give up: agents have their own patience. */
const PATIENCE: TransportLimits = {
  headTimeoutMs: 5 * 60_000,
  idleTimeoutMs: 5 * 60_000,
  totalTimeoutMs: 60 * 60_000,
  connectionsMax: 512,
};

/** What belongs to the agent's own login, or leads it elsewhere, which is its own business here. */
const PASSING: ReadonlySet<string> = new Set(['set-cookie', 'location']);

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;

export type RecordedUpstreams = ReadonlyMap<UpstreamId, Way & { readonly port?: number | undefined }>;

/**
 * Reads `payments=https://api.stripe.com` and `payments=4750` into ways.
 * @throws CommandFailed with what is wrong with which
 */
export function recordedUpstreams(
  upstreams: readonly string[],
  ports: readonly string[],
  inside: readonly string[],
): RecordedUpstreams {
  const ways = new Map<UpstreamId, Way & { port?: number }>();
  for (const text of upstreams) {
    const [name, address] = split(text, '--upstream', 'payments=https://api.stripe.com');
    if (!NAME.test(name)) throw bad('--upstream', text, 'a name has small letters, digits, _ and - alone');
    if (ways.has(name as UpstreamId)) throw bad('--upstream', text, 'its name is given twice');
    const url = urlOf(text, address);
    const network = networkOf(text, url, inside.includes(name));
    const transport = undiciTransport(url, PATIENCE, { network, passing: PASSING });
    ways.set(name as UpstreamId, { url, transport });
  }
  if (ways.size === 0)
    throw new CommandFailed('Name at least one upstream: --upstream payments=https://api.stripe.com');
  for (const name of inside) {
    if (!ways.has(name as UpstreamId)) throw bad('--inside', name, 'no --upstream has this name');
  }
  for (const text of ports) {
    const [name, written] = split(text, '--listen', 'payments=4750');
    const way = ways.get(name as UpstreamId);
    if (way === undefined) throw bad('--listen', text, 'no --upstream has this name');
    const port = Number(written);
    if (!/^\d{1,5}$/.test(written) || port > 65_535) throw bad('--listen', text, 'write a port from 0 to 65535');
    way.port = port;
  }
  return ways;
}

function urlOf(text: string, address: string): URL {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) throw bad('--upstream', text, 'write a whole http(s) address');
  if (url.username !== '' || url.password !== '') {
    throw bad('--upstream', text, 'it holds credentials; the agent sends its own');
  }
  if (url.search !== '' || url.hash !== '') throw bad('--upstream', text, 'leave out the query and the fragment');
  return url;
}

function networkOf(text: string, url: URL, isInside: boolean): Network {
  const place = placeOfHost(url.hostname) ?? (isInside ? 'private' : 'public');
  if (!isNetwork(place)) throw bad('--upstream', text, `its address is ${place}, which is no API's place`);
  if (place === 'public' && url.protocol === 'http:') {
    throw bad('--upstream', text, 'the agent’s key would cross the network in the clear; write https://');
  }
  return place;
}

function split(text: string, option: string, example: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw bad(option, text, `write it as ${example}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function bad(option: string, value: string, why: string): CommandFailed {
  return new CommandFailed(`Failed to read ${option} ${value}: ${why}.`);
}
