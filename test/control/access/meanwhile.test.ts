import * as http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WATCHERS_MAX } from '../../../src/control/live/feed.ts';
import { CONNECTIONS_EACH_MAX, CONNECTIONS_MAX } from '../../../src/control/listen.ts';
import { room, type Room } from './room.ts';

let control: Room;
beforeAll(async () => {
  control = await room();
});
afterAll(() => control.close());

const RESUME = '/v1/agents/tester/resume';
const body = JSON.stringify({ reason: 'because' });

/** A request whose head is there and whose body is still to come. */
function begun(headers: Readonly<Record<string, string>>, path: string): { finish(): Promise<number> } {
  const { hostname: host, port } = control.url;
  const all = { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) };
  const sent = http.request({ host, port, method: 'POST', path, headers: all, agent: false });
  sent.write(body.slice(0, 5));
  return {
    finish: async () => {
      const answered = once(sent, 'response') as Promise<[http.IncomingMessage]>;
      sent.end(body.slice(5));
      const [response] = await answered;
      response.resume();
      return response.statusCode ?? 0;
    },
  };
}

/** Until the door has read what was sent. */
const read = (): Promise<unknown> => control.machine('/v1/alive');

describe('whose body comes after they were let out does nothing any more', () => {
  test.each<[string, (name: string) => Promise<unknown>]>([
    ['removed', (name) => control.machine(`/v1/users/${name}/remove`, { by: 'root' })],
    ['made a viewer', (name) => control.machine(`/v1/users/${name}/change`, { roles: ['viewer'], by: 'root' })],
    ['given another token', (name) => control.machine(`/v1/users/${name}/change`, { renew: true, by: 'root' })],
  ])('%s', async (what, out) => {
    await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
    const name = `ann ${what}`;
    const token = await control.person(name, 'approver');
    const { cookie, csrf } = await control.signIn(token);
    const bySession = { cookie, 'interlock-csrf': csrf, origin: control.url.origin };
    const requests = [begun(bySession, RESUME), begun({ authorization: `Bearer ${token}` }, RESUME)];
    await read();
    const before = (await control.rig.records()).filter(({ kind }) => kind === 'assent').length;
    await out(encodeURIComponent(name));
    for (const request of requests) expect(await request.finish()).toBe(401);
    expect((await control.rig.records()).filter(({ kind }) => kind === 'assent')).toHaveLength(before);
  });

  test('signed out', async () => {
    const guest = await control.signIn(await control.person('gus', 'approver'));
    const bySession = { cookie: guest.cookie, 'interlock-csrf': guest.csrf, origin: control.url.origin };
    const request = begun(bySession, '/v1/agents/tester/kill');
    await read();
    await guest.ask('/sign-out', {});
    expect(await request.finish()).toBe(401);
  });
});

