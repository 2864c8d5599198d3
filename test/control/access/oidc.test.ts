import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf, room, type Answer, type Room } from './room.ts';
import { CLIENT, openProvider, throughProvider, type IssuerStand } from './provider.ts';

const groups: Record<string, readonly string[]> = { 'sre-1': ['sre', 'everybody'], 'temp-7': ['everybody'] };
const accounts = {
  'ann-0001': { email: 'ann@example.com', groups: ['sre'] },
  get 'sre-1'() {
    return { groups: groups['sre-1'] };
  },
  'temp-7': { groups: ['everybody'] },
};

let provider: IssuerStand;
let control: Room;
let callback = '';
beforeAll(async () => {
  // The provider must know the control room's address, and the control room the provider's: their ports are found first.
  const address = { port: 0 };
  const first = await room();
  address.port = Number(first.url.port);
  await first.close();
  callback = `http://127.0.0.1:${address.port}/oidc/callback`;
  provider = await openProvider(accounts, () => [callback]);
  control = await room(
    {
      oidc: {
        issuer: provider.issuer,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        scopes: [],
        roles: { claim: 'groups', of: new Map([['sre', ['approver', 'operator']]]) },
      },
    },
    address.port,
  );
  const added = { name: 'ann', roles: ['viewer'], subject: 'ann-0001', by: 'setup' };
  const made = await control.machine('/v1/users', added);
  expect(made.json).toMatchObject({ user: { name: 'ann', by: 'oidc' }, token: null });
});
afterAll(async () => {
  await control.close();
  await provider.close();
});

const isErrand = /^interlock-\d+-oidc=/;

async function begin(query = ''): Promise<{ readonly url: string; readonly errand: string }> {
  const begun = await control.send({ path: `/oidc/start${query}` });
  expect(begun.status).toBe(303);
  const [set = ''] = begun.headers['set-cookie'] ?? [];
  expect(set).toMatch(/^interlock-\d+-oidc=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
  return { url: begun.headers.location as string, errand: cookieOf(begun) };
}

const come = (back: URL, cookie: string): Promise<Answer> =>
  control.send({ path: back.pathname + back.search, headers: { cookie } });

const sessionOf = (answer: Answer): string | undefined =>
  answer.headers['set-cookie']?.map((set) => set.split(';', 1)[0] ?? '').find((set) => !isErrand.test(set));

async function enter(login: string, query = ''): Promise<Answer> {
  const { url, errand } = await begin(query);
  return come(await throughProvider(url, login), errand);
}

describe('somebody whom the provider vouches for', () => {
  test('and who is on record by their subject comes in with the roles of the record, not of the provider', async () => {
    const entered = await enter('ann-0001', '?next=%2Fagents%2Ftester');
    expect(entered.status).toBe(200);
    expect(entered.text).toContain('content="0;url=/agents/tester"');
    const cookie = sessionOf(entered) ?? '';
    const { json } = await control.send({ path: '/v1/session', headers: { cookie } });
    expect(json).toMatchObject({ name: 'ann', roles: ['viewer'] });
    const signed = (await control.rig.records()).findLast((one) => one.kind === 'sign-in');
    expect(signed).toMatchObject({ what: 'in', user: 'ann', proof: 'oidc' });
  });

  test('and whose groups give roles is put on record under a name nobody can choose, and loses them with the groups', async () => {
    const cookie = sessionOf(await enter('sre-1')) ?? '';
    const { json } = await control.send({ path: '/v1/session', headers: { cookie } });
    expect(json).toMatchObject({ name: 'oidc:sre-1', roles: ['operator', 'approver'] });
    groups['sre-1'] = ['everybody'];
    expect((await enter('sre-1')).status).toBe(403);
    expect((await control.send({ path: '/v1/session', headers: { cookie } })).status).toBe(401);
    const records = (await control.rig.records()).filter((one) => one.kind === 'user' && one.user === 'oidc:sre-1');
    expect(records).toMatchObject([
      { change: 'added', subject: 'sre-1', roles: ['operator', 'approver'], by: 'the identity provider' },
      { change: 'removed', by: 'the identity provider' },
    ]);
  });

  test('and who is neither is told how to get in, and is not', async () => {
    const refused = await enter('temp-7');
    expect(refused.status).toBe(403);
    expect(sessionOf(refused)).toBeUndefined();
    expect(refused.text).toContain('--oidc temp-7');
  });
});

describe('an answer of the provider’s', () => {
  test('is worth nothing in another browser', async () => {
    const { url } = await begin();
    const back = await throughProvider(url, 'ann-0001');
    expect(sessionOf(await come(back, ''))).toBeUndefined();
    const other = await begin();
    expect(sessionOf(await come(back, other.errand))).toBeUndefined();
  });

  test('is worth nothing a second time', async () => {
    const { url, errand } = await begin();
    const back = await throughProvider(url, 'ann-0001');
    expect(sessionOf(await come(back, errand))).toBeDefined();
    expect(sessionOf(await come(back, errand))).toBeUndefined();
  });

  test.each([
    ['with another state', (back: URL) => back.searchParams.set('state', 'another')],
    ['without a state', (back: URL) => back.searchParams.delete('state')],
    ['with another code', (back: URL) => back.searchParams.set('code', 'another')],
    ['of another issuer', (back: URL) => back.searchParams.set('iss', 'https://evil.example')],
    [
      'that is an error',
      (back: URL) => {
        back.searchParams.delete('code');
        back.searchParams.set('error', 'access_denied');
      },
    ],
  ])('%s lets nobody in', async (_, bend) => {
    const { url, errand } = await begin();
    const back = await throughProvider(url, 'ann-0001');
    bend(back);
    const answer = await come(back, errand);
    expect([answer.status, sessionOf(answer)]).toEqual([401, undefined]);
    // So that the next of these is not held back.
    await control.enter(await control.person(`guest ${Math.random()}`, 'viewer'));
  });

  test('and its errand are of one piece: a changed or foreign one is none', async () => {
    const { url, errand } = await begin();
    const back = await throughProvider(url, 'ann-0001');
    const [name = '', sealed = ''] = errand.split('=');
    for (const bent of [
      `${sealed.slice(0, -2)}AA`,
      sealed.slice(4),
      'AAAA',
      '',
      Buffer.from('{"state":"x"}').toString('base64url'),
    ]) {
      expect(sessionOf(await come(back, `${name}=${bent}`))).toBeUndefined();
    }
  });
});

test('what goes to the provider is a code request with PKCE, state and nonce, and no secret', async () => {
  const { url } = await begin();
  const asked = Object.fromEntries(new URL(url).searchParams);
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: callback,
    scope: 'openid',
    code_challenge_method: 'S256',
  });
  for (const each of ['state', 'nonce', 'code_challenge']) expect(asked[each]).toMatch(/^[\w-]{43}$/);
  expect(url).not.toContain(CLIENT.secret);
});

test('the form shows the way to the provider, and a provider that is gone leaves the token', async () => {
  expect((await control.send({ path: '/sign-in' })).text).toContain('href="/oidc/start"');
  const lost = await room({
    oidc: { issuer: new URL('http://127.0.0.1:9'), clientId: 'x', clientSecret: undefined, scopes: [], roles: null },
  });
  const answer = await lost.send({ path: '/oidc/start' });
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('name="token"');
  await lost.close();
});
