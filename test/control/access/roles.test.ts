import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ControlEnv } from '../../../src/control/access/human.ts';
import { may, routesOf } from '../../../src/control/access/may.ts';
import { MAY, mayOf, ROLES, type Action, type Role } from '../../../src/control/contract/roles.ts';
import { USER_ROLES } from '../../../src/journal/index.ts';
import { room, type Room, type Visitor } from './room.ts';

let control: Room;
const visitors = new Map<Role, Visitor>();
const tokens = new Map<Role, string>();
beforeAll(async () => {
  control = await room();
  for (const role of ROLES) {
    const token = await control.person(role, role);
    tokens.set(role, token);
    visitors.set(role, await control.signIn(token));
  }
});
afterAll(() => control.close());

/** Who may do what, said once more and by hand: the table in the code is what is tested. */
const TABLE: Readonly<Record<Action, string>> = {
  look: 'viewer operator reviewer approver admin',
  kill: 'viewer operator reviewer approver admin',
  restrain: 'operator approver admin',
  assess: 'reviewer approver admin',
  reject: 'operator approver admin',
  approve: 'approver admin',
  resume: 'approver admin',
  administer: 'admin',
};

test('the journal knows the roles that the control room knows', () => expect([...USER_ROLES]).toEqual([...ROLES]));

test('every action has its roles', () => {
  expect(Object.keys(MAY).toSorted()).toEqual(Object.keys(TABLE).toSorted());
  for (const [action, roles] of Object.entries(TABLE) as [Action, string][]) {
    expect(ROLES.filter((role) => mayOf([role]).has(action)).join(' '), action).toBe(roles);
  }
});

test('docs/control-room.md has the same table', () => {
  const columns: readonly (readonly Action[])[] = [
    ['look', 'kill'],
    ['restrain'],
    ['assess'],
    ['reject'],
    ['approve', 'resume'],
    ['administer'],
  ];
  const page = readFileSync('docs/control-room.md', 'utf8');
  const rows = ROLES.map((role) => {
    const may = mayOf([role]);
    return `| ${[role, ...columns.map((actions) => (actions.every((one) => may.has(one)) ? 'yes' : ''))].join(' | ')} |`;
  });
  const plain = page
    .replaceAll(/ +/g, ' ')
    .replaceAll(/\|(?= \|)/g, '| ')
    .replaceAll(/ +/g, ' ');
  for (const row of rows) expect(plain).toContain(row.replaceAll(/ +/g, ' '));
});

/** What may not be mistaken for another action. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'POST /v1/agents/:agent/kill': 'kill',
  'POST /v1/agents/:agent/freeze': 'restrain',
  'POST /v1/agents/:agent/resume': 'resume',
  'POST /v1/agents/:agent/demote': 'restrain',
  'POST /v1/agents/:agent/break-glass': 'administer',
  'POST /v1/agents/:agent/end-glass': 'restrain',
  'POST /v1/holds/:call/approve': 'approve',
  'POST /v1/holds/:call/reject': 'reject',
  'POST /v1/calls/:call/assess': 'assess',
  'POST /v1/grants': 'administer',
  'POST /v1/grants/:grant/revoke': 'restrain',
  'POST /v1/promotions': 'administer',
  'POST /v1/promotions/:promotion/revoke': 'restrain',
  'POST /v1/erasures': 'administer',
  'POST /v1/policy/reload': 'administer',
  'GET /v1/users': 'administer',
  'POST /v1/users': 'administer',
  'POST /v1/users/:name/change': 'administer',
  'POST /v1/users/:name/remove': 'administer',
  'POST /sign-out': 'look',
};

test('every route that changes something asks for the action that it is', () => {
  const found = new Map(control.routes.map(({ method, path, action }) => [`${method} ${path}`, action]));
  for (const [route, action] of Object.entries(ACTIONS)) expect(found.get(route), route).toBe(action);
  const changing = control.routes.filter(({ method }) => method !== 'GET');
  const unnamed = changing
    .map(({ method, path, action }) => [`${method} ${path}`, action] as const)
    .filter(([route]) => !(route in ACTIONS));
  // A route that is not in the table above may look or stop, and nothing more.
  expect(unnamed.filter(([, action]) => action !== 'look' && action !== 'kill')).toEqual([]);
});

describe('no role does more than it may, by session or by token', () => {
  test.each(ROLES)('%s', async (role) => {
    const wrong: string[] = [];
    for (const { method, path, action } of control.routes) {
      if (action === undefined || path === '/sign-out' || path === '/v1/live') continue;
      const asked = path.replaceAll(/[:{][a-z]+\}?/gi, 'nothing').replace('*', '');
      const body = method === 'GET' ? undefined : '{}';
      const type = { 'content-type': 'application/json' };
      const bearer = { ...type, authorization: `Bearer ${tokens.get(role)}` };
      const byToken = await control.send({ method, path: asked, headers: bearer, ...(body !== undefined && { body }) });
      const { cookie = '', csrf = '' } = visitors.get(role) ?? {};
      const own = { ...type, cookie, 'interlock-csrf': csrf, origin: control.url.origin };
      const bySession = await control.send({ method, path: asked, headers: own, ...(body !== undefined && { body }) });
      const allowed = TABLE[action].split(' ').includes(role);
      for (const { status } of [byToken, bySession]) {
        if ((status !== 403) !== allowed || status === 401) wrong.push(`${method} ${path}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('a route without an action is found, wherever it stands', () => {
  const app = new OpenAPIHono<ControlEnv>();
  app.use(async (_, next) => next());
  app.get('/good', may('look'), (context) => context.text(''));
  app.get('/late', (context) => context.text(''), may('look'));
  app.all('/all', (context) => context.text(''));
  app.get('/bare', (context) => context.text(''));
  const found = routesOf(app.routes).filter(({ action }) => action === undefined);
  expect(found.map(({ path }) => path)).toEqual(['/late', '/all', '/bare']);
});
