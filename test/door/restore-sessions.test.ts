import { afterEach, expect, test } from 'vitest';
import { rig, type Rig, type RigOptions } from './open-door.ts';
import { answer, rawUpstream } from './raw-upstream.ts';
import { SimpleShadow } from './simple-shadow.ts';

const OPTIONS: RigOptions = {
  stage: 'shadow',
  routes: `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
create_note: { match: "POST /v1/charges/{id}/notes", upstream: api, effect: write, subject: "charge:{id}", pii: true }
refund: { match: "POST /v1/charges/{id}/refund", upstream: api, effect: write, subject: "charge:{id}" }
`,
  allow: '[get_charge, refund, create_note]',
  rules: 'once: [{ route: refund, per: subject }]',
};

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function upstream(): Promise<URL> {
  const one = await rawUpstream((_, wire) =>
    wire.send(answer(200, { 'content-type': 'application/json' }, '{"id":"ch_1"}')),
  );
  opened.push(() => one.close());
  return one.origin;
}

const send = (its: Rig, token: string, method: string, path: string, body?: object): Promise<Response> =>
  fetch(new URL(path, its.url), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });

test('after a restart a session sees what it had written, and its books know of it', async () => {
  const origin = await upstream();
  const first = await rig(origin, { ...OPTIONS, shadow: new SimpleShadow() });
  const { dir, token } = first;
  const made = await (await send(first, token, 'POST', '/v1/charges/ch_1/refund', { amount: 5 })).json();
  await send(first, token, 'POST', '/v1/charges/ch_2/notes', { text: 'Ann Smith called' });
  await first.close();

  const shadow = new SimpleShadow();
  const again = await rig(origin, { ...OPTIONS, dir, shadow });
  opened.push(() => again.close());
  expect(shadow.lostWrites).toEqual([]);
  expect(shadow.restored.map(({ write }) => [write.route?.id, write.request.body])).toEqual([
    ['refund', { amount: 5 }],
    ['create_note', { text: 'Ann Smith called' }],
  ]);
  const [restored] = shadow.restored;
  expect(JSON.parse(restored?.answered.body.toString() ?? '')).toEqual(made);
  expect(restored?.answered).toMatchObject({ status: 200, headers: ['content-type', 'application/json'] });
  const read = await send(again, token, 'GET', '/v1/charges/ch_1');
  expect(read.headers.get('interlock-origin')).toBe('overlay');
  expect(await read.json()).toMatchObject({ amount: 5 });
  expect((await send(again, token, 'POST', '/v1/charges/ch_1/refund', { amount: 5 })).status).toBe(409);
});

test('what an erasure or the journal’s bounds have taken is lost, and said to be', async () => {
  const origin = await upstream();
  const first = await rig(origin, { ...OPTIONS, shadow: new SimpleShadow() });
  const { dir, token } = first;
  const long = 'x'.repeat(20_000);
  const cut = (await send(first, token, 'POST', '/v1/charges/ch_1/refund', { long })).headers.get('interlock-call');
  const gone = (await send(first, token, 'POST', '/v1/charges/ch_2/notes', { text: 'Ann' })).headers.get(
    'interlock-call',
  );
  await first.records();
  const erased = await first.door.operations.erase('charge:ch_2', [], 'ann', 'asked for');
  expect(erased.ok).toBe(true);
  await first.close();

  const shadow = new SimpleShadow();
  const again = await rig(origin, { ...OPTIONS, dir, shadow });
  opened.push(() => again.close());
  expect(shadow.restored).toEqual([]);
  expect(shadow.lostWrites).toEqual([cut, gone]);
});

test('what is too old, had no effect, or was captured by an agent that has left shadow is not restored', async () => {
  const origin = await upstream();
  const first = await rig(origin, { ...OPTIONS, shadow: new SimpleShadow(), startsAt: 1e12 });
  const { dir, token } = first;
  await send(first, token, 'POST', '/v1/charges/ch_1/refund', { amount: 5 });
  await first.close();
  for (const options of [{ startsAt: 1e12 + 90_000_000 }, { stage: 'staging' }]) {
    const shadow = new SimpleShadow();
    const again = await rig(origin, { ...OPTIONS, dir, shadow, ...options });
    await again.close();
    expect(shadow.restored).toEqual([]);
    expect(shadow.lostWrites).toEqual([]);
  }
});
