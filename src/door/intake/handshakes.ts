import type { Socket } from 'node:net';

/** TLS handshakes under way at a time, on one port. Beyond it the longest begun gives way: an honest one takes a second. */
export const HANDSHAKES_MAX = 1_000;

/** Connections that are no HTTP yet: what holds nothing but a socket must keep nobody else's out. */
export class Handshakes {
  /** By the client's address and port, which are the same before and behind TLS; the longest begun first. */
  readonly #sockets = new Map<string, Socket>();

  begun(socket: Socket): void {
    const [longest] = this.#sockets.values();
    if (this.#sockets.size >= HANDSHAKES_MAX) longest?.destroy();
    const place = placeOf(socket);
    this.#sockets.set(place, socket);
    socket.once('close', () => {
      if (this.#sockets.get(place) === socket) this.#sockets.delete(place);
    });
  }

  /** `socket` is the one inside TLS. */
  done(socket: Socket): void {
    this.#sockets.delete(placeOf(socket));
  }

  cut(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
