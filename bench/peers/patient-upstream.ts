import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

// The business API of the kill benchmark: it never finishes an answer. Reads are streamed, a piece every 100 ms; writes are
// taken, counted, and not answered; `GET /witness` tells, on a connection of its own, what was written and when.
const PIECE_EVERY_MS = 100;
const streams = new Set<Socket>();
let requests = 0;
let writes = 0;
let lastWriteAt = 0;

setInterval(() => {
  for (const socket of streams) socket.write('5\r\npiece\r\n');
}, PIECE_EVERY_MS);

const server = createServer({ noDelay: true }, (socket) => {
  let pending = '';
  socket.on('error', () => undefined);
  socket.on('close', () => streams.delete(socket));
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    const head = pending.indexOf('\r\n\r\n');
    if (head < 0) return;
    const [line = ''] = pending.split('\r\n', 1);
    pending = '';
    if (line.startsWith('GET /witness')) {
      const body = JSON.stringify({ requests, writes, lastWriteAt });
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      return;
    }
    requests += 1;
    if (line.startsWith('POST')) {
      writes += 1;
      lastWriteAt = Date.now();
      return;
    }
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    streams.add(socket);
  });
});

server.listen(0, '127.0.0.1', 2_048, () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
