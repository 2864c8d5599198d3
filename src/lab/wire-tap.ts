import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOCAL_PREFIX } from '../door/local.ts';

interface Exchanged {
  readonly request: IncomingMessage;
  readonly server: Server;
}

const STARTED = 'http.server.request.start';
const FINISHED = 'http.server.response.finish';

/**
 * Counts what agents sent to some ports and what was answered, by Node's own account (diagnostics channels): neither the
 * door nor the worlds are asked. Requests about Interlock itself are left out.
 */
export class WireTap {
  sent = 0;
  answered = 0;
  readonly #ports: ReadonlySet<number>;

  constructor(urls: Iterable<string>) {
    this.#ports = new Set(Array.from(urls, (url) => Number(new URL(url).port)));
    diagnostics.subscribe(STARTED, this.#started);
    diagnostics.subscribe(FINISHED, this.#finished);
  }

  close(): void {
    diagnostics.unsubscribe(STARTED, this.#started);
    diagnostics.unsubscribe(FINISHED, this.#finished);
  }

  readonly #started = (message: unknown): void => {
    if (this.#concerns(message as Exchanged)) this.sent += 1;
  };

  readonly #finished = (message: unknown): void => {
    if (this.#concerns(message as Exchanged)) this.answered += 1;
  };

  #concerns({ request, server }: Exchanged): boolean {
    const address = server.address() as AddressInfo | null;
    // A server that no longer listens has no address; its last answers still count.
    const port = address?.port ?? request.socket.localPort;
    return port !== undefined && this.#ports.has(port) && request.url?.startsWith(LOCAL_PREFIX) !== true;
  }
}
