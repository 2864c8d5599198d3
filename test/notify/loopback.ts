import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export type Answer = (response: ServerResponse, request: Received) => void;

/** Somebody's server on the loopback, which takes notes and answers as it is told. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Resolves when so many requests have arrived. */
  arrived(count: number): Promise<void>;
  answer(answer: Answer): void;
  close(): Promise<void>;
}

export const answers =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

export async function loopback(first: Answer, port = 0): Promise<Loopback> {
  const received: Received[] = [];
  let acting = first;
  let waits: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8'), at: Date.now() };
      received.push(one);
      acting(response, one);
      waits.filter(({ count }) => received.length >= count).forEach(({ resolve }) => resolve());
      waits = waits.filter(({ count }) => received.length < count);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    received,
    arrived: (count) =>
      new Promise((resolve) => (received.length >= count ? resolve() : waits.push({ count, resolve }))),
    answer: (answer) => (acting = answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
