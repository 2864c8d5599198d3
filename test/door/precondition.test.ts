import { afterEach, describe, expect, test } from 'vitest';
import { redecide, type CallEntry, type Recorded } from '../../src/journal/index.ts';
import { loadRecorded } from '../../src/policy/index.ts';
import { AGENT, rig, type Rig } from './open-door.ts';
import type { RawRequest } from './raw-request.ts';
import { rawUpstream, type RawUpstream, type Wire } from './raw-upstream.ts';

const ROUTES = `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund:
  match: POST /v1/refunds
  upstream: api
  effect: write
  subject: "charge:{body.charge}"
  precondition: { read: "GET /v1/charges/{body.charge}", require: "response.body.refunded == false" }
put_charge:
  match: "PUT /v1/charges/{id}"
  upstream: api
  effect: write
  subject: "charge:{id}"
  precondition: { read: "GET /v1/charges/{id}", require: "response.body.refunded == false" }
`;

const JSON_TYPE = { 'content-type': 'application/json' };

/** A business with one charge, that another may change behind the door's back. */
class Business {
  charge: Record<string, unknown> = { refunded: false, amount_refunded: 0 };
  etag = '';
  /** What happens instead of the next read's answer. */
  instead: ((wire: Wire) => unknown) | undefined;
  /** Happens before the next read is answered. */
  meanwhile: () => unknown = () => undefined;
  /** The only thing that counts: writes that truly came in. */
  readonly ledger: RawRequest[] = [];

  readonly act = async (request: RawRequest, wire: Wire): Promise<void> => {
    if (request.method !== 'GET') {
      this.ledger.push(request);
      return wire.send(json(200, { ok: true }));
    }
    const { instead } = this;
    if (instead !== undefined) {
      await instead(wire);
      return;
    }
    await this.meanwhile();
    await wire.send(json(200, this.charge, this.etag === '' ? '' : `ETag: ${this.etag}\r\n`));
  };
}

