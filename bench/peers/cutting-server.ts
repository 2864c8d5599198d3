import { createServer, type AddressInfo, type Socket } from 'node:net';

// What a kill is measured against: a server that keeps whoever comes, and destroys all of them when a connection says `cut`;
// one that says `count` is told how many there are.
const sockets = new Set<Socket>();
const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  socket.on('data', (chunk) => {
    const word = chunk.toString('latin1');
    if (word === 'cut') for (const one of sockets) one.destroy();
    if (word === 'count') socket.write(String(sockets.size));
  });
});

server.listen(0, '127.0.0.1', 2_048, () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