describe('the word of the first of two people', () => {
  test('counts no more once somebody has stopped the agent again', async () => {
    await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
    const gia = await control.person('gia', 'approver');
    expect(await resumed('gia', gia)).toBe('assented');
    await control.machine('/v1/agents/tester/kill', { reason: 'it is at it again', by: 'root' });
    expect(await resumed('gia', gia)).toBe('assented');
    expect(frozen()).toBe(true);
    await remove('gia');
  });

  const resumed = async (name: string, token: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { json } = await control.send({ method: 'POST', path: RESUME, headers, body });
    return json['kind'] ?? `${name}: ${String(json['error'])}`;
  };
  const remove = (name: string): Promise<unknown> => control.machine(`/v1/users/${name}/remove`, { by: 'root' });
  const frozen = (): boolean => control.rig.door.engine.frozen('tester' as never) !== undefined;

  test('counts no more once they were removed, made less, or given another token', async () => {
    const ben = await control.person('ben', 'approver');
    for (const out of [
      remove,
      (name: string) => control.machine(`/v1/users/${name}/change`, { roles: ['viewer'], by: 'root' }),
      (name: string) => control.machine(`/v1/users/${name}/change`, { renew: true, by: 'root' }),
    ]) {
      await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
      const dan = await control.person('dan', 'approver');
      expect(await resumed('dan', dan)).toBe('assented');
      await new Promise((resolve) => setTimeout(resolve, 5));
      await out('dan');
      expect(await resumed('ben', ben)).toBe('assented');
      expect(frozen()).toBe(true);
      await remove('dan');
    }
    await remove('ben');
  });

  test('is not a second one’s under another name', async () => {
    await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
    const first = await control.person('dora', 'approver');
    expect(await resumed('dora', first)).toBe('assented');
    await remove('dora');
    const second = await control.person('dora b.', 'approver');
    expect(await resumed('dora b.', second)).toBe('assented');
    expect(frozen()).toBe(true);
  });

  test('is not a second one’s by the provider’s claims, which nobody here has said to be somebody else', async () => {
    await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
    const token = await control.person('fay', 'approver');
    const { operations } = control.rig.door;
    const admitted = await operations.admitSubject('00u1', ['approver']);
    if (!admitted.ok) throw new Error(admitted.failure.message);
    const vouched = operations.provenBy('oidc');
    const { name } = admitted.value;
    expect(await resumed('fay', token)).toBe('assented');
    const refused = await vouched.resume('tester', 'because', name);
    expect(refused).toMatchObject({ ok: false, failure: { status: 409 } });
    expect(refused.ok ? '' : refused.failure.message).toContain('--oidc');
    expect(frozen()).toBe(true);
    // Two of the provider's are two.
    const other = await operations.admitSubject('00u2', ['approver']);
    if (!other.ok) throw new Error(other.failure.message);
    await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
    expect(await vouched.resume('tester', 'because', name)).toMatchObject({ ok: true, value: { kind: 'assented' } });
    expect(await vouched.resume('tester', 'because', other.value.name)).toMatchObject({ value: { kind: 'resumed' } });
  });
});

test('strangers with as many connections as there may be cut off nobody who watches, and one person does not take them all', async () => {
  const headers = { authorization: `Bearer ${await control.person('ida', 'viewer')}` };
  const { hostname: host, port } = control.url;
  const watching = http.get({ host, port, path: '/v1/live', headers, agent: false });
  const [stream] = (await once(watching, 'response')) as [http.IncomingMessage];
  let ended = false;
  stream.on('close', () => (ended = true)).on('error', () => undefined);
  stream.resume();
  const idle = Array.from({ length: CONNECTIONS_MAX + 20 }, () => net.connect(Number(port), host));
  for (const socket of idle) socket.on('error', () => undefined);
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  await read();
  expect(ended).toBe(false);
  for (const socket of idle) socket.destroy();
  stream.destroy();

  const slow = { ...headers, 'content-type': 'application/json', 'content-length': '100' };
  const open = Array.from({ length: CONNECTIONS_EACH_MAX }, () => {
    const sent = http.request({
      host,
      port,
      method: 'POST',
      path: '/v1/agents/tester/kill',
      headers: slow,
      agent: false,
    });
    sent.on('error', () => undefined).write('{');
    return sent;
  });
  await expect
    .poll(async () => (await control.send({ path: '/v1/who', headers })).status, { timeout: 5_000 })
    .toBe(429);
  expect((await control.machine('/v1/who')).status).toBe(200);
  for (const sent of open) sent.destroy();
});

test('asking for the head of the stream opens none', async () => {
  const headers = { authorization: `Bearer ${await control.person('hal', 'viewer')}` };
  for (let count = 0; count < WATCHERS_MAX; count += 1) {
    expect((await control.send({ method: 'HEAD', path: '/v1/live', headers })).status).toBe(200);
  }
  const { hostname: host, port } = control.url;
  const watching = http.get({ host, port, path: '/v1/live', headers, agent: false });
  const [response] = (await once(watching, 'response')) as [http.IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.destroy();
});
