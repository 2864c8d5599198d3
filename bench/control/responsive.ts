import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { start } from '../process.ts';
import { interlock, serve } from '../serve.ts';
import { LOAD_AGENTS, loadPolicy, pacedLoad, type PacedResult } from './paced.ts';

export const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const UPSTREAM = path.join(import.meta.dirname, '../peers/upstream.ts');
/** The views that move while calls go by, in turn. */
const VIEWS = ['/', '/calls', '/agents/refunds-bot'] as const;

export interface Responsive {
  readonly view: string;
  readonly forMs: number;
  /** What the door handled meanwhile. */
  readonly load: PacedResult;
  /** Tasks of the page's main thread above 50 ms (Long Tasks API), their number and the longest. */
  readonly longTasks: number;
  readonly longestMs: number;
  /** The longest the page took to do something as soon as it could, asked every 50 ms. */
  readonly longestPauseMs: number;
  /** How often the page drew something anew: that it was alive. */
  readonly redraws: number;
  /** The machine's load average of the last minute, at the end: who else used it. */
  readonly machineLoad: number;
  readonly cores: number;
}

export interface ResponsiveOptions {
  readonly perSecond: number;
  /** Of each view. */
  readonly forMs: number;
  readonly views?: readonly string[];
}

/**
 * A real door under load and the real page in Chromium beside it: whether its main thread ever stands still. Door, upstream,
 * load and browser are processes of their own; where the cores are too few for all of them, `load` says what was reached.
 */
export async function responsive({ perSecond, forMs, views = VIEWS }: ResponsiveOptions): Promise<Responsive[]> {
  const dir = await mkdtemp(path.join(tmpdir(), 'interlock-responsive-'));
  const upstream = await start<{ url: string }>([UPSTREAM]);
  const served = await serve(path.join(dir, 'data'), loadPolicy(upstream.line.url), '--log-level', 'error').catch(
    async (error: unknown) => {
      await upstream.stop();
      throw error;
    },
  );
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  try {
    const control = JSON.parse(await readFile(path.join(served.data, 'control.json'), 'utf8')) as { url: string };
    const add = ['user', 'add', 'ann', '--role', 'operator', '--by', 'bench', '--quiet', ...served.common];
    const token = execFileSync(process.execPath, interlock(...add), { encoding: 'utf8' }).trim();
    const tokens = LOAD_AGENTS.map((agent) => served.grant(agent));
    const page = await signedIn(await browser.newPage({ viewport: { width: 1_280, height: 860 } }), control.url, token);
    const found: Responsive[] = [];
    for (const view of views) {
      await page.goto(control.url + view);
      await page.locator('h1').first().waitFor();
      await page.evaluate(OBSERVE);
      const load = await pacedLoad({ url: served.url, perSecond, forMs, connections: 64, tokens });
      const { tasks, longestPauseMs, redraws } = await page.evaluate<Observed>('window.observed()');
      found.push({
        view,
        forMs,
        load,
        longTasks: tasks.length,
        longestMs: Math.round(Math.max(0, ...tasks)),
        longestPauseMs: Math.round(longestPauseMs),
        redraws,
        machineLoad: Math.round((loadavg()[0] ?? 0) * 10) / 10,
        cores: cpus().length,
      });
    }
    return found;
  } finally {
    await browser.close();
    await served.running.stop();
    await upstream.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Observed {
  readonly tasks: readonly number[];
  readonly longestPauseMs: number;
  readonly redraws: number;
}

/** In the page: every long task from now on, how late a timer comes, and what is drawn. */
const OBSERVE = `(() => {
  const tasks = [];
  new PerformanceObserver((list) => { for (const one of list.getEntries()) tasks.push(one.duration); }).observe({ type: 'longtask' });
  let last = performance.now();
  let longestPauseMs = 0;
  setInterval(() => {
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - last - 50);
    last = now;
  }, 50);
  let redraws = 0;
  new MutationObserver(() => { redraws += 1; }).observe(document.body, { subtree: true, childList: true, characterData: true });
  window.observed = () => ({ tasks, longestPauseMs, redraws });
})()`;

async function signedIn(page: Page, control: string, token: string): Promise<Page> {
  await page.goto(control);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('list', { name: 'Agents' }).waitFor();
  return page;
}
