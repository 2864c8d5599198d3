import { once } from 'node:events';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Connections } from '../../../src/door/intake/connections.ts';
import type { AgentId } from '../../../src/engine/ids.ts';

const [one, two] = ['one', 'two'] as AgentId[] as [AgentId, AgentId];

function opened(connections: Connections): Socket {
  const socket = new Socket();
  connections.opened(socket);
  return socket;
}

test('where it is full, the stranger that rested longest gives way; those with a grant stay', () => {
  const connections = new Connections({ connectionsMax: 3, agentConnectionsMax: 3 });
  const known = opened(connections);
  connections.works(known, one);
  connections.rests(known);
  const [first, second] = [opened(connections), opened(connections)];
  const third = opened(connections);
  expect([known, first, second, third].map(({ destroyed }) => destroyed)).toEqual([false, true, false, false]);
  expect(connections.count).toBe(3);
});

test('without strangers, the agent that has most gives way, and none at work', () => {
  const connections = new Connections({ connectionsMax: 4, agentConnectionsMax: 4 });
  const [lone, busy, idle, idler] = Array.from({ length: 4 }, () => opened(connections)) as [Socket, ...Socket[]];
  for (const socket of [busy, idler, idle]) connections.works(socket as Socket, two);
  connections.works(lone, one);
  for (const socket of [idle, idler, lone]) connections.rests(socket as Socket);
  opened(connections);
  expect([lone, busy, idle, idler].map((socket) => socket?.destroyed)).toEqual([false, false, true, false]);
});

test('where all are at work, the new one is dropped', () => {
  const connections = new Connections({ connectionsMax: 1, agentConnectionsMax: 1 });
  const working = opened(connections);
  connections.works(working, one);
  expect(opened(connections).destroyed).toBe(true);
  expect(working.destroyed).toBe(false);
});

test('an agent with too many at work is refused one more; one of its own that rests gives way first', () => {
  const connections = new Connections({ connectionsMax: 10, agentConnectionsMax: 2 });
  const [first, second, third] = Array.from({ length: 3 }, () => opened(connections)) as [Socket, Socket, Socket];
  connections.works(first, one);
  connections.rests(first);
  connections.works(second, one);
  expect(connections.works(third, one)).toBeUndefined();
  expect(first.destroyed).toBe(true);
  expect(connections.works(opened(connections), one)).toMatchObject({ status: 429, reason: 'too_many_connections' });
  expect(connections.works(opened(connections), two)).toBeUndefined();
});

test('one that was refused and answered makes no room for the next', () => {
  const connections = new Connections({ connectionsMax: 10, agentConnectionsMax: 1 });
  connections.works(opened(connections), one);
  for (let count = 0; count < 3; count += 1) {
    const excess = opened(connections);
    expect(connections.works(excess, one)).toMatchObject({ reason: 'too_many_connections' });
    connections.rests(excess);
    // Nor does it get in by asking again.
    expect(connections.works(excess, one)).toMatchObject({ status: 429 });
    connections.rests(excess);
  }
});

test('what is closed is forgotten', async () => {
  const connections = new Connections({ connectionsMax: 10, agentConnectionsMax: 1 });
  const socket = opened(connections);
  connections.works(socket, one);
  socket.destroy();
  await once(socket, 'close');
  expect(connections.count).toBe(0);
  expect(connections.works(opened(connections), one)).toBeUndefined();
});
