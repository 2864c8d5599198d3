import { connect, type Socket } from 'node:net';
import { complete } from '../load.ts';

/** How a noisy neighbour sends: see {@link NOISES}. */
export type NoiseKind = 'closed' | 'pipelined' | 'reconnecting';

// A neighbour that sends as much as it is let, until it is told to stop: `noise.ts URL KIND CONNECTIONS TOKEN`.
// Its second line of output tells how many answers it got.
const [url = '', kind = 'closed', connections = '1', token = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const request = Buffer.from(
  `GET /payments/v1/charges/ch_1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nAccept: application/json\r\n\r\n`,
);
/** As many as one read of the door's takes. */
const volley = Buffer.concat(Array.from({ length: Math.ceil(65_536 / request.length) }, () => request));
let answers = 0;

const closed = (socket: Socket): void => {
  let received = '';
  socket.on('connect', () => socket.write(request));
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    if (!complete(received)) return;
    received = '';
    answers += 1;
    if (kind === 'reconnecting') socket.destroy();
    else socket.write(request);
  });
};

const pipelined = (socket: Socket): void => {
  const more = (): void => {
    while (!socket.destroyed && socket.write(volley));
  };
  socket.on('connect', more).on('drain', more);
  socket.on('data', (chunk) => (answers += chunk.toString('latin1').split('HTTP/1.1 ').length - 1));
};

function begin(): void {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  if (kind === 'pipelined') pipelined(socket);
  else closed(socket);
  socket.on('error', () => undefined);
  // Whoever is cut off comes back, a moment later.
  socket.on('close', () => setTimeout(begin, kind === 'reconnecting' ? 0 : 10));
}

for (let index = 0; index < Number(connections); index += 1) begin();
console.log(JSON.stringify({ kind }));
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ answers }));
  process.exit(0);
});
