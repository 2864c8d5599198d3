import { Agent, request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { readJournal, verifyJournal } from '../../src/journal/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { refundsPolicy, serve, site, token, UPSTREAM_KEY, type Served } from './served.ts';

const FIFTY = 'budgets: [{ max: 5 USD, per: day, timezone: UTC }]';
/** Refusals leave at once: it is no test of patience. */
const AT_ONCE = ['--limit', 'freeAnswersBurst=10000'];
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const open: { upstream?: RawUpstream; served?: Served } = {};
afterEach(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
});

/** A thousand refunds of 10 cents of different charges, all at once. Gives how many were answered with each status. */
async function thousand(door: string, bearer: string, from = 0): Promise<Map<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const statuses = new Map<number, number>();
  const one = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const body = `charge=ch_${from + index}&amount=10&currency=usd`;
      const sent = request(`${door}/payments/v1/refunds`, {
        method: 'POST',
        agent,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-www-form-urlencoded' },
      });
      const done = (status: number): void => {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        resolve();
      };
      sent.on('response', (response) => response.resume().once('close', () => done(response.statusCode ?? 0)));
      sent.on('error', () => done(0));
      sent.end(body);
    });
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => one(index)));
  agent.destroy();
  return statuses;
}

test('I2: of 1,000 concurrent calls of $0.10 against a budget of $5, exactly 50 reach the upstream', async () => {
  open.upstream = await rawUpstream((_, wire) => wire.send(OK));
  const where = site(refundsPolicy(open.upstream.origin, FIFTY));
  open.served = await serve(where, ...AT_ONCE);
  const bearer = await token(where, 'refunds-bot');

  const statuses = await thousand(open.served.door, bearer);

  expect(open.upstream.requests).toHaveLength(50);
  expect(open.upstream.faults).toEqual([]);
  expect(statuses).toEqual(
    new Map([
      [200, 50],
      [403, 950],
    ]),
  );
  expect(await open.served.end('SIGTERM')).toBe(0);
  expect(await verifyJournal(where.data)).toMatchObject({ ok: true });
  const records = [...readJournal(where.data)];
  // I4: a thousand answers, a thousand records with a verdict; the one trip froze the agent once.
  expect(records.filter(({ kind }) => kind === 'call')).toHaveLength(1_000);
  expect(records.filter(({ kind }) => kind === 'freeze')).toHaveLength(1);
  expect(records.filter((record) => record.kind === 'outcome' && record.effectiveness === 'effective')).toHaveLength(
    50,
  );
  // I10: neither the key nor the token is in any record.
  const text = JSON.stringify(records);
  expect(text).not.toContain(UPSTREAM_KEY);
  expect(text).not.toContain(bearer);
});

test('I3: killed in the middle and started again, the upstream still never sees more than 50', async () => {
  open.upstream = await rawUpstream((_, wire) => wire.send(OK));
  const where = site(refundsPolicy(open.upstream.origin, FIFTY));
  open.served = await serve(where, ...AT_ONCE);
  const bearer = await token(where, 'refunds-bot');

  const first = thousand(open.served.door, bearer);
  await open.upstream.arrived(20);
  await open.served.end('SIGKILL');
  await first;
  const before = open.upstream.requests.length;
  expect(before).toBeGreaterThanOrEqual(20);

  open.served = await serve(where, ...AT_ONCE);
  await thousand(open.served.door, bearer, 1_000);
  expect(open.upstream.requests.length).toBeLessThanOrEqual(50);
  // What the first run sent is counted, so the second had no more than the rest.
  const intents = [...readJournal(where.data, { tail: 'live' })].filter(
    (record) => record.kind === 'call' && record.verdict === 'allow',
  );
  expect(intents.length).toBe(50);
  expect(await verifyJournal(where.data)).toMatchObject({ ok: true });
});
