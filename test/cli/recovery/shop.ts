import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** One effect that truly took place. */
export interface Effect {
  readonly what: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A small business whose ledger is the truth: charges, refunds, vendors, payouts, imports. */
export interface Shop {
  readonly origin: URL;
  readonly ledger: readonly Effect[];
  /** Requests that arrived, effect or not: `POST /refunds`. */
  readonly arrivals: readonly string[];
  /** The next so many writes fail with a 503 and do nothing. */
  failing: number;
  /** Sent with a failure, in seconds. */
  retryAfter: number | null;
  /** Requests wait for it before they are answered. */
  gate: Promise<unknown>;
  /** What a charge says of itself. */
  readonly charges: Map<string, { refunded: boolean; version: number }>;
  close(): Promise<void>;
}

export async function openShop(): Promise<Shop> {
  const ledger: Effect[] = [];
  const arrivals: string[] = [];
  const charges: Shop['charges'] = new Map();
  const charge = (id: string): { refunded: boolean; version: number } => {
    const found = charges.get(id) ?? { refunded: false, version: 1 };
    charges.set(id, found);
    return found;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const body = JSON.parse((await text(request)) || '{}') as Record<string, unknown>;
      const { pathname } = new URL(request.url ?? '/', 'http://shop');
      arrivals.push(`${request.method} ${pathname}`);
      await shop.gate;
      const [, kind = '', id = ''] = pathname.split('/');
      const answer = (status: number, value: object, headers: Record<string, string> = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
      };
      if (request.method === 'GET') {
        if (kind === 'vendors') return answer(200, { id, account: `acct_of_${id}` });
        const { refunded, version } = charge(id);
        return answer(200, { id, refunded, amount: 5_000 }, { etag: `"${version}"` });
      }
      if (shop.failing > 0) {
        shop.failing -= 1;
        return answer(503, {}, shop.retryAfter === null ? {} : { 'retry-after': String(shop.retryAfter) });
      }
      if (kind === 'refunds') {
        const its = charge(String(body['charge']));
        const condition = request.headers['if-match'];
        if (condition !== undefined && condition !== `"${its.version}"`) return answer(412, {});
        its.refunded = true;
        its.version += 1;
      }
      ledger.push({ what: `${request.method} ${pathname}`, body });
      return answer(200, { done: true });
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const shop: Shop = {
    origin: new URL(`http://127.0.0.1:${port}`),
    ledger,
    arrivals,
    failing: 0,
    retryAfter: null,
    gate: Promise.resolve(),
    charges,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return shop;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
