import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DESK,
  launch,
  noChromium,
  openWindow,
  OVERFLOWING,
  PHONE,
  SMALL_TARGETS,
  violations,
  WITHOUT,
} from '../../dashboard/browser.ts';
import { CLIENT, openProvider, type IssuerStand } from './provider.ts';
import { room, type Room } from './room.ts';

describe.skipIf(noChromium)(`signing in, in a browser ${WITHOUT}`, () => {
  let control: Room;
  let provider: IssuerStand;
  let evil: Server;
  let browser: Browser;
  let token: string;
  /** By a name of ours: another site than the foreign page's address. */
  let origin: string;
  let foreign = '';
  beforeAll(async () => {
    const first = await room();
    const port = Number(first.url.port);
    await first.close();
    origin = `http://localhost:${port}`;
    provider = await openProvider({ 'ann-1': {} }, () => [`${origin}/oidc/callback`]);
    const oidc = { issuer: provider.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: [], roles: null };
    control = await room({ oidc }, port);
    token = await control.person('ben', 'operator');
    await control.machine('/v1/users', { name: 'ann', roles: ['viewer'], subject: 'ann-1', by: 'setup' });
    evil = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      const kill = `${origin}/v1/agents/tester/kill`;
      response.end(`<title>evil</title><a href="${origin}/?from=elsewhere">look</a><iframe src="${origin}/sign-in"></iframe>
<form method="post" enctype="text/plain" action="${kill}"><input name='{"reason":"x","a":"' value='"}'><button>win</button></form>
<script>window.tried = fetch(${JSON.stringify(kill)}, { method: 'POST', credentials: 'include', headers: { 'content-type': 'text/plain' }, body: '{"reason":"x"}' })
  .then((answer) => 'read ' + answer.status, () => 'blocked');</script>`);
    }).listen(0, '127.0.0.1');
    await once(evil, 'listening');
    foreign = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
    browser = await launch();
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await control.close();
    await provider.close();
    evil.closeAllConnections();
    evil.close();
  });

  async function signIn(page: Page, secret = token): Promise<void> {
    await page.goto(origin);
    await page.getByLabel('Token').fill(secret);
    await page.keyboard.press('Enter');
  }

  const who = (page: Page): Promise<unknown> =>
    page.evaluate(
      `fetch('/v1/session').then((answer) => answer.ok ? answer.json().then(({ name }) => name) : answer.status)`,
    );

  test.each([
    ['desk', 'light'],
    ['desk', 'dark'],
    ['phone', 'light'],
    ['phone', 'dark'],
  ] as const)('at a %s, %s: everybody can use the form, also when it has refused them', async (size, scheme) => {
    const { page, complaints } = await openWindow(browser, { size: size === 'desk' ? DESK : PHONE, scheme });
    await page.goto(origin);
    expect(page.url()).toBe(`${origin}/sign-in`);
    expect(await page.evaluate('document.activeElement.id')).toBe('token');
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(OVERFLOWING)).toEqual([]);
    expect(await page.evaluate(SMALL_TARGETS)).toEqual([]);
    await signIn(page, 'wrong');
    await page.getByRole('alert').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(page.url()).not.toContain('wrong');
    // Chromium says itself that the answer was a 401, and would like a name beside a token, which names its person by itself.
    expect(complaints.filter((said) => !/401|username fields/.test(said))).toEqual([]);
    await page.context().close();
    // So that the next of these is not held back.
    await control.signIn(token);
  });

  test('a token lets them in, and a link from another page finds them signed in', async () => {
    const { page } = await openWindow(browser);
    await signIn(page);
    await page.waitForURL((url) => url.pathname === '/');
    expect(await who(page)).toBe('ben');
    await page.goto(foreign);
    await page.getByText('look').click();
    await page.waitForURL((url) => url.origin === origin && url.pathname === '/');
    expect(page.url()).toBe(`${origin}/?from=elsewhere`);
    expect(await who(page)).toBe('ben');
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.context().close();
  });

  test('another page stops no agent in their name, by a form or a script, and frames nothing', async () => {
    const { page } = await openWindow(browser);
    await signIn(page);
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto(foreign);
    expect(await page.evaluate('window.tried')).toBe('blocked');
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await framed?.evaluate('document.body?.innerText ?? ""').catch(() => '')).not.toContain('Token');
    await page.getByText('win').click();
    await page.waitForURL((url) => url.origin === origin);
    expect((await control.rig.records()).filter(({ kind }) => kind === 'freeze')).toEqual([]);
    await page.context().close();
  });

  test('the identity provider lets them in', async () => {
    const { page } = await openWindow(browser);
    await page.goto(`${origin}/calls?verdict=deny`);
    await page.getByText('Sign in with your organisation').click();
    await page.locator('input[name=login]').fill('ann-1');
    await page.locator('input[name=password]').fill('x');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL((url) => url.origin === origin && url.pathname === '/calls');
    expect(page.url()).toBe(`${origin}/calls?verdict=deny`);
    expect(await who(page)).toBe('ann');
    await page.context().close();
  });
});
