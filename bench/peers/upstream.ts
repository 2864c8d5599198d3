import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

// The business API of the benchmark: a raw socket server that answers 500 bytes of JSON as cheaply as Node can.
const body = JSON.stringify({ id: 're_1', object: 'refund', padding: 'x'.repeat(456) });
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Thu, 15 Jan 2026 03:00:00 GMT\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
);

const server = createServer({ noDelay: true }, (socket) => {
  let pending = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    for (let end = requestEnd(pending); end > 0; end = requestEnd(pending)) {
      pending = pending.slice(end);
      socket.write(answer);
    }
  });
});

/** Where the first whole request ends; 0 while it is not whole. Every peer frames bodies with a Content-Length. */
function requestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return text.length >= end ? end : 0;
}

server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
