import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prng } from '../../../src/std/prng.ts';
import { UNHURRIED } from '../../../src/door/limits.ts';
import { readJournal } from '../../../src/journal/index.ts';
import { rawUpstream, type RawUpstream } from '../../door/raw-upstream.ts';
import { openRoom, type Room } from '../live/open-room.ts';
import { naiveCount } from './naive-count.ts';
import { pairsOf, parsed } from './scrape.ts';

const AGENTS = ['refunds-bot', 'reader', 'mirror'];
const ROUTES = ['read', 'refund'];
const policy = (upstream: URL): string => `
version: 1
promotion: none
upstreams:
  api: { url: "${upstream.origin}", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  read: { match: "GET /v1/read/{id}", upstream: api, effect: read, subject: "thing:{id}" }
  refund:
    match: POST /v1/refunds
    upstream: api
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  refunds-bot:
    stage: production
    allow: [read, refund]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    rates: [{ route: read, max: 60, per: 1h }]
    once: [{ route: refund, per: subject }]
    approval: [{ route: refund, above: 100 USD, expires: 30m }]
  reader: { stage: production, allow: [read] }
  mirror: { stage: shadow, allow: [read, refund] }
`;

const answer = (status: number): string =>
  `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
const TARGETS = [
  '/v1/read/a',
  '/v1/read/b',
  '/v1/read/500',
  '/v1/read/404',
  '/v1/read/rst',
  '/v1/nowhere',
  '/v1/refunds',
];

let upstream: RawUpstream;
let room: Room;
let tokens: Readonly<Record<string, string>>;

beforeEach(async () => {
  upstream = await rawUpstream(({ target }, wire) => {
    if (target.endsWith('rst')) return wire.rst();
    return wire.send(answer(target.endsWith('500') ? 500 : target.endsWith('404') ? 404 : 200));
  });
  room = await openRoom(upstream.origin, policy(upstream.origin));
  tokens = Object.fromEntries(await Promise.all(AGENTS.map(async (agent) => [agent, await room.grant(agent)])));
});

afterEach(async () => {
  await room.close();
  await upstream.close();
});

async function scrape(accept = '*/*'): Promise<string> {
  const response = await fetch(`${room.control}/metrics`, {
    headers: { authorization: 'Bearer the_machine', accept },
  });
  expect(response.status).toBe(200);
  return response.text();
}

async function send(agent: string, target: string, init: RequestInit = {}): Promise<void> {
  const headers = { authorization: `Bearer ${tokens[agent]}`, ...(init.headers as Record<string, string>) };
  await fetch(`${room.door.url}/api${target}`, { ...init, headers })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined);
}

const refund = (charge: string, amount: number, more: object = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ charge, amount, ...more }),
});

test('every counter says what anybody would count over the journal’s records', async () => {
  const before = room.door.log.head.seq;
  const seed = Date.now() % 1_000_000;
  const random = prng(seed);
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
  for (let step = 0; step < 150; step += 1) {
    const agent = pick(AGENTS);
    const target = pick(TARGETS);
    const amount = pick([100, 5_000, 20_000, 60_000]);
    if (target === '/v1/refunds')
      await send(agent, target, refund(`ch_${random.below(12)}`, amount, pick([{}, { currency: 'eur' }])));
    else await send(agent, target);
    if (step % 40 === 20) await room.ask(`/v1/agents/${agent}/kill`, { by: 'ana', reason: 'drill' });
    if (step % 40 === 30) {
      for (const one of AGENTS) await room.ask(`/v1/agents/${one}/resume`, { by: 'ana', reason: 'drill over' });
    }
    const [held] = room.door.engine.holds.pending(Date.now());
    if (held !== undefined && step % 3 === 0) {
      await room.ask(`/v1/holds/${held.call}/${pick(['approve', 'reject'])}`, { by: 'ana', reason: 'looked' });
    }
    if (step % 10 === 0) await fetch(`${room.door.url}/api/v1/read/a`);
  }
  await room.door.log.durable();
  const said = parsed(await scrape());
  const records = [...readJournal(room.dir, { tail: 'live' })].filter(({ seq }) => seq > before);
  const started = records.filter(({ kind }) => kind !== 'recovery' && kind !== 'policy');
  const counted = naiveCount(started, (route) => (ROUTES.includes(route) ? 'api' : ''));
  expect(counted.size, `seed ${seed}`).toBeGreaterThan(15);
  const grants = 'interlock_journal_records_total{kind=grant}';
  counted.set(grants, (counted.get(grants) ?? 0) + AGENTS.length);
  for (const [series, value] of counted)
    expect(`${series} ${said.get(series)}`, `seed ${seed}`).toBe(`${series} ${value}`);
  // And nothing is counted that is on no record.
  const names = new Set([...counted.keys()].map((series) => series.split('{')[0]));
  for (const [series, value] of said) {
    if (names.has(series.split('{')[0]))
      expect(`${series} ${value}`, `seed ${seed}`).toBe(`${series} ${counted.get(series) ?? 0}`);
  }
});

test('of a flood of refusals each is counted, though one record stands for many', async () => {
  await room.close();
  const pace = { ...UNHURRIED, recordedPerSecond: 5, recordedBurst: 20 };
  room = await openRoom(upstream.origin, policy(upstream.origin), 64, pace);
  const sent = 200;
  const strange = async (): Promise<void> => {
    await (await fetch(`${room.door.url}/api/v1/read/a`)).arrayBuffer();
  };
  for (let each = 0; each < sent; each += 50) await Promise.all(Array.from({ length: 50 }, strange));
  const refusals = () => [...readJournal(room.dir, { tail: 'live' })].filter(({ kind }) => kind === 'refusal');
  const counted = () => [...naiveCount(refusals(), () => '')].filter(([series]) => series.includes('_refusals_'));
  await expect.poll(() => counted().map(([, count]) => count), { timeout: 10_000 }).toEqual([sent]);
  expect(refusals().length).toBeLessThan(sent);
  const said = parsed(await scrape());
  expect(counted().map(([series]) => said.get(series))).toEqual([sent]);
});

/** Every code that the door and the engine can name, read off their sources. */
function codes(): ReadonlySet<string> {
  const src = path.join(import.meta.dirname, '../../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(engine|door|policy|control)\/.*\.ts$/.test(file),
  );
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(path.join(src, file), 'utf8').matchAll(/'([a-z][a-z0-9_]+)'/g)].map(
        ([, code]) => code as string,
      ),
    ),
  );
}

test('whatever agents and strangers send, no label has a value that is not the policy’s or this code’s own', async () => {
  const random = prng(7);
  const junk = (): string => Array.from({ length: 12 }, () => 'abcdefgh0123%/.'[random.below(15)]).join('');
  const started = parsed(await scrape()).size;
  const flood = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const agent = AGENTS[random.below(AGENTS.length)] as string;
      const headers = {
        'interlock-session': `s_${index}`,
        'x-thing': junk(),
        traceparent: junk(),
        'user-agent': junk(),
      };
      await send(agent, `/v1/read/${encodeURIComponent(junk())}`, { headers });
      await send(agent, `/${junk()}`, {
        headers,
        method: ['GET', 'PUT', 'DELETE', 'PATCH'][random.below(4)] as string,
      });
      await send(agent, '/v1/refunds', refund(junk(), random.below(100_000), { currency: junk().slice(0, 3) }));
      await fetch(`${room.door.url}/${junk()}`, { headers: { authorization: `Bearer ${junk()}`, ...headers } }).catch(
        () => undefined,
      );
      await fetch(`${room.door.url}/.interlock/notes`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens[agent]}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text: junk() }),
      });
    }
  };
  await flood(60);
  const text = await scrape();
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    agent: new Set(AGENTS),
    route: new Set([...ROUTES, '(unrouted)']),
    upstream: new Set(['api', '']),
    rule: new Set(
      room.door.engine.policy.agents
        .values()
        .flatMap(({ id }) => room.door.engine.levels(id, Date.now()).map(({ rule }) => rule as string)),
    ),
    currency: new Set(['USD']),
  };
  const own = codes();
  const WORDS = new Set(['1xx', '2xx', '3xx', '4xx', '5xx', 'none', 'calls', 'refusals', 'notes', 'true']);
  const free = new Set(['digest', 'environment', 'version', 'node', 'le']);
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    for (const [label, value] of pairsOf(/\{(.*)\}/.exec(line)?.[1] ?? '')) {
      if (free.has(label)) continue;
      const isKnown = known[label]?.has(value) ?? (own.has(value) || WORDS.has(value));
      expect(isKnown, `${label}="${value}" in ${line}`).toBe(true);
    }
  }
  // So the series are bounded by what those lists come to, however long it goes on.
  const after = parsed(text).size;
  const [agents, routes, verdicts] = [AGENTS.length, ROUTES.length + 1, 4];
  const reasons = new Set([...text.matchAll(/reason="(\w+)"/g)].map(([, reason]) => reason)).size;
  const byCalls = agents * routes * verdicts + agents * 20 * reasons + reasons;
  const byAnswers = routes * (6 + 15 + 17) + agents * 4;
  expect(after - started).toBeLessThanOrEqual(byCalls + byAnswers + 20);
}, 30_000);

test('it takes a token, and both formats say the same', async () => {
  expect((await fetch(`${room.control}/metrics`)).status).toBe(401);
  await send('reader', '/v1/read/a');
  const [prometheus, open] = [
    await scrape(),
    await scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5'),
  ];
  expect(open.endsWith('# EOF\n')).toBe(true);
  const steady = (text: string): string[] =>
    [...parsed(text)]
      .filter(([series]) => /^interlock_(calls|denials|upstream|call_d|frozen)/.test(series))
      .map(String);
  expect(steady(open)).toEqual(steady(prometheus));
  expect(steady(open).length).toBeGreaterThan(10);
});
