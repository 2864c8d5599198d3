import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { LOCAL_PREFIX } from '../../door/answers/local.ts';

interface Exchanged {
  readonly request: IncomingMessage;
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
    if (this.#concerns(message)) this.sent += 1;
  };

  readonly #finished = (message: unknown): void => {
    if (this.#concerns(message)) this.answered += 1;
  };

  #concerns(message: unknown): boolean {
    // The channels' documented message: https://nodejs.org/api/diagnostics_channel.html#http
    const { request } = message as Exchanged;
    const { localPort } = request.socket;
    return localPort !== undefined && this.#ports.has(localPort) && request.url?.startsWith(LOCAL_PREFIX) !== true;
  }
}