function json(status: number, body: unknown, headers = ''): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\n${headers}Content-Length: ${text.length}\r\n\r\n${text}`;
}

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  const { door } = open;
  if (door !== undefined) {
    // I8: whatever happened, the journal's decisions are what its policy says of its facts.
    const { differences } = redecide(await door.records(), (recorded) => {
      const loaded = loadRecorded(recorded);
      if (!loaded.ok) throw new Error('the recorded policy does not load');
      return loaded.value.policy;
    });
    expect(differences).toEqual([]);
  }
  await door?.close();
  await open.upstream?.close();
});

async function start(rules = ''): Promise<{ business: Business; upstream: RawUpstream; door: Rig }> {
  const business = new Business();
  const upstream = (open.upstream = await rawUpstream(business.act));
  const allow = '[get_charge, refund, put_charge]';
  const door = (open.door = await rig(upstream.origin, { routes: ROUTES, rules, allow }));
  return { business, upstream, door };
}

function send(
  { url, token }: Rig,
  method: string,
  path: string,
  headers = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'x-tenant': 'acme', ...(method === 'PUT' && JSON_TYPE), ...headers },
    ...(method === 'POST' && { body: new URLSearchParams({ charge: 'ch_1', amount: '5' }) }),
    ...(method === 'PUT' && { body: '{"note":"x"}' }),
    ...(signal !== undefined && { signal }),
  });
}
const refund = (door: Rig, signal?: AbortSignal): Promise<Response> => send(door, 'POST', '/v1/refunds', {}, signal);

async function problem(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

async function calls(door: Rig): Promise<Recorded<CallEntry>[]> {
  return (await door.records()).filter((record) => record.kind === 'call');
}

describe('the door reads again just before it sends', () => {
  test('and sends where what it read still holds; the read is in the journal, for the write it was made for', async () => {
    const { business, upstream, door } = await start();
    const answer = await refund(door);
    expect(answer.status).toBe(200);
    expect(business.ledger).toHaveLength(1);
    const [read, write] = await calls(door);
    expect(read).toMatchObject({
      route: 'get_charge',
      verdict: 'allow',
      target: '/v1/charges/ch_1',
      before: write?.call,
    });
    expect(write).toMatchObject({ route: 'refund', verdict: 'allow' });
    expect(write?.facts.particulars?.precondition).toEqual({
      kind: 'read',
      read: read?.call,
      truth: true,
      changed: [],
    });
    expect(read?.seq).toBeLessThan(write?.seq ?? 0);
    expect(answer.headers.get('interlock-call')).toBe(write?.call);
    // The same account asks, with the door's key; nothing of the write's body is in the read.
    const [first] = upstream.requests;
    const headers = first?.headers.map((text) => text.toLowerCase()) ?? [];
    expect(headers).toEqual(expect.arrayContaining(['x-tenant', 'acme']));
    expect(headers).not.toContain('content-type');
    expect(first?.body).toHaveLength(0);
  });

  test('and refuses where somebody changed it since the agent read, saying what', async () => {
    const { business, door } = await start();
    await send(door, 'GET', '/v1/charges/ch_1');
    business.charge = { refunded: true, amount_refunded: 5, updated: 99 };
    const answer = await refund(door);
    expect(answer.status).toBe(412);
    expect(await problem(answer)).toMatchObject({
      type: 'urn:interlock:problem:precondition_failed',
      guard: 'precondition',
      rule: 'routes.refund.precondition',
      observed: 'refunded: false is now true',
      limit: 'response.body.refunded == false',
      retryable: 'if-changed',
    });
    expect(business.ledger).toEqual([]);
  });

  test('and tells the condition alone to a session that was told nothing before', async () => {
    const { business, door } = await start();
    await send(door, 'GET', '/v1/charges/ch_1', { 'interlock-session': 'other' });
    business.charge = { refunded: true };
    expect(await problem(await refund(door))).toMatchObject({ observed: 'not: response.body.refunded == false' });
    expect(business.ledger).toEqual([]);
  });

  test.each<[string, (business: Business) => void, string]>([
    ['fails', (b) => (b.instead = (wire) => wire.rst()), 'the read failed: reset'],
    ['is answered 404', (b) => (b.instead = (wire) => wire.send(json(404, {}))), 'the read was answered 404'],
    ['is answered 500', (b) => (b.instead = (wire) => wire.send(json(500, {}))), 'the read was answered 500'],
    [
      'is no JSON',
      (b) => (b.instead = (wire) => wire.send('HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}')),
      'the answer is no JSON, or too long',
    ],
    [
      'is cut short',
      (b) =>
        (b.instead = async (wire) => (
          await wire.send('HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{'),
          wire.rst()
        )),
      'the read failed: reset',
    ],
    [
      'is a flood',
      (b) => (b.charge = { refunded: false, filler: 'x'.repeat(1_100_000) }),
      'the answer is no JSON, or too long',
    ],
  ])('and sends nothing where the read %s', async (_, prepare, why) => {
    const { business, door } = await start();
    prepare(business);
    const answer = await refund(door);
    expect(answer.status).toBe(412);
    expect(await problem(answer)).toMatchObject({
      type: 'urn:interlock:problem:precondition_unreadable',
      observed: why,
    });
    expect(business.ledger).toEqual([]);
  });

  test('and judges a long answer whole', async () => {
    const { business, door } = await start();
    business.charge = { filler: 'x'.repeat(200_000), refunded: false };
    expect((await refund(door)).status).toBe(200);
  });

  test('and sends nothing where the condition has no truth', async () => {
    const { business, door } = await start();
    business.charge = {};
    expect(await problem(await refund(door))).toMatchObject({ type: 'urn:interlock:problem:precondition_error' });
    expect(business.ledger).toEqual([]);
  });
});

describe('the read is a call like any other', () => {
  test('its own limits refuse it, and with it the write', async () => {
    const { business, upstream, door } = await start('rates: [{ route: get_charge, max: 1, per: 1h }]');
    await send(door, 'GET', '/v1/charges/ch_1');
    const answer = await problem(await refund(door));
    expect(answer).toMatchObject({ observed: 'the read was refused: rate_exceeded' });
    expect(upstream.requests).toHaveLength(1);
    expect(business.ledger).toEqual([]);
  });

  test('a write that anything else refuses costs no read', async () => {
    const { upstream, door } = await start('once: [{ route: refund, per: subject }]');
    await refund(door);
    expect(upstream.requests).toHaveLength(2);
    expect(await problem(await refund(door))).toMatchObject({ guard: 'once' });
    expect(upstream.requests).toHaveLength(2);
  });

  test('the write is judged anew after it: of two that were read for together, once lets one through', async () => {
    const { business, upstream, door } = await start('once: [{ route: refund, per: subject }]');
    // Both reads are under way before either is answered.
    business.meanwhile = () => upstream.arrived(2);
    const statuses = (await Promise.all([refund(door), refund(door)])).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(business.ledger).toHaveLength(1);
  });

  test('alone it is no lock: two writes that were read for together both pass, and only the upstream can tell', async () => {
    const { business, upstream, door } = await start();
    business.meanwhile = () => upstream.arrived(2);
    const statuses = (await Promise.all([refund(door), refund(door)])).map(({ status }) => status);
    expect(statuses).toEqual([200, 200]);
    expect(business.ledger).toHaveLength(2);
  });

  test('a write that a human must approve is read for twice: when it asks, and when it is sent', async () => {
    const { business, door } = await start('approval: [{ route: refund, expires: 30m }]');
    const held = await refund(door);
    expect(held.status).toBe(202);
    expect(business.ledger).toEqual([]);
    await door.door.operations.approve(held.headers.get('interlock-call') ?? '', 'ann', 'fine');
    business.charge = { refunded: true };
    expect((await refund(door)).status).toBe(412);
    business.charge = { refunded: false };
    expect((await refund(door)).status).toBe(200);
    expect(business.ledger).toHaveLength(1);
  });

  test('what the door reads for itself, the agent has not seen', async () => {
    const { door } = await start('fresh: [{ route: put_charge, read: get_charge, maxAge: 1h }]');
    expect((await refund(door)).status).toBe(200);
    expect(await problem(await send(door, 'PUT', '/v1/charges/ch_1'))).toMatchObject({
      type: 'urn:interlock:problem:never_read',
    });
  });
});

describe('nothing is sent for an agent that is gone or stopped meanwhile', () => {
  test('the agent hangs up', async () => {
    const { business, upstream, door } = await start();
    const hangUp = new AbortController();
    business.instead = () => hangUp.abort();
    await expect(refund(door, hangUp.signal)).rejects.toThrow();
    await upstream.deserted();
    expect(business.ledger).toEqual([]);
    const [read, ...others] = await calls(door);
    expect([read?.before !== undefined, others]).toEqual([true, []]);
  });

  test('a human kills it', async () => {
    const { business, upstream, door } = await start();
    business.instead = () => door.door.operations.kill(AGENT, 'looks wrong', 'ann');
    await expect(refund(door)).rejects.toThrow();
    await upstream.deserted();
    expect(business.ledger).toEqual([]);
  });

  test('its grant is revoked', async () => {
    const { business, door } = await start();
    business.meanwhile = async () => {
      const [grant] = (await door.records()).flatMap((record) => (record.kind === 'grant' ? [record.grant] : []));
      await door.door.operations.revokeGrant(grant ?? '', 'ann');
    };
    // Whoever took the token hears nothing more, not even why.
    await expect(refund(door)).rejects.toThrow();
    expect(business.ledger).toEqual([]);
  });

  test('the door is closing', async () => {
    const { business, door } = await start();
    business.meanwhile = () => door.door.door.drain();
    expect((await refund(door)).status).toBe(503);
    expect(business.ledger).toEqual([]);
  });

  test('it freezes itself, or is frozen', async () => {
    const { business, door } = await start('rates: [{ route: put_charge, max: 1, per: 1h, onTrip: freeze }]');
    await send(door, 'PUT', '/v1/charges/ch_1');
    business.meanwhile = async () => {
      business.meanwhile = () => undefined;
      await send(door, 'PUT', '/v1/charges/ch_1');
    };
    expect(await problem(await refund(door))).toMatchObject({ guard: 'freeze' });
    expect(business.ledger).toHaveLength(1);
  });
});

describe('the ETag of the read', () => {
  const ifMatch = ({ headers }: RawRequest): string | undefined =>
    headers[headers.findIndex((text) => text.toLowerCase() === 'if-match') + 1];
  const has = ({ headers }: RawRequest): boolean => headers.some((text) => text.toLowerCase() === 'if-match');

  test('goes with a write to the very address, is journalled with it, and closes the gap that is left', async () => {
    const { business, door } = await start();
    business.etag = '"v7"';
    await send(door, 'PUT', '/v1/charges/ch_1');
    expect(ifMatch(business.ledger[0]!)).toBe('"v7"');
    const write = (await calls(door)).find(({ route }) => route === 'put_charge');
    expect(write?.headers['if-match']).toBe('"v7"');
  });

  test("stays out where the agent sent its own, where it is weak, and where the write's address is another", async () => {
    const { business, door } = await start();
    business.etag = '"v7"';
    await send(door, 'PUT', '/v1/charges/ch_1', { 'if-match': '"v1"' });
    await refund(door);
    business.etag = 'W/"v7"';
    await send(door, 'PUT', '/v1/charges/ch_1');
    const [own, refunded, weak] = business.ledger;
    expect(ifMatch(own!)).toBe('"v1"');
    expect([has(refunded!), has(weak!)]).toEqual([false, false]);
  });
});
