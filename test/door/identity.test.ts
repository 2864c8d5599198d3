import { afterEach, expect, test } from 'vitest';
import type { GrantEntry, RefusalEntry } from '../../src/journal/entry.ts';
import { AGENT, rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';

const ROUTES = 'get_customer: { match: "GET /customers/{id}", upstream: api, effect: read }';

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
  delete open.door;
  delete open.upstream;
});

/** A door for an agent of this identity, over the journal of the one before. */
async function start(identity: string | undefined): Promise<Rig> {
  const dir = open.door?.dir;
  await open.door?.close();
  open.upstream ??= await rawUpstream((_, wire) => wire.send(answer(200)));
  const rules = identity === undefined ? '' : `identity: ${identity}`;
  const more = dir === undefined ? {} : { dir };
  return (open.door = await rig(open.upstream.origin, { routes: ROUTES, rules, allow: '[get_customer]', ...more }));
}

const ask = ({ url }: Rig, token: string): Promise<Response> =>
  fetch(new URL('/customers/1', url), { headers: { authorization: `Bearer ${token}` } });

const stateOf = (door: Rig, grant: string): string | undefined =>
  door.door.operations.listGrants().find((line) => line.grant === grant)?.state;

const ONE = '{ version: "1.4.1", model: gpt-5 }';

test('a grant bears who its agent was, and so do those that are narrowed from it', async () => {
  const door = await start(ONE);
  const made = (await door.records()).find((record): record is GrantEntry & typeof record => record.kind === 'grant')!;
  expect(made.identity).toMatch(/^[0-9a-f]{64}$/);
  const narrower = await door.door.operations.createGrant({
    agent: AGENT,
    task: 'less',
    expiresMs: 1_000,
    routes: null,
    parent: made.grant,
    by: 'test',
  });
  expect(narrower).toMatchObject({ ok: true, value: { grant: { identity: made.identity } } });
  expect((await ask(door, door.token)).status).toBe(200);
});

test.each([
  ['another version', ONE, '{ version: "1.4.2", model: gpt-5 }'],
  ['another model', ONE, '{ version: "1.4.1", model: gpt-5-mini }'],
  ['another prompt', ONE, `{ version: "1.4.1", model: gpt-5, prompt: "sha256:${'a'.repeat(64)}" }`],
  ['one that says nothing of itself any more', ONE, undefined],
  ['one that says who it is for the first time', undefined, ONE],
])('a grant is no good for %s', async (_, before, after) => {
  const first = await start(before);
  const { token } = first;
  const made = (await first.records()).find((record): record is GrantEntry & typeof record => record.kind === 'grant')!;
  const { length } = open.upstream!.requests;
  const door = await start(after);
  const refused = await ask(door, token);
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({
    type: 'urn:interlock:problem:identity_changed',
    detail: expect.stringContaining(`interlock grant create --agent ${AGENT}`) as string,
    next: { do: 'stop' },
  });
  expect(open.upstream!.requests).toHaveLength(length);
  const refusal = (await door.records()).find(
    (record): record is RefusalEntry & typeof record => record.kind === 'refusal',
  );
  expect(refusal).toMatchObject({ reason: 'identity_changed', agent: AGENT, grant: made.grant });
  expect(stateOf(door, made.grant)).toBe('identity_changed');
  const narrowed = { agent: AGENT, task: 'less', expiresMs: 1_000, routes: null, parent: made.grant, by: 'test' };
  expect(await door.door.operations.createGrant(narrowed)).toMatchObject({
    ok: false,
    failure: { status: 409, message: expect.stringContaining('Make a new one') as string },
  });
  // One that is made for what it is now works.
  expect((await ask(door, door.token)).status).toBe(200);
});

test('a restart under the same identity keeps every grant, whatever else the policy says now', async () => {
  const { token } = await start(ONE);
  const door = await start(`${ONE}\nrates: [{ max: 100, per: 1h }]`);
  expect((await ask(door, token)).status).toBe(200);
});
