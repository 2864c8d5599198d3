import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { eventsOf } from '../../src/journal/fold.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { AGENT, rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';

const ROUTES = `
close_account: { match: "DELETE /v1/accounts/{id}", upstream: api, effect: destructive, subject: "account:{id}" }
get_account: { match: "GET /v1/accounts/{id}", upstream: api, effect: read }
`;
const RULES = 'approval: [{ effect: destructive, expires: 1h }]';

let upstream: RawUpstream;
let door: Rig;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(answer(200, { 'Content-Type': 'application/json' }, '{}')));
  door = await rig(upstream.origin, { routes: ROUTES, rules: RULES, allow: '[close_account, get_account]' });
});
afterEach(async () => {
  await door.close();
  await upstream.close();
});

async function send(method: string, path: string, body?: object, token = door.token) {
  const response = await fetch(new URL(path, door.url), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const close = (id: string) => send('DELETE', `/v1/accounts/${id}`);
const operations = () => door.door.operations;

describe('a hold', () => {
  test('is of these bytes: another account is another question, and reads pass', async () => {
    const [first, second] = [await close('a'), await close('b')];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body['hold']).not.toBe(second.body['hold']);
    expect((await send('GET', '/v1/accounts/a')).status).toBe(200);
    expect(await operations().approve(String(first.body['hold']), 'ada', 'asked by mail')).toMatchObject({ ok: true });
    expect((await close('b')).status).toBe(202);
    expect((await close('a')).status).toBe(200);
    expect(upstream.requests.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
  });

  test('is of its headers too: an approval for one account is none for another, and a retry stays the same call', async () => {
    const close = (headers: Record<string, string>): Promise<Response> =>
      fetch(new URL('/v1/accounts/a', door.url), {
        method: 'DELETE',
        headers: { authorization: `Bearer ${door.token}`, ...headers },
      });
    const mine = { 'stripe-account': 'acct_mine' };
    const held = (await (await close({ ...mine, 'idempotency-key': 'k1' })).json()) as { hold: string };
    expect(await operations().approve(held.hold, 'ada', 'asked by mail')).toMatchObject({ ok: true });
    expect((await close({ 'stripe-account': 'acct_theirs' })).status).toBe(202);
    expect((await close({})).status).toBe(202);
    expect((await close({ ...mine, 'idempotency-key': 'k2', 'x-stainless-retry-count': '1' })).status).toBe(200);
    expect(upstream.requests).toHaveLength(1);
  });

  test('is listed with what a human needs, and gone from the list once answered', async () => {
    const { body } = await close('a');
    const line = { call: body['hold'], agent: AGENT, route: 'close_account', subject: 'account:a', amount: null };
    const rules = ['tester.approval[0]'];
    expect(operations().holds(null)).toMatchObject({ ok: true, value: [{ ...line, rules, frozen: false }] });
    expect(operations().holds(AGENT)).toMatchObject({ value: [line] });
    expect(operations().holds('nobody')).toMatchObject({ ok: false, failure: { status: 404 } });
    expect(await operations().reject(String(body['hold']), 'ada', 'not this one')).toMatchObject({ ok: true });
    expect(operations().holds(null)).toEqual({ ok: true, value: [] });
  });

  test('is answered once: the second of two people who approve it at the same moment is told so', async () => {
    const call = String((await close('a')).body['hold']);
    const both = await Promise.all([
      operations().approve(call, 'ada', 'fine'),
      operations().reject(call, 'ben', 'not fine'),
    ]);
    expect(both).toMatchObject([{ ok: true }, { ok: false, failure: { status: 409 } }]);
    const reviews = (await door.records()).filter(({ kind }) => kind === 'review');
    expect(reviews).toMatchObject([{ call, approved: true, by: 'ada' }]);
  });
});

test('snapshot_equals_fold: from any record on, the journal gives the same holds as the running door has', async () => {
  const waiting: string[] = [];
  for (const id of ['a', 'b', 'c', 'd']) waiting.push(String((await close(id)).body['hold']));
  await operations().approve(waiting[0] as string, 'ada', 'asked by mail');
  await operations().approve(waiting[1] as string, 'ada', 'asked by mail');
  await operations().reject(waiting[2] as string, 'ben', 'not this one');
  for (const id of ['a', 'a', 'c', 'd']) await close(id);
  await operations().kill(AGENT, 'drill', 'ada');

  const { engine } = door.door;
  const records = await door.records();
  const saved = (one: Engine): Json => JSON.parse(JSON.stringify(one.save())) as Json;
  const events = records.flatMap(eventsOf);
  for (let cut = 0; cut <= events.length; cut += 1) {
    const before = new Engine(engine.policy);
    for (const event of events.slice(0, cut)) before.apply(event);
    const after = new Engine(engine.policy);
    after.load(saved(before), [...before.open()]);
    for (const event of events.slice(cut)) after.apply(event);
    expect(saved(after)).toEqual(saved(engine));
  }
});

describe('an agent that freezes itself', () => {
  const freeze = (reason: unknown) => send('POST', '/.interlock/freeze', { reason });

  test('is frozen on the record, as often as it says so, and its holds with it', async () => {
    const call = String((await close('a')).body['hold']);
    await operations().approve(call, 'ada', 'fine');
    for (const _ of [1, 2]) {
      expect(await freeze('two invoices with one number')).toMatchObject({
        status: 200,
        body: { agent: AGENT, frozen: { by: 'agent', reason: 'two invoices with one number' }, next: { do: 'stop' } },
      });
    }
    expect(await close('a')).toMatchObject({ status: 403, body: { guard: 'freeze' } });
    expect((await send('GET', '/v1/accounts/a')).status).toBe(403);
    expect(await send('GET', `/.interlock/holds/${call}`)).toMatchObject({
      body: { state: 'approved', next: { do: 'stop' } },
    });
    expect(upstream.requests).toHaveLength(0);
    const freezes = (await door.records()).filter(({ kind }) => kind === 'freeze');
    expect(freezes).toMatchObject([{ agent: AGENT, by: 'agent', trip: 'freeze', severed: [] }]);

    expect(await operations().resume(AGENT, 'one was a copy', 'ada')).toMatchObject({ ok: true });
    expect((await close('a')).status).toBe(200);
  });

  test('needs a reason, and a grant', async () => {
    for (const reason of ['', '  ', 7, undefined]) expect((await freeze(reason)).status).toBe(422);
    expect((await send('POST', '/.interlock/freeze', { reason: 'x' }, 'stolen')).status).toBe(401);
    expect((await send('GET', '/v1/accounts/a')).status).toBe(200);
  });
});
