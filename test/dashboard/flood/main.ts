import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { interlock, refundsPolicy, serve, site, token } from '../../cli/served.ts';
import { launch, openWindow } from '../browser.ts';

/**
 * Does the page stay responsive while its door is busy? `npm run page-flood -- --rate 2000 --seconds 60`: a real door, a real
 * browser with a view open, and calls at that pace. Prints what the door answered, what the page said of it, and the page's
 * long tasks (more than 50 ms, in which no key is answered) by the clock, whatever else the machine did.
 */
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : Number(process.argv[at + 1]);
};
const RATE = option('rate', 2_000);
const SECONDS = option('seconds', 60);
/** Calls are let go in handfuls, this often. */
const HANDFUL_MS = 10;
const CONNECTIONS = 64;

const business = createServer((_, response) => response.end('{"id":"ch_1","amount":1500}'));
await new Promise<void>((listening) => business.listen(0, '127.0.0.1', listening));
const { port } = business.address() as AddressInfo;
const where = site(refundsPolicy(`http://127.0.0.1:${port}`, 'rates: [{ route: get_charge, max: 1000000, per: 1m }]'));
const served = await serve(where);
const grant = await token(where, 'refunds-bot');
const at = ['--data', where.data, '--policy', where.policy, '--by', 'flood'];
const person = await interlock('user', 'add', 'ann', '--role', 'viewer', '--quiet', ...at);
const browser = await launch();

for (const view of ['/calls', '/']) console.log(JSON.stringify(await flooded(view)));
await browser.close();
await served.end('SIGKILL');
business.closeAllConnections();
business.close();

/** One view, under the flood. */
async function flooded(view: string): Promise<object> {
  const { page } = await openWindow(browser);
  await page.goto(served.control + view);
  await page.getByLabel('Token').fill(person.stdout.trim());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForSelector('.live-state.live');
  await page.evaluate(
    `window.long = []; new PerformanceObserver((list) => window.long.push(...list.getEntries().map((each) => Math.round(each.duration)))).observe({ entryTypes: ['longtask'] })`,
  );
  const said: string[] = [];
  const looks = setInterval(() => {
    void page.textContent(view === '/' ? '.agent-rate' : '.stream-pace').then((text) => said.push(text ?? ''));
  }, 2_000);
  const { answered, refused, tookMs } = await flood();
  clearInterval(looks);
  const long = await page.evaluate<readonly number[]>('window.long');
  await page.context().close();
  return {
    view,
    perSecond: Math.round((answered / tookMs) * 1_000),
    answered,
    refused,
    longTasks: long.length,
    longestMs: Math.max(0, ...long),
    over200ms: long.filter((ms) => ms > 200).length,
    said: said[Math.floor(said.length / 2)],
  };
}

async function flood() {
  const upstream = new URL(served.upstreams['payments'] ?? '');
  const pool = new Pool(upstream.origin, { connections: CONNECTIONS });
  const headers = { authorization: `Bearer ${grant}` };
  let answered = 0;
  let refused = 0;
  let number = 0;
  const under = new Set<Promise<void>>();
  const call = async (): Promise<void> => {
    number += 1;
    const { statusCode, body } = await pool.request({
      path: `${upstream.pathname.replace(/\/$/, '')}/v1/charges/ch_${number}`,
      method: 'GET',
      headers,
    });
    await body.dump();
    if (statusCode === 200) answered += 1;
    else refused += 1;
  };
  const began = performance.now();
  while (performance.now() - began < SECONDS * 1_000) {
    const due = Math.floor(((performance.now() - began) / 1_000) * RATE) - number;
    for (let each = Math.min(due, RATE - under.size); each > 0; each -= 1) {
      const one: Promise<void> = call().finally(() => under.delete(one));
      under.add(one);
    }
    await pause(HANDFUL_MS);
  }
  await Promise.all(under);
  const tookMs = performance.now() - began;
  await pool.close();
  return { answered, refused, tookMs };
}
