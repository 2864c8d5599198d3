import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { Client, get } from '../load/socket.ts';
import { openRoom, type Room } from './live/open-room.ts';

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntick\r\n';
const AGENTS = ['swarm', 'flock', 'herd'];
const EACH = 5;

const policy = (upstream: URL): string => `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin}", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  read: { match: "GET /v1/read/{id}", upstream: api, effect: read }
agents:
${AGENTS.map((agent) => `  ${agent}: { stage: production, allow: [read] }`).join('\n')}
`;

let upstream: RawUpstream;
let room: Room;
let clients: Client[];
/** The door's ends of its agents' connections. */
let sockets: Socket[];
const took = (message: unknown): void => void sockets.push((message as { readonly socket: Socket }).socket);

beforeEach(async () => {
  [clients, sockets] = [[], []];
  upstream = await rawUpstream((_, wire) => wire.send(STREAM));
  room = await openRoom(upstream.origin, policy(upstream.origin));
  subscribe('net.server.socket', took);
});

afterEach(async () => {
  unsubscribe('net.server.socket', took);
  for (const client of clients) client.end();
  await room.close();
  await upstream.close();
});

test('a kill of all cuts the connections of every agent before it settles the first call of any', async () => {
  for (const agent of AGENTS) {
    const token = await room.grant(agent);
    for (let index = 0; index < EACH; index += 1) {
      const client = new Client(new URL(room.door.url));
      clients.push(client);
      client.send(get(`/api/v1/read/${agent}_${index}`, token));
    }
  }
  await upstream.arrived(AGENTS.length * EACH);
  const doorPort = Number(new URL(room.door.url).port);
  const heard = (): readonly Socket[] => sockets.filter((socket) => socket.localPort === doorPort && !socket.destroyed);
  expect(heard().length).toBe(AGENTS.length * EACH);
  const stillHeard: number[] = [];
  room.door.log.listen(({ kind }) => {
    if (kind === 'outcome') stillHeard.push(heard().length);
  });
  const killed = await room.door.operations.killAll('one runs away, and nobody knows which', 'ann');
  expect(killed.ok && killed.value.agents.map(({ severed }) => severed.length)).toEqual(AGENTS.map(() => EACH));
  expect(stillHeard).toEqual(Array.from({ length: AGENTS.length * EACH }, () => 0));
  await Promise.all(clients.map((client) => client.closed()));
});
