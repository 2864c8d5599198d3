import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The upstream of a page: answers on the loopback as the page's directives say. */
export interface StandIn {
  readonly origin: URL;
  /** Resolves when so many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Requests that have arrived so far. */
  readonly requests: number;
  close(): Promise<void>;
}

/**
 * What an upstream does with a request: `GET /v1/charges/ch_1 → 200 {"refunded": true}`, with headers in brackets:
 * `POST /v1/refunds → 503 (retry-after: 30) {"error": "busy"}`. `→ silence` never answers.
 * Several of one request are taken in turn, the last for all that follow; without any it is `200 {}`.
 */
const DIRECTIVE = /^([A-Z]+) (\S+) → (?:(silence)|(\d{3})(?: \(([^)]*)\))?(?: (.+))?)$/;

interface Behaviour {
  readonly request: string;
  readonly act: (response: ServerResponse) => void;
}

export async function standIn(directives: readonly string[]): Promise<StandIn> {
  const behaviours = directives.map(behaviour);
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const [path] = (request.url ?? '').split('?', 1);
      const asked = [`${request.method} ${request.url}`, `${request.method} ${path}`];
      const fitting = behaviours.filter((one) => asked.includes(one.request));
      const [next] = fitting;
      if (next === undefined) answer(response, 200, undefined, '{}');
      else next.act(response);
      if (next !== undefined && fitting.length > 1) behaviours.splice(behaviours.indexOf(next), 1);
      requests += 1;
      for (const { count, resolve } of waiting) if (requests >= count) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    get requests() {
      return requests;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        if (requests >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function behaviour(directive: string): Behaviour {
  const [, method, path, silence, status, headers, body] = DIRECTIVE.exec(directive) ?? [];
  if (method === undefined) throw new Error(`no directive of the upstream: ${directive}`);
  const request = `${method} ${path}`;
  if (body !== undefined) JSON.parse(body); // throws where it is none, before anything runs
  if (silence !== undefined) return { request, act: () => undefined };
  return { request, act: (response) => answer(response, Number(status), headers, body) };
}

function answer(response: ServerResponse, status: number, headers: string | undefined, body = ''): void {
  response.statusCode = status;
  if (body !== '') response.setHeader('content-type', 'application/json');
  for (const header of headers?.split(', ') ?? []) {
    const [name = '', value = ''] = header.split(': ');
    response.setHeader(name, value);
  }
  response.end(body);
}
