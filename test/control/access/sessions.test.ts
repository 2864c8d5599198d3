import { afterEach, describe, expect, test } from 'vitest';
import {
  IDLE_MS,
  SESSION_MS,
  Sessions,
  SESSIONS_EACH_MAX,
  SESSIONS_MAX,
} from '../../../src/control/access/sessions.ts';
import { Users, type User } from '../../../src/journal/index.ts';

let at = 1_000_000;
const clock = { now: () => at };
const opened: Sessions[] = [];
afterEach(() => opened.splice(0).forEach((sessions) => sessions.close()));

function people(...names: readonly string[]): { readonly users: Users; readonly sessions: Sessions } {
  const users = new Users();
  for (const user of names) add(users, user);
  const sessions = new Sessions(clock, users);
  opened.push(sessions);
  return { users, sessions };
}

function add(users: Users, user: string): void {
  users.apply({ kind: 'user', at, change: 'added', user, by: 'x', roles: ['viewer'], tokenHash: `of ${user}` });
}

const named = (users: Users, name: string): User => users.named(name) as User;

describe('a session', () => {
  test('ends when nobody has asked for so long, and not before', () => {
    const { users, sessions } = people('ann');
    const { id, session } = sessions.open(named(users, 'ann'), 'token');
    at += IDLE_MS - 1;
    expect(sessions.find(id)).toBe(session);
    at += IDLE_MS - 1;
    expect(sessions.find(id)).toBe(session);
    at += IDLE_MS;
    expect(sessions.find(id)).toBeUndefined();
    sessions.sweep();
    expect(session.ended).toMatchObject({ aborted: true, reason: 'expired' });
  });

  test('ends after a shift, however busy', () => {
    const { users, sessions } = people('ann');
    const start = at;
    const { id, session } = sessions.open(named(users, 'ann'), 'token');
    while (at < start + SESSION_MS - 60_000) {
      at += 60_000;
      expect(sessions.find(id)).toBe(session);
    }
    expect(session.expiresAt).toBe(start + SESSION_MS);
    at = start + SESSION_MS;
    expect(sessions.find(id)).toBeUndefined();
  });

  test('is found by its id and by nothing that this memory holds', () => {
    const { users, sessions } = people('ann');
    const { id, session } = sessions.open(named(users, 'ann'), 'token');
    expect(id).toMatch(/^[\w-]{43}$/);
    for (const other of [session.csrf, id.toLowerCase(), `${id} `, id.slice(1), ''])
      expect(sessions.find(other)).toBeUndefined();
    expect(JSON.stringify([session])).not.toContain(id);
  });

  test('ends with its person, and one who comes back under the name does not find it', () => {
    const { users, sessions } = people('ann', 'ben');
    const ann = sessions.open(named(users, 'ann'), 'token');
    const ben = sessions.open(named(users, 'ben'), 'token');
    const bearer = sessions.presence(named(users, 'ann'));
    users.apply({ kind: 'user', at, change: 'removed', user: 'ann', by: 'x' });
    add(users, 'ann');
    expect(sessions.find(ann.id)).toBeUndefined();
    sessions.sweep();
    expect([ann.session.ended.aborted, bearer.aborted, ben.session.ended.aborted]).toEqual([true, true, false]);
  });

  test('of one person, or of all, there are only so many: the oldest ends', () => {
    const names = Array.from({ length: SESSIONS_MAX / SESSIONS_EACH_MAX + 1 }, (_, index) => `p${index}`);
    const { users, sessions } = people(...names);
    const all = names.flatMap((name) =>
      Array.from({ length: SESSIONS_EACH_MAX + 1 }, () => ({ name, ...sessions.open(named(users, name), 'token') })),
    );
    const live = all.filter(({ id }) => sessions.find(id) !== undefined);
    expect(live).toHaveLength(SESSIONS_MAX);
    const last = live.filter(({ name }) => name === names.at(-1));
    expect(last).toHaveLength(SESSIONS_EACH_MAX);
    expect(all[0]?.session.ended.reason).toBe('signed_out');
  });
});
