import { afterAll, beforeAll, expect, test } from 'vitest';
import { cookieOf, room, type Room } from './room.ts';

let control: Room;
beforeAll(async () => {
  control = await room();
});
afterAll(() => control.close());

test('somebody on record signs in with their token, sees who they are, acts in their own name, and signs out', async () => {
  const token = await control.person('ann', 'operator');
  const { cookie, csrf, ask } = await control.signIn(token);
  const session = await ask('/v1/session');
  expect(session.json).toMatchObject({ name: 'ann', roles: ['operator'], csrf });
  expect(session.json['may']).toEqual(['look', 'kill', 'restrain', 'reject']);

  expect((await control.send({ method: 'POST', path: '/sign-out', headers: { cookie } })).status).toBe(403);
  const out = await ask('/sign-out', {});
  expect(out.status).toBe(200);
  expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0');
  expect((await ask('/v1/session')).status).toBe(401);

  const records = await control.rig.records();
  const own = records.filter((one) => one.kind === 'sign-in');
  const from = { user: 'ann', proof: 'token', address: '127.0.0.1' };
  expect(own).toMatchObject([
    { what: 'in', ...from },
    { what: 'out', ...from },
  ]);
  expect(JSON.stringify(records)).not.toContain(token);
  expect(JSON.stringify(records)).not.toContain(cookie.split('=')[1]);
});

test('a person’s token is worth as much as their session, and needs no CSRF token', async () => {
  const token = await control.person('bea', 'viewer');
  const headers = { authorization: `Bearer ${token}` };
  expect((await control.send({ path: '/v1/status', headers })).status).toBe(200);
  const refused = await control.send({ path: '/v1/users', headers });
  expect(refused.status).toBe(403);
  expect(refused.json['error']).toContain('bea');
});

test('a token in the form is somebody’s or nobody’s: what was wrong with it is not said', async () => {
  const wrong = await control.enter('interlock_user_0000000000000000000000000000000000000000000');
  expect(wrong.status).toBe(401);
  expect(wrong.headers['set-cookie']).toBeUndefined();
  expect(wrong.text).toContain('That did not let you in.');
  for (const token of ['', 'x', 'interlock_user_', control.rig.token]) {
    const other = await control.enter(token);
    expect([other.status, other.text]).toEqual([wrong.status, wrong.text]);
  }
});

test('somebody who is removed is out at once, with their sessions and their token', async () => {
  const token = await control.person('carl', 'admin');
  const first = await control.signIn(token);
  expect((await first.ask('/v1/users')).status).toBe(200);
  expect((await control.machine('/v1/users/CARL/remove', { by: 'setup' })).json).toEqual({ user: 'carl' });
  expect((await first.ask('/v1/users')).status).toBe(401);
  expect((await control.send({ path: '/v1/users', headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  expect((await control.enter(token)).status).toBe(401);
});

test('other roles end the sessions that were opened under the old ones', async () => {
  const token = await control.person('dora', 'admin');
  const first = await control.signIn(token);
  await control.machine('/v1/users/dora/change', { roles: ['viewer'], by: 'setup' });
  expect((await first.ask('/v1/users')).status).toBe(401);
  const second = await control.signIn(token);
  expect((await second.ask('/v1/users')).status).toBe(403);
});

test('a new token ends the old one', async () => {
  const old = await control.person('emil', 'viewer');
  const { json } = await control.machine('/v1/users/emil/change', { renew: true, by: 'setup' });
  expect((await control.enter(old)).status).toBe(401);
  expect((await control.enter(json['token'] as string)).status).toBe(303);
});

test('the way that somebody wanted to go is kept over the form', async () => {
  const token = await control.person('fay', 'viewer');
  const away = await control.send({ path: '/agents/bot?tab=stream', headers: { accept: 'text/html' } });
  expect([away.status, away.headers.location]).toEqual([303, '/sign-in?next=%2Fagents%2Fbot%3Ftab%3Dstream']);
  const page = await control.send({ path: away.headers.location as string });
  expect(page.text).toContain('action="/sign-in?next=%2Fagents%2Fbot%3Ftab%3Dstream"');
  const entered = await control.enter(token, {}, '?next=%2Fagents%2Fbot%3Ftab%3Dstream');
  expect(entered.headers.location).toBe('/agents/bot?tab=stream');
  const again = await control.send({ path: '/sign-in', headers: { cookie: cookieOf(entered) } });
  expect([again.status, again.headers.location]).toEqual([303, '/']);
});
