import * as http from 'node:http';
import { once } from 'node:events';
import { controlApi, type Access } from '../../../src/control/api.ts';
import { listenControl } from '../../../src/control/listen.ts';
import { routesOf, type Registered } from '../../../src/control/access/may.ts';
import { Live } from '../../../src/control/live/live.ts';
import { Lookups } from '../../../src/control/lookup/lookups.ts';
import { Metrics } from '../../../src/control/metrics/metrics.ts';
import type { Role } from '../../../src/control/contract/roles.ts';
import { rig, type Rig } from '../../door/open-door.ts';

export const ADMIN_TOKEN = 'the-machine';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface Request {
  readonly method?: string;
  /** Sent as it stands: nothing is tidied on the way. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A browser that has signed in, as far as the door can tell. */
export interface Visitor {
  readonly cookie: string;
  readonly csrf: string;
  /** A request as the page makes it: cookie, CSRF header, and what a browser adds. */
  ask(this: void, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** A control room on loopback, over a real door in this process with one agent, `tester`, whose resume takes two people. */
export interface Room {
  readonly rig: Rig;
  readonly url: URL;
  /** Every route that is not open to strangers. */
  readonly routes: readonly Registered[];
  send(request: Request): Promise<Answer>;
  /** With the machine's token. */
  machine(path: string, body?: object): Promise<Answer>;
  /** Puts somebody on record; gives their token. */
  person(name: string, ...roles: readonly Role[]): Promise<string>;
  /** Enters a token in the form. */
  enter(token: string, headers?: Readonly<Record<string, string>>, query?: string): Promise<Answer>;
  signIn(token: string): Promise<Visitor>;
  close(): Promise<void>;
}

export async function room(access: Access = {}, port = 0): Promise<Room> {
  const opened = await rig(new URL('http://127.0.0.1:9'), {
    routes: 'pay: { match: POST /pay, upstream: api, effect: write }',
    allow: '[pay]',
    rules: 'resume: { people: 2 }',
  });
  const { policy, dir } = opened;
  const premises = { ...opened.door, policy, dir };
  const live = new Live(premises);
  const lookups = new Lookups({ dir });
  const parts = { live, metrics: new Metrics(premises), lookups };
  const app = controlApi(premises, ADMIN_TOKEN, parts, access);
  const control = await listenControl(app, { port });
  const url = new URL(control.url);
  const send = async ({ method = 'GET', path = '/', headers = {}, body }: Request): Promise<Answer> => {
    const sent = http.request({ host: url.hostname, port: url.port, method, path, headers, agent: false });
    const answered = once(sent, 'response') as Promise<[http.IncomingMessage]>;
    sent.end(body);
    const [response] = await answered;
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text) as Record<string, unknown>;
      },
    };
  };
  const post = (body: object): Pick<Request, 'method' | 'body'> => ({ method: 'POST', body: JSON.stringify(body) });
  const machine = (path: string, body?: object): Promise<Answer> => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    return send({ path, headers, ...(body !== undefined && post(body)) });
  };
  const enter: Room['enter'] = (token, headers = {}, query = '') =>
    send({
      method: 'POST',
      path: `/sign-in${query}`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'null',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams({ token }).toString(),
    });
  return {
    rig: opened,
    routes: routesOf(app.routes).filter(({ action }) => action !== undefined),
    url,
    send,
    machine,
    person: async (name, ...roles) => {
      const { status, text, json } = await machine('/v1/users', { name, roles, by: 'setup' });
      if (status !== 200) throw new Error(text);
      return json['token'] as string;
    },
    enter,
    signIn: async (token) => {
      const entered = await enter(token);
      const cookie = cookieOf(entered);
      if (entered.status !== 303) throw new Error(`${entered.status}: ${entered.text}`);
      const { json } = await send({ path: '/v1/session', headers: { cookie } });
      const csrf = json['csrf'] as string;
      const ask: Visitor['ask'] = (path, body, headers = {}) => {
        const own = { cookie, 'interlock-csrf': csrf, origin: url.origin, 'sec-fetch-site': 'same-origin' };
        const type = body === undefined ? {} : { 'content-type': 'application/json' };
        return send({ path, headers: { ...own, ...type, ...headers }, ...(body !== undefined && post(body)) });
      };
      return { cookie, csrf, ask };
    },
    close: async () => {
      const { server } = control;
      await live.close();
      lookups.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await opened.close();
    },
  };
}

/** What a browser would send back: name and value of the cookie that was set. */
export function cookieOf({ headers }: Answer): string {
  return (headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
}
