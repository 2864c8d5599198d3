import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Whoever is on call: takes pages over HTTP and writes them down. */
export interface OnCall {
  readonly url: string;
  readonly pages: readonly string[];
  close(): Promise<void>;
}

export async function onCall(): Promise<OnCall> {
  const pages: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      pages.push(titleIn(body));
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    pages,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function titleIn(body: string): string {
  const { data } = JSON.parse(body) as { readonly data?: { readonly title?: unknown; readonly severity?: unknown } };
  return typeof data?.title === 'string' ? `[${String(data.severity)}] ${data.title}` : body;
}
