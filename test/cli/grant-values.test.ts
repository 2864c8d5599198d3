import { afterEach, beforeEach, expect, test } from 'vitest';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { interlock, refundsPolicy, serve, site, token, type Served, type Site } from './served.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const RULES =
  'provenance: [{ route: create_refund, field: body.charge, from: [{ task: charge }], otherwise: deny }]\n' +
  'budgets: [{ max: 500 USD, per: day, timezone: UTC }]';

let upstream: RawUpstream;
let where: Site;
let served: Served | undefined;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  where = site(refundsPolicy(upstream.origin, RULES));
});
afterEach(async () => {
  await served?.end('SIGKILL');
  served = undefined;
  await upstream.close();
});

async function refund(door: string, bearer: string, charge: string): Promise<number> {
  const response = await fetch(`${door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: new URLSearchParams({ charge, amount: '100', currency: 'usd' }),
  });
  await response.arrayBuffer();
  return response.status;
}

test('what a task declares is all it may act on, through the running door and after kill -9', async () => {
  served = await serve(where);
  const bearer = await token(where, 'refunds-bot', '--value', 'charge=ch_1', '--value', 'charge=ch_2');
  expect(await refund(served.door, bearer, 'ch_1')).toBe(200);
  expect(await refund(served.door, bearer, 'ch_3')).toBe(403);
  await served.end('SIGKILL');
  served = await serve(where);
  expect(await refund(served.door, bearer, 'ch_2')).toBe(200);
  expect(await refund(served.door, bearer, 'ch_3')).toBe(403);
});

test('a value without a name is refused with its form', async () => {
  const args = ['-a', 'refunds-bot', '-t', 'job', '--policy', where.policy, '--data', where.data];
  expect(await interlock('grant', 'create', ...args, '--value', 'ch_1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('write NAME=VALUE'),
  });
});
