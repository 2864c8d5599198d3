import * as net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import {
  foldJournal,
  readJournal,
  redecide,
  refoldApart,
  refoldHere,
  type Refold,
} from '../../../src/journal/index.ts';
import { snapshotsFor } from '../../../src/journal/snapshot.ts';
import { answer, rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import { reloadable, type Reloadable, type ReloadableOptions } from './reloadable.ts';
import { compileRecorded, shop, type Said } from './shop-policy.ts';

const open: { upstream?: RawUpstream; door?: Reloadable } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

type Saying = Omit<Said, 'url'>;

async function start(
  said: Saying,
  options: ReloadableOptions = {},
): Promise<{ upstream: RawUpstream; door: Reloadable; token: string; say: (other: Saying) => void }> {
  const upstream = (open.upstream = await rawUpstream((_, wire) => wire.send(answer(200, {}, '{}'))));
  const text = (its: Saying): string => shop({ url: upstream.origin, ...its });
  const door = (open.door = await reloadable(upstream.origin, text(said), options));
  return { upstream, door, token: await door.grant('bot'), say: (other) => door.write(text(other)) };
}

async function refund(door: Reloadable, token: string, order: string, amount: number): Promise<string> {
  const response = await fetch(`${door.door.url}/api/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ order, amount }),
  });
  const body = (await response.json()) as { type?: string };
  return body.type?.replace('urn:interlock:problem:', '') ?? String(response.status);
}

/** The journal says all that the door knows, and every verdict comes out again under the policy in force at its place. */
async function expectSound(door: Reloadable): Promise<void> {
  await door.records();
  const { engine } = foldJournal(door.door.inForce().policy, readJournal(door.dir, { tail: 'live' }));
  expect(door.door.engine.save()).toEqual(engine.save());
  expect(redecide(door.dir, compileRecorded).differences).toEqual([]);
}

const DAY = (max: number, more = ''): string => `budgets: [{ max: ${max} USD, per: 24h, onTrip: deny${more} }]`;

test('a narrower policy is in force from one call to the next, and on record with who wanted it', async () => {
  const { door, token, say } = await start({ rules: [DAY(500)] });
  expect(await refund(door, token, '1', 100)).toBe('200');
  say({ rules: [DAY(150)] });
  const before = door.door.inForce().digest;
  expect(await door.reload()).toMatchObject({
    loaded: true,
    before,
    refused: [],
    agents: [
      {
        agent: 'bot',
        did: 'narrower',
        changes: ['money a day: 500.00 USD → 150.00 USD'],
        stage: { before: 'production', after: 'production' },
      },
    ],
  });
  // What was spent before counts.
  expect(await refund(door, token, '2', 100)).toBe('budget_exceeded');
  expect(await refund(door, token, '3', 50)).toBe('200');
  const policies = (await door.records()).filter(({ kind }) => kind === 'policy');
  expect(policies).toMatchObject([{ digest: before }, { by: 'human:ann', proof: 'token' }]);
  expect(policies[0]).not.toHaveProperty('by');
  await expectSound(door);
});

test('a budget that is spent stays spent under a rule that is new, at another place and for all agents', async () => {
  const { door, token, say } = await start({ rules: [DAY(100)] });
  expect(await refund(door, token, '1', 100)).toBe('200');
  say({
    rules: [
      'budgets: [{ routes: [refund], max: 90 USD, per: 1h, onTrip: deny }, { max: 100 USD, per: 24h, onTrip: deny }]',
    ],
    sections: 'promotion: none\nbudgets: [{ max: 100 USD, per: 24h, onTrip: deny }]',
  });
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(await refund(door, token, '2', 1)).toBe('budget_exceeded');
  const levels = door.door.engine.levels('bot' as never, door.door.clock.now());
  expect(levels.map(({ remaining }) => remaining)).toEqual(['0.00 USD', '-10.00 USD', '0.00 USD']);
  await expectSound(door);
});

test('I6 a frozen agent stays frozen, what was done once stays done, and what waits goes on waiting', async () => {
  const rules = ['once: [{ route: refund, per: subject }]', 'approval: [{ route: refund, above: 50 USD }]'];
  const { door, token, say } = await start({ rules }, { refold: refoldApart });
  expect(await refund(door, token, '1', 10)).toBe('200');
  expect(await refund(door, token, '2', 60)).toBe('approval_required');
  const [held] = door.door.engine.holds.pending(door.door.clock.now());
  await door.door.operations.kill('bot', 'looks wrong', 'ann');
  say({ rules: [...rules, DAY(500)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(await refund(door, token, '3', 10)).toBe('agent_frozen');
  await door.door.operations.resume('bot', 'looked', 'ann');
  expect(await refund(door, token, '1', 10)).toBe('already_done');
  await door.door.operations.approve(held?.call ?? '', 'ann', 'fine');
  expect(await refund(door, token, '2', 60)).toBe('200');
  await expectSound(door);
});

test('I6 an agent that was killed while the disk had no room for the record stays stopped when another policy comes', async () => {
  let isFull = false;
  const { door, upstream, token, say } = await start(
    { rules: [DAY(500)] },
    {
      wrapJournal: (journal) => ({
        append: (entry) => {
          if (isFull && entry.kind === 'freeze') throw new Error('no space left');
          journal.append(entry);
        },
        durable: () => journal.durable(),
      }),
    },
  );
  isFull = true;
  await expect(door.door.operations.kill('bot', 'looks wrong', 'ann')).rejects.toThrow('no space left');
  isFull = false;
  expect((await door.records()).some(({ kind }) => kind === 'freeze')).toBe(false);
  say({ rules: [DAY(400)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(door.door.engine.freezes()).toMatchObject([{ agent: 'bot', trip: 'kill', by: 'human:ann' }]);
  expect(await refund(door, token, '1', 10)).toBe('agent_frozen');
  expect(upstream.requests).toHaveLength(0);
  // Over one reload and the next, until a human lets it work again.
  say({ rules: [DAY(300)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(await refund(door, token, '1', 10)).toBe('agent_frozen');
  expect(await door.door.operations.resume('bot', 'looked', 'ann')).toMatchObject({ ok: true });
  expect(await refund(door, token, '1', 10)).toBe('200');
});

test('behind a reload there is a snapshot of it, so that a start after a crash need not read the whole journal', async () => {
  const { door, token, say } = await start({ rules: [DAY(500)] });
  expect(await refund(door, token, '1', 100)).toBe('200');
  say({ rules: [DAY(150)] });
  const { after } = await door.reload();
  await door.records();
  const policyAt = (await door.records()).findLast(({ kind }) => kind === 'policy')?.seq ?? 0;
  await expect
    .poll(() => snapshotsFor(door.dir, after ?? '').map(({ seq, recordedDigest }) => ({ seq, recordedDigest })))
    .toEqual([{ seq: policyAt, recordedDigest: after }]);
  expect(await refund(door, token, '2', 100)).toBe('budget_exceeded');
  await expectSound(door);
});

test('a call whose body was still coming is judged by neither policy, told to come again, and on record', async () => {
  const { door, upstream, token, say } = await start({ rules: [DAY(500)] });
  const socket = net.connect(Number(new URL(door.door.url).port), '127.0.0.1');
  const body = JSON.stringify({ order: '1', amount: 5 });
  const head = ['POST /api/refunds HTTP/1.1', 'host: x', `authorization: Bearer ${token}`];
  const framing = ['content-type: application/json', `content-length: ${body.length}`, '', ''];
  socket.write([...head, ...framing].join('\r\n') + body.slice(0, 4));
  await new Promise((resolve) => setTimeout(resolve, 50));
  say({ rules: [DAY(400)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  socket.write(body.slice(4));
  const [came] =
    (await new Promise<Buffer[]>((resolve) => socket.once('data', (...data: Buffer[]) => resolve(data)))) ?? [];
  expect(came?.toString()).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 0[^]*policy_changed/);
  socket.destroy();
  expect(upstream.requests).toHaveLength(0);
  expect((await door.records()).filter(({ kind }) => kind === 'refusal')).toMatchObject([{ reason: 'policy_changed' }]);
  expect(await refund(door, token, '1', 5)).toBe('200');
});

test('a call that was under way settles in the new policy’s books', async () => {
  const { door, upstream, token, say } = await start({ rules: [DAY(500)] });
  let release = (): void => undefined;
  upstream.act((_, wire) => {
    release = () => void wire.send(answer(422, {}, '{}'));
  });
  const call = refund(door, token, '1', 100);
  await upstream.arrived(1);
  say({ rules: [DAY(100)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(await refund(door, token, '2', 1)).toBe('budget_exceeded');
  release();
  expect(await call).toBe('422');
  upstream.act((_, wire) => wire.send(answer(200, {}, '{}')));
  expect(await refund(door, token, '2', 100)).toBe('200');
  await expectSound(door);
});

test('what happens after the past was read and before the policy changes is in the new policy’s books', async () => {
  let meanwhile = (): Promise<unknown> => Promise.resolve();
  const refold: Refold = async (asked) => {
    const caught = await refoldHere(asked);
    await meanwhile();
    return caught;
  };
  const { door, token, say } = await start({ rules: [DAY(500)] }, { refold });
  meanwhile = async () => expect(await refund(door, token, '1', 100)).toBe('200');
  say({ rules: [DAY(150)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  expect(await refund(door, token, '2', 100)).toBe('budget_exceeded');
  expect(await refund(door, token, '3', 50)).toBe('200');
  await expectSound(door);
});

test('requests are read by the new policy as soon as calls are judged by it', async () => {
  const routes = '  note: { match: POST /notes, upstream: api, effect: write }';
  const { door, token, say } = await start({ routes, allow: '[get, refund, note]' });
  const note = (): Promise<Response> =>
    fetch(`${door.door.url}/api/notes`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  expect((await note()).status).toBe(200);
  say({});
  const { loaded, after } = await door.reload();
  expect(loaded).toBe(true);
  expect(door.door.inForce().digest).toBe(after);
  expect((await door.records()).filter(({ kind }) => kind === 'policy').at(-1)).toMatchObject({ digest: after });
  expect(await (await note()).json()).toMatchObject({ type: 'urn:interlock:problem:route_unknown' });
  expect(await refund(door, token, '1', 10)).toBe('200');
  await expectSound(door);
});

test('a write whose precondition was still being read under the old policy is judged by neither', async () => {
  const routes = `  fix:
    match: POST /fixes
    upstream: api
    effect: write
    subject: "order:{body.order}"
    precondition: { read: "GET /orders/{body.order}", require: "response.body.open == true" }`;
  const fixing = { routes, allow: '[get, refund, fix]' };
  const { door, upstream, token, say } = await start({ ...fixing, rules: [DAY(500)] });
  let release = (): void => undefined;
  upstream.act(({ method }, wire) => {
    const read = (): void => void wire.send(answer(200, { 'content-type': 'application/json' }, '{"open":true}'));
    if (method === 'GET' && upstream.requests.length === 1) release = read;
    else read();
  });
  const fix = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ order: '1' }) };
    const response = await fetch(`${door.door.url}/api/fixes`, sent);
    return `${response.status} ${((await response.json()) as { type?: string }).type ?? ''}`;
  };
  const call = fix();
  await upstream.arrived(1);
  say({ ...fixing, rules: [DAY(400)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
  release();
  expect(await call).toBe('503 urn:interlock:problem:policy_changed');
  expect(upstream.requests.map(({ method }) => method)).toEqual(['GET']);
  expect(await fix()).toBe('200 ');
  await expectSound(door);
});

test('a policy that would let an agent do more is refused, with what that is; so is one with a fault; the old one stays', async () => {
  const { door, token, say } = await start({ rules: [DAY(100), 'approval: [{ route: refund, above: 50 USD }]'] });
  const before = door.door.inForce().digest;
  say({ rules: [DAY(100)] });
  const wider = await door.reload();
  expect(wider).toMatchObject({ loaded: false, agents: [{ did: 'wider' }] });
  expect(wider.refused.join()).toContain(
    'approval[0] { route: refund, above: 50 USD, expires: 30m } has nothing as strict',
  );
  say({ rules: ['budget: [{ max: 1 USD, per: 24h }]'] });
  const faulty = await door.reload();
  expect(faulty).toMatchObject({ loaded: false, after: null, agents: [] });
  expect(faulty.refused[0]).toMatch(/^interlock\.yaml:\d+:\d+: .*budget/);
  expect(door.door.inForce().digest).toBe(before);
  expect(await refund(door, token, '1', 60)).toBe('approval_required');
  expect((await door.records()).filter(({ kind }) => kind === 'policy')).toHaveLength(1);
});

test('a dry one says what would be, and changes nothing; so does the same policy again', async () => {
  const { door, say } = await start({ rules: [DAY(100)] });
  const before = door.door.inForce();
  say({ rules: [DAY(50)] });
  expect(await door.reload(true)).toMatchObject({ loaded: true, agents: [{ did: 'narrower' }] });
  expect(door.door.inForce()).toBe(before);
  say({ rules: [`# a comment\n    ${DAY(100)}`] });
  expect(await door.reload()).toMatchObject({ loaded: true, before: before.digest, after: before.digest, agents: [] });
  expect((await door.records()).filter(({ kind }) => kind === 'policy')).toHaveLength(1);
});

test('one at a time', async () => {
  const { door, say } = await start({ rules: [DAY(100)] });
  say({ rules: [DAY(50)] });
  const [first, second] = await Promise.allSettled([door.reload(), door.reload()]);
  expect(first).toMatchObject({ value: { loaded: true } });
  expect(second).toMatchObject({ reason: { message: expect.stringContaining('being loaded already') } });
  say({ rules: [DAY(40)] });
  expect(await door.reload()).toMatchObject({ loaded: true });
});

test('what is wired to the machine asks for a restart', async () => {
  const { door, upstream, say } = await start({ rules: [DAY(100)] });
  door.write(shop({ url: upstream.origin, rules: [DAY(100)] }).replace('env: KEY', 'env: OTHER_KEY'));
  expect(await door.reload()).toMatchObject({
    loaded: false,
    refused: ['`upstreams.api.credential` needs a restart: the way to it was opened by it'],
  });
  say({ rules: [DAY(100)], sections: 'promotion: none\nenvironment: other' });
  expect(await door.reload()).toMatchObject({ loaded: false, refused: [expect.stringContaining('`environment`')] });
});

test('an agent that is gone is refused, keeps its freeze, and settles what was under way', async () => {
  const others = '  other: { stage: production, allow: [get, refund] }';
  const { door, upstream, say } = await start({ others });
  const token = await door.grant('other');
  let release = (): void => undefined;
  upstream.act((_, wire) => {
    release = () => void wire.send(answer(200, {}, '{}'));
  });
  const get = (): Promise<Response> =>
    fetch(`${door.door.url}/api/orders/1`, { headers: { authorization: `Bearer ${token}` } });
  const call = get();
  await upstream.arrived(1);
  await door.door.operations.kill('bot', 'looks wrong', 'ann');
  door.write(shop({ url: upstream.origin }).replaceAll(/^ {2}bot:/gm, '  other:'));
  expect(await door.reload()).toMatchObject({
    loaded: true,
    agents: [
      { agent: 'bot', did: 'removed', stage: { after: null } },
      { agent: 'other', did: 'same' },
    ],
  });
  release();
  expect((await call).status).toBe(200);
  expect(door.door.engine.freezes()).toMatchObject([{ agent: 'bot', trip: 'kill' }]);
  await expectSound(door);
  // Back again: the freeze is still there, and so are its grants, which is why it does not come back by itself.
  say({ others });
  const back = await door.reload();
  expect(back).toMatchObject({ loaded: false });
  expect(back.refused.join()).toContain('bot is new, and would work for real');
});
