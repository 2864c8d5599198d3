import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/control/contract/roles.ts';
import {
  interlock,
  listening,
  refundsPolicy,
  site,
  token,
  UPSTREAM_KEY,
  type Served,
  type Site,
} from '../cli/served.ts';
import { launch, noChromium, openWindow, PHONE, violations, WITHOUT } from './browser.ts';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
/** Two people resume; the fortieth equal call is a loop. */
const RULES = `
triggers: [{ same: call, count: 40, within: 60s }]
budgets: [{ max: 5000 USD, per: day, timezone: UTC }]
resume: { people: 2 }`;
const PATIENT = { timeout: 10_000 };

/** A business that counts what reaches it, and lets calls about `slow` wait for ever. */
class Business {
  readonly #server: Server = createServer((request, response) => {
    this.arrived += 1;
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      if (text.includes('ch_slow')) return;
      response.setHeader('content-type', 'application/json');
      response.end('{"id":"re_1","object":"refund","status":"succeeded"}');
    });
  });
  arrived = 0;

  async open(): Promise<string> {
    await new Promise<void>((opened) => this.#server.listen(0, '127.0.0.1', opened));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe.skipIf(noChromium)(`an operator at a real door ${WITHOUT}`, () => {
  const business = new Business();
  let browser: Browser;
  let where: Site;
  let served: Served;
  let grant: string;

  beforeAll(async () => {
    where = site(refundsPolicy(await business.open(), RULES));
    served = await serveAt(where, '0');
    grant = await token(where, 'refunds-bot');
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await served.end('SIGKILL');
    business.close();
  });

  /** Puts somebody on record, and signs them in as they do. */
  async function person(name: string, role: Role, look: Parameters<typeof openWindow>[1] = {}): Promise<Page> {
    const at = ['--data', where.data, '--policy', where.policy, '--by', 'root'];
    const { stdout } = await interlock('user', 'add', name, '--role', role, '--quiet', ...at);
    const { page } = await openWindow(browser, look);
    await page.goto(served.control);
    await signIn(page, stdout.trim());
    tokens.set(name, stdout.trim());
    await page.waitForSelector('.agent');
    return page;
  }
  const tokens = new Map<string, string>();

  async function signIn(page: Page, secret: string): Promise<void> {
    await page.getByLabel('Token').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  const refund = (charge: string) =>
    fetch(`${served.upstreams['payments']}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${grant}` },
      body: new URLSearchParams({ charge, amount: '1500' }),
    }).then(
      ({ status }) => status,
      () => 0,
    );

  const head = (page: Page) => page.textContent('h1');

  test('an agent runs away and is seen to be stopped; two people let it work again, and nobody twice', async () => {
    const ann = await person('ann', 'operator', { size: PHONE, scheme: 'dark' });
    const bo = await person('bo', 'approver');
    const cy = await person('cy', 'approver');
    await expect.poll(() => head(ann), PATIENT).toBe('Nothing needs you: no agent calls at the moment');
    for (let each = 0; each < 60; each += 1) await refund('ch_1');
    await expect.poll(() => head(ann), PATIENT).toBe('refunds-bot is frozen');
    const reached = business.arrived;
    expect(reached).toBeLessThan(40);
    expect(await ann.title()).toBe('(1) Overview · Interlock');
    const story = (await ann.textContent('.freeze-story')) ?? '';
    expect(story).toContain('by its rule refunds-bot.triggers[0]');
    expect(story).toContain('Two people must say that it may work again.');
    expect(await violations(ann)).toEqual([]);
    expect(await ann.getByRole('button', { name: /Resume/ }).count()).toBe(0);
    expect(await ann.textContent('.foot')).toContain('resume an agent (an approver may)');

    await resume(bo, 'the loop was a retry; its agent is mended');
    await expect
      .poll(() => ann.textContent('.assent'), PATIENT)
      .toMatch(/^bo has said yes; another person must, until \d\d:\d\d UTC\.$/);
    await expect.poll(() => bo.textContent('.assent'), PATIENT).toMatch(/^You have said yes; another person must/);
    expect(await bo.getByRole('button', { name: /Resume/ }).count()).toBe(0);
    expect(await refund('ch_2')).toBe(403);

    await resume(cy, 'seen, and agreed');
    await expect.poll(() => ann.locator('.freeze-story').count(), PATIENT).toBe(0);
    expect(await refund('ch_2')).toBe(200);
    expect(business.arrived).toBe(reached + 1);
    for (const page of [ann, bo, cy]) await page.context().close();
  }, 60_000);

  /** By keyboard alone. */
  async function resume(page: Page, reason: string): Promise<void> {
    await expect.poll(() => page.getByRole('button', { name: /Resume/ }).count(), PATIENT).toBe(1);
    await page.getByRole('button', { name: /Resume/ }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.type(reason);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('dialog[open]').count(), PATIENT).toBe(0);
  }

  test('two keys kill the agent that has the focus, and the page says what was severed', async () => {
    const dee = await person('dee', 'viewer');
    const under = Array.from({ length: 7 }, (_, each) => refund(`ch_slow_${each}`));
    await expect.poll(() => dee.textContent('.agent-state'), PATIENT).toContain('7 in flight');
    await dee.getByRole('link', { name: 'refunds-bot' }).focus();
    await dee.keyboard.press('k');
    await expect.poll(() => dee.textContent('dialog')).toContain('Severs 7 calls in flight');
    await dee.keyboard.press('Enter');
    expect(await Promise.all(under)).not.toContain(200);
    await expect
      .poll(() => dee.textContent('.kill-effect'), PATIENT)
      .toMatch(/^ ?Your kill severed 7 calls and was on record after \d+ ms/);
    await expect.poll(() => head(dee), PATIENT).toBe('refunds-bot is frozen');
    expect(await dee.textContent('.freeze-story')).toContain('Killed');
    expect(await refund('ch_3')).toBe(403);
    await dee.context().close();
  }, 60_000);

  test('after a restart of the door it says so, asks who one is, and is back where one was', async () => {
    const eve = await person('eve', 'viewer');
    await eve.getByRole('link', { name: 'Calls' }).click();
    await eve.getByLabel('Verdict').selectOption('deny');
    const { port } = new URL(served.control);
    await served.end('SIGKILL');
    await eve.waitForSelector('.live-state.old');
    expect(await eve.textContent('.stale-banner')).toContain('The door cannot be heard; trying again.');
    served = await serveAt(where, port);
    await eve.waitForURL('**/sign-in*');
    await signIn(eve, tokens.get('eve') ?? '');
    await eve.waitForURL('**/calls?verdict=deny');
    await eve.waitForSelector('.live-state.live');
    await eve.getByRole('link', { name: 'Overview' }).click();
    await expect.poll(() => head(eve), PATIENT).toBe('refunds-bot is frozen');
    await eve.context().close();
  }, 60_000);
});

/** A door whose control room is at this port. */
function serveAt({ policy, data }: Site, controlPort: string): Promise<Served> {
  const args = [
    'serve',
    '--policy',
    policy,
    '--data',
    data,
    '--port',
    '0',
    '--control-port',
    controlPort,
    '--reserve',
    '0',
  ];
  const env = { ...process.env, UPSTREAM_KEY };
  return listening(spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env }));
}
