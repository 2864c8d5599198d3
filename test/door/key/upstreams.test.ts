import { afterEach, describe, expect, test, vi } from 'vitest';
import { httpProxyTransport } from '../../../src/door/transports/http-proxy.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import { rig, type Rig } from '../open-door.ts';
import { answer, rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import type { Identity } from '../transports/identities.ts';
import { authority } from './certificates.ts';

// Whom the door shows its key to, through the whole of it and over both transports (L22, and no redirect is followed).

const TRANSPORTS = { undici: undiciTransport, 'http-proxy': httpProxyTransport };
const LIMITS = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, totalTimeoutMs: 10_000, connectionsMax: 4 };
const ROUTES = `
read: { match: GET /v1/read, upstream: api, effect: read }
pay: { match: POST /v1/pay, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
`;
const vouched = authority('the upstreams');
const strangers = authority('strangers');
const HERE = ['127.0.0.1', 'localhost'];

const open: { upstreams: RawUpstream[]; door?: Rig } = { upstreams: [] };
afterEach(async () => {
  vi.unstubAllEnvs();
  await open.door?.close();
  delete open.door;
  for (const upstream of open.upstreams.splice(0)) await upstream.close();
});

async function door(upstream: RawUpstream, name: keyof typeof TRANSPORTS, ca?: string): Promise<Rig> {
  open.upstreams.push(upstream);
  const options = { network: 'loopback', secrets: [], ...(ca !== undefined && { ca }) } as const;
  const transport = (origin: URL) => TRANSPORTS[name](origin, LIMITS, options);
  return (open.door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, pay]', transport }));
}

const ask = ({ url, token }: Rig, path: string, form?: string): Promise<Response> =>
  fetch(new URL(path, url), {
    ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    headers: { authorization: `Bearer ${token}` },
    redirect: 'manual',
  });

describe.each(Object.keys(TRANSPORTS) as (keyof typeof TRANSPORTS)[])('over %s', (name) => {
  test.each<[string, Identity]>([
    ['of another name', vouched.issue('elsewhere', { names: ['elsewhere.test'] })],
    ['that has expired', vouched.issue('past', { names: HERE, to: new Date(Date.now() - 60_000) })],
    ['that is not good yet', vouched.issue('future', { names: HERE, from: new Date(Date.now() + 3_600_000) })],
    ['of an authority that nobody knows', strangers.issue('stranger', { names: HERE })],
  ])('an upstream with a certificate %s is answered for with 502, and gets nothing', async (_, identity) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const upstream = await rawUpstream((__, wire) => wire.send(answer(200)), { tls: identity });
    const rigged = await door(upstream, name, vouched.cert);
    expect((await ask(rigged, '/v1/read')).status).toBe(502);
    expect((await ask(rigged, '/v1/pay', 'amount=100')).status).toBe(502);
    expect(upstream.receivedBytes).toBe(0);
    // Nothing was sent, so nothing is spent.
    const outcomes = (await rigged.records()).filter(({ kind }) => kind === 'outcome');
    expect(outcomes).toMatchObject([{ failure: 'refused' }, { failure: 'refused', effectiveness: 'ineffective' }]);
  });

  test('an upstream with a good certificate is reached', async () => {
    const tls = vouched.issue('good', { names: HERE });
    const upstream = await rawUpstream((_, wire) => wire.send(answer(200, {}, 'ok')), { tls });
    expect((await ask(await door(upstream, name, vouched.cert), '/v1/read')).status).toBe(200);
  });

  test.each([301, 302, 303, 307, 308])('a %i is handed on and not followed, home or elsewhere', async (status) => {
    const witness = await rawUpstream((_, wire) => wire.send(answer(200)));
    open.upstreams.push(witness);
    const upstream = await rawUpstream(({ target }, wire) => {
      const location = target === '/v1/read' ? '/v1/read?again' : String(new URL('/v1/read', witness.origin));
      return wire.send(answer(status, { Location: location }));
    });
    const rigged = await door(upstream, name);
    const home = await ask(rigged, '/v1/read');
    expect([home.status, home.headers.get('location')]).toEqual([status, expect.stringMatching(/\/v1\/read\?again$/)]);
    const away = await ask(rigged, '/v1/pay', 'amount=100');
    expect([away.status, away.headers.get('location')]).toEqual([status, null]);
    expect(upstream.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /v1/read',
      'POST /v1/pay',
    ]);
    expect(witness.opened).toBe(0);
  });
});
