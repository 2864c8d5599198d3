import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LIVE_EVENTS, type LiveEvents } from '../../src/control/contract/live.ts';
import type { Overview } from '../../src/control/contract/overview.ts';
import { SessionView } from '../../src/control/contract/session.ts';

const PAGE = path.join(import.meta.dirname, '../../dist/dashboard');
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  html: 'text/html',
};

/**
 * A door that says what it is told to: for what a real one does only on a bad day (a silent connection, a full disk, a flood),
 * and for looking at the page in every state. It holds itself to the contract: what the schemas do not allow, it does not say.
 */
export class SpokenDoor {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #listeners = new Set<ServerResponse>();
  readonly #answers = new Map<string, object>();
  /** What was asked to be done: `POST /v1/…` with its body and its CSRF header. */
  readonly acts: { readonly path: string; readonly body: unknown; readonly csrf: string | undefined }[] = [];
  session: SessionView | null;
  overview: Overview;

  constructor(overview: Overview, session: SessionView) {
    this.overview = overview;
    this.session = SessionView.parse(session);
  }

  async open(port = 0): Promise<string> {
    await new Promise<void>((opened) => this.#server.listen(port, '127.0.0.1', opened));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** What is answered to `GET /v1/…`, with or without its query, and, as `POST /v1/…`, to acts. */
  answer(request: string, body: object): void {
    this.#answers.set(request, body);
  }

  /** Says something to every page that listens. */
  say<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void {
    const text = JSON.stringify(LIVE_EVENTS[name].parse(data));
    for (const listener of this.#listeners) listener.write(`event: ${name}\ndata: ${text}\n\n`);
  }

  /** Another look, and whoever listens is told. */
  look(overview: Overview): void {
    this.overview = overview;
    this.say('overview', overview);
  }

  get listening(): number {
    return this.#listeners.size;
  }

  async heard(): Promise<void> {
    while (this.#listeners.size === 0) await pause(10);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://door');
    const { method = 'GET' } = request;
    if (!pathname.startsWith('/v1/')) return page(pathname, response);
    if (this.session === null) return json(response, 401, { error: 'Sign in.' });
    if (pathname === '/v1/session' && method === 'GET') return json(response, 200, this.session);
    if (pathname === '/v1/live') return this.#listen(response);
    // A page that has not heard it for some seconds asks, as on a machine that has much else to do.
    if (pathname === '/v1/overview' && method === 'GET') return json(response, 200, this.overview);
    if (method === 'POST') {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const csrf = request.headers['interlock-csrf'];
      this.acts.push({ path: pathname, body: JSON.parse(text) as unknown, csrf: String(csrf) });
    }
    const asked = method === 'GET' ? pathname : `POST ${pathname}`;
    const found = this.#answers.get(asked + search) ?? this.#answers.get(asked);
    return found === undefined
      ? json(response, 404, { error: `Nothing was to be said to ${method} ${pathname}.` })
      : json(response, 200, found);
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`event: overview\ndata: ${JSON.stringify(LIVE_EVENTS.overview.parse(this.overview))}\n\n`);
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }
}

function page(pathname: string, response: ServerResponse): void {
  const file = pathname.startsWith('/assets/') ? pathname : '/index.html';
  response.setHeader('content-type', TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
  response.setHeader('content-security-policy', CSP);
  response.end(pathname === '/sign-in' ? '<!doctype html><title>Sign in</title>' : readFileSync(path.join(PAGE, file)));
}

/** As strict as the control room's own. */
const CSP = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
