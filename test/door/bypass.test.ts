import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLASS_ROWS } from './bypass-rows-class.ts';
import { CONTENT_ROWS } from './bypass-rows-content.ts';
import { ENVELOPE_ROWS } from './bypass-rows.ts';
import { KEY, rig, type Rig } from './open-door.ts';
import { sendRaw } from './raw-client.ts';
import { rawUpstream, type RawUpstream } from './raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
/** Everything that an attack names is allowed, so that only strictness stands between it and the upstream. */
const ROUTES = `
get_any: { match: "GET /v1/{thing}", upstream: api, effect: read }
get_one: { match: "GET /v1/payouts/{id}", upstream: api, effect: read }
pay: { match: POST /v1/payouts, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
smuggled: { match: POST /v1/smuggled, upstream: api, effect: write }
delete_any: { match: "DELETE /v1/{thing}", upstream: api, effect: destructive }
`;

let upstream: RawUpstream;
let door: Rig;

beforeAll(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  door = await rig(upstream.origin, { routes: ROUTES, allow: '[get_any, get_one, pay, smuggled, delete_any]' });
});
afterAll(async () => {
  await door.close();
  await upstream.close();
});

test.each([...ENVELOPE_ROWS, ...CONTENT_ROWS, ...CLASS_ROWS])('$id $what', async ({ raw, expected }) => {
  const before = { seen: upstream.requests.length, records: (await door.records()).length };
  const answer = await sendRaw(door.url, raw.replace('‹token›', door.token));
  const records = (await door.records()).slice(before.records);
  const seen = upstream.requests.slice(before.seen);

  // One request was read, and it got one answer, of the kinds that are expected.
  expect(answer.statuses, answer.text).toHaveLength(1);
  const outcome = answer.statuses[0] === 200 ? 'forward' : answer.statuses[0];
  expect(expected, answer.text).toContain(outcome);
  expect(answer.text).not.toContain(KEY);

  // I4: one record says what became of it.
  const judged = records.filter(({ kind }) => kind === 'refusal' || kind === 'call');
  expect(judged).toHaveLength(1);
  const [record] = judged;
  if (record?.kind !== 'call' || record.verdict !== 'allow') return expect(seen).toEqual([]);

  // I9: what was judged and journalled is what the upstream received, once, with the door's key and the length stated.
  expect(seen).toHaveLength(1);
  const [received] = seen;
  expect({ method: received?.method, target: received?.target }).toEqual({
    method: record.method,
    target: record.target,
  });
  expect(received?.body.toString()).toBe(record.body ?? '');
  const headers = Object.fromEntries(pairs(received?.headers ?? []));
  expect(headers).toMatchObject({ ...record.headers, host: upstream.origin.host, authorization: `Bearer ${KEY}` });
  const own = new Set([...Object.keys(record.headers), 'host', 'authorization', 'content-length', 'connection']);
  expect(Object.keys(headers).filter((name) => !own.has(name))).toEqual([]);
});

test('after all of that the door still works, and no upstream connection saw anything odd', async () => {
  const response = await fetch(new URL('/v1/payouts/po_1', door.url), {
    headers: { authorization: `Bearer ${door.token}` },
  });
  expect(response.status).toBe(200);
  expect(upstream.faults).toEqual([]);
});

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name.toLowerCase(), flat[index + 1] as string]] : [],
  );
}
