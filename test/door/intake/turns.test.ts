import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PIECE_BYTES, Turns } from '../../../src/door/intake/turns.ts';

const TINY = 'GET / HTTP/1.1\r\n\r\n';

test('of a flood in one write, no more is parsed than a piece holds, and the rest as answers leave', async () => {
  const begun: ServerResponse[] = [];
  let parsed = 0;
  const turns = new Turns((_, response) => begun.push(response));
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    parsed += 1;
    turns.take(request, response);
  });
  server.on('connection', (socket: Socket) => turns.watch(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const asked = 400;
  client.write(TINY.repeat(asked));
  while (begun.length === 0) await sleep(1);
  await sleep(20);
  expect(begun).toHaveLength(1);
  expect(parsed).toBeLessThanOrEqual(PIECE_BYTES / TINY.length + 1);
  for (let at = 0; at < asked;) {
    if (at === begun.length) await sleep(0);
    else begun[at++]?.end();
  }
  expect(parsed).toBe(asked);
  client.destroy();
  server.close();
});
