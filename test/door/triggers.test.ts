import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentId } from '../../src/engine/ids.ts';
import { AGENT, rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';

const ROUTES = `
get_order: { match: "GET /orders/{id}", upstream: api, effect: read, subject: "order:{id}" }
refund: { match: "POST /orders/{id}/refund", upstream: api, effect: write, subject: "order:{id}" }
erase: { match: "DELETE /orders/{id}", upstream: api, effect: destructive, subject: "order:{id}" }
`;
/** Longer than the limit of the latency rule, by the door's clock too. */
const SLOW_MS = 20;

let upstream: RawUpstream;
let door: Rig | undefined;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(answer(200)));
});
afterEach(async () => {
  await door?.close();
  await upstream.close();
});

async function open(rules: string): Promise<void> {
  door = await rig(upstream.origin, { routes: ROUTES, allow: '[get_order, refund, erase]', rules });
}

async function send(method: string, path: string) {
  const { url, token } = door!;
  const response = await fetch(new URL(path, url), { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, text: await response.text() };
}
const frozen = () => door!.door.engine.frozen(AGENT as AgentId);

/** The freeze as the journal tells it. */
async function freezes() {
  return (await door!.records()).filter((record) => record.kind === 'freeze');
}

describe('a trigger freezes at the outcome itself, not at the next call', () => {
  test('error rate', async () => {
    await open('triggers: [{ errorRate: 50%, within: 5m, minimum: 4 }]');
    upstream.act((_, wire) => wire.send(answer(404)));
    for (let nth = 1; nth <= 3; nth += 1) await send('GET', `/orders/${nth}`);
    expect(frozen()).toBeUndefined();
    await send('GET', '/orders/4');
    expect(frozen()).toMatchObject({ trip: 'freeze', by: 'guard:tester.triggers[0]', reason: 'error_rate' });
    expect(await freezes()).toMatchObject([
      { cause: { guard: 'error-rate', observed: '4 of 4 calls in 5m failed (100%)', limit: '50%' } },
    ]);
    expect((await send('GET', '/orders/5')).status).toBe(403);
    expect(upstream.requests.length).toBe(4);
  });

  test('latency', async () => {
    await open('triggers: [{ latency: 1ms, within: 5m, minimum: 5, onTrip: kill }]');
    upstream.act((_, wire) => setTimeout(() => void wire.send(answer(200)), SLOW_MS));
    for (let nth = 1; nth <= 5; nth += 1) await send('GET', `/orders/${nth}`);
    expect(frozen()).toMatchObject({ trip: 'kill', reason: 'latency' });
    expect(await freezes()).toMatchObject([{ cause: { observed: '5 of 5 answers in 5m took longer (100%)' } }]);
  });

  test('denials', async () => {
    await open('triggers: [{ denials: 3, within: 60s }]\nrates: [{ route: erase, max: 1, per: 1h }]');
    for (let nth = 1; nth <= 3; nth += 1) await send('DELETE', `/orders/${nth}`);
    expect(frozen()).toBeUndefined();
    await send('DELETE', '/orders/4');
    expect(frozen()).toMatchObject({ by: 'guard:tester.triggers[0]', reason: 'denials' });
    expect(await freezes()).toMatchObject([{ cause: { observed: '3 calls refused in 1m' } }]);
    expect(upstream.requests.length).toBe(1);
  });
});

test('volume: beyond the usual a human is asked, and what a human approves is sent', async () => {
  await open('volume: [{ route: refund, max: 50%, of: get_order, per: 1h, free: 1 }]');
  expect((await send('POST', '/orders/1/refund')).status).toBe(200);
  const held = await send('POST', '/orders/2/refund');
  expect(held.status).toBe(202);
  for (const id of [1, 2]) await send('GET', `/orders/${id}`);
  expect((await send('POST', '/orders/3/refund')).status).toBe(200);
  const again = await send('POST', '/orders/4/refund');
  const { hold } = JSON.parse(again.text) as { hold: string };
  expect(await door!.door.operations.approve(hold, 'ada', 'all of them complained')).toMatchObject({ ok: true });
  expect((await send('POST', '/orders/4/refund')).status).toBe(200);
  const refunds = upstream.requests.filter(({ method }) => method === 'POST');
  expect(refunds.map(({ target }) => target)).toEqual(['/orders/1/refund', '/orders/3/refund', '/orders/4/refund']);
});
