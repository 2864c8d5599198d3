import { expect, test } from 'vitest';
import { ITEM_BYTES_MAX, Session, SESSION_BYTES_MAX } from '../../src/stages/overlay/session.ts';

test('a session holds no more of what it reads than its bound, however much that is', () => {
  const session = new Session();
  for (let n = 0; n < 30_000; n += 1)
    session.remember('api', `/v1/things/${n}`, { item: {}, etag: undefined, bytes: 2 });
  expect(session.bytes).toBeLessThanOrEqual(SESSION_BYTES_MAX);
  expect(session.items.size).toBeLessThan(SESSION_BYTES_MAX / 500);
  expect(session.item('api', '/v1/things/0')).toBeUndefined();
  expect(session.item('api', '/v1/things/29999')?.base?.item).toEqual({});
});

test('what is read again as too long to be remembered leaves nothing behind', () => {
  const session = new Session();
  const read = (bytes: number): void => session.remember('api', '/v1/things/1', { item: {}, etag: undefined, bytes });
  read(1_000);
  read(ITEM_BYTES_MAX + 1);
  expect(session.items.size).toBe(0);
  expect(session.bytes).toBe(0);
});

test('what the session changed is never forgotten for what it reads', () => {
  const session = new Session();
  const state = session.touch('api', '/v1/things/mine');
  state.changes.push({ kind: 'delete', call: 'call_1' } as never);
  session.remember('api', '/v1/things/mine', { item: { id: 'mine' }, etag: '"1"', bytes: 9 });
  for (let n = 0; n < 20_000; n += 1)
    session.remember('api', `/v1/things/${n}`, { item: {}, etag: undefined, bytes: 2 });
  expect(session.item('api', '/v1/things/mine')).toBe(state);
  expect(state.base?.item).toEqual({ id: 'mine' });
  session.forgetReads();
  expect([...session.items.keys()]).toEqual(['api\n/v1/things/mine']);
});
