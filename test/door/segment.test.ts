import { afterEach, expect, test } from 'vitest';
import { rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';

const ROUTES = `
get_customer: { match: "GET /customers/{id}", upstream: api, effect: read }
credit: { match: "POST /customers/{id}/credits", upstream: api, effect: write, subject: "customer:{id}" }
mail: { match: POST /mails, upstream: api, effect: write }
erase: { match: "DELETE /customers/{id}", upstream: api, effect: destructive }
`;
const SEGMENT = `
segment:
  - { route: credit, by: id, customers: [cus_1, cus_2] }
  - { route: mail, by: body.customer, share: 50%, salt: pilot }
`;

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

async function start(rules: string): Promise<Rig> {
  open.upstream = await rawUpstream((_, wire) => wire.send(answer(200)));
  const allow = '[get_customer, credit, mail, erase]';
  return (open.door = await rig(open.upstream.origin, { routes: ROUTES, rules, allow, stage: 'limited' }));
}

function ask({ url, token }: Rig, method: string, target: string, body?: object): Promise<Response> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { authorization: `Bearer ${token}`, ...type };
  return fetch(new URL(target, url), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

test.each([
  ['POST', '/customers/cus_1/credits', {}, 200],
  ['POST', '/customers/cus_3/credits', {}, 403],
  ['POST', '/customers/cus%5F1/credits', {}, 200],
  ['GET', '/customers/cus_3', undefined, 200],
  ['DELETE', '/customers/cus_1', undefined, 403],
  ['POST', '/mails', {}, 403],
  ['POST', '/mails', { customer: ['cus_1'] }, 403],
])('in limited production %s %s is answered %j %i', async (method, target, body, status) => {
  const door = await start(SEGMENT);
  expect((await ask(door, method, target, body)).status).toBe(status);
  expect(open.upstream?.requests).toHaveLength(status === 200 ? 1 : 0);
});

test('a share takes about as many as it says, and always the same', async () => {
  const door = await start(SEGMENT);
  const statuses = async (): Promise<number[]> =>
    Promise.all(
      Array.from({ length: 60 }, async (_, n) => (await ask(door, 'POST', '/mails', { customer: `cus_${n}` })).status),
    );
  const first = await statuses();
  expect(await statuses()).toEqual(first);
  const inside = first.filter((status) => status === 200).length;
  expect(inside).toBeGreaterThan(15);
  expect(inside).toBeLessThan(45);
});

test('what is outside is told so, and not to go looking for others', async () => {
  const door = await start(SEGMENT);
  const refused = await ask(door, 'POST', '/customers/cus_3/credits', {});
  expect(await refused.json()).toMatchObject({
    type: 'urn:interlock:problem:outside_segment',
    guard: 'segment',
    rule: 'tester.segment[0]',
    observed: 'cus_3',
    limit: 'limited',
    retryable: 'never',
  });
});

test('an agent in limited production that has no segment writes nothing', async () => {
  const door = await start('');
  const refused = await ask(door, 'POST', '/customers/cus_1/credits', {});
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ guard: 'stage' });
});
