import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { AGENT, rig, type Rig } from './open-door.ts';
import { rawUpstream, type RawUpstream } from './raw-upstream.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import { JournalFull } from '../../src/journal/index.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
read: { match: GET /v1/read, upstream: api, effect: read }
refund: { match: POST /v1/refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
`;
const RULES = 'budgets: [{ max: 100 USD, per: day, timezone: UTC }]';

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

const refund = ({ url, token }: Rig): Promise<Response> =>
  fetch(new URL('/v1/refunds', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ charge: 'ch_1', amount: '4000' }),
  });

test('I12: while the journal takes nothing more, calls get a 503, nothing is sent, and nothing is held', async () => {
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(OK)));
  let full = false;
  const door = (open.door = await rig(upstream.origin, {
    routes: ROUTES,
    allow: '[read, refund]',
    rules: RULES,
    journal: (journal) => ({
      append: (entry) => {
        if (full) throw new JournalFull('the disk is far behind');
        journal.append(entry);
      },
      durable: () => journal.durable(),
    }),
  }));
  full = true;
  const refused = await refund(door);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ type: 'urn:interlock:problem:disk_behind', retryable: 'after' });
  expect(upstream.requests).toEqual([]);
  expect([...door.door.engine.open()]).toEqual([]);

  full = false;
  expect((await refund(door)).status).toBe(200);
});

test('I3: an outcome that could not be recorded stays counted as spent', async () => {
  let full = false;
  const upstream = (open.upstream = await rawUpstream((_, wire) => {
    full = true;
    return wire.send(OK);
  }));
  const door = (open.door = await rig(upstream.origin, {
    routes: ROUTES,
    allow: '[read, refund]',
    rules: RULES,
    journal: (journal) => ({
      append: (entry) => {
        if (full) throw new JournalFull('the disk is far behind');
        journal.append(entry);
      },
      durable: () => journal.durable(),
    }),
  }));
  expect((await refund(door)).status).toBe(200);
  const budget = door.door.engine.levels(AGENT as never, door.door.clock.now()).find(({ guard }) => guard === 'budget');
  expect(budget?.remaining).toBe('60.00 USD');
  expect([...door.door.engine.open()]).toHaveLength(1);
});

test('I12: when the journal fails, a write that is recorded and waits for a connection never leaves', async () => {
  let answer = (): unknown => undefined;
  const upstream = (open.upstream = await rawUpstream((_, wire) => void (answer = () => wire.send(OK))));
  const limits = { headTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsMax: 1 };
  const failed = Promise.withResolvers<unknown>();
  const door = (open.door = await rig(upstream.origin, {
    routes: ROUTES,
    allow: '[read, refund]',
    rules: RULES,
    transport: (origin) => undiciTransport(origin, limits, { network: 'loopback' }),
    onFailure: failed.resolve,
  }));
  const first = refund(door).catch(() => undefined);
  await upstream.arrived(1);
  const second = refund(door).catch(() => undefined);
  await expect.poll(() => [...door.door.engine.open()].length).toBe(2);
  await door.door.journal.durable();

  // Another process takes the journal over, and the next record finds out.
  writeFileSync(path.join(door.dir, 'lock', '000002.lock'), '{}');
  await refund(door).catch(() => undefined);
  await failed.promise;
  // Which would make the one connection free.
  answer();
  await Promise.all([first, second]);
  expect(upstream.requests).toHaveLength(1);

  delete open.door;
  await expect(door.close()).rejects.toThrow('took the journal over');
});
