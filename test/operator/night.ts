import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Role } from '../../src/control/contract/roles.ts';
import { interlock, serve, site, token, type Served, type Site } from '../cli/served.ts';
import type { Way } from '../../demo/agent.ts';
import { Business } from '../../demo/business.ts';
import { policyFor } from '../../demo/policy.ts';

export const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export const DESKTOP = { width: 1_280, height: 860 };
export const PHONE = { width: 390, height: 844 };

/** Where pictures go for the README; elsewhere they would only be looked at and thrown away. */
const PICTURES = process.env['UPDATE_DOCS'] === undefined ? undefined : path.join(import.meta.dirname, '../../docs');

/** One night: a business, a real `interlock serve` in front of it, people with tokens, and a browser for each of them. */
export class Night {
  readonly business: Business;
  readonly served: Served;
  readonly where: Site;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(business: Business, served: Served, where: Site, browser: Browser) {
    this.business = business;
    this.served = served;
    this.where = where;
    this.#browser = browser;
  }

  static async begin(): Promise<Night> {
    const business = await Business.open();
    const where = site(policyFor(business.server.url));
    const served = await serve(where);
    return new Night(business, served, where, await chromium.launch({ executablePath: CHROMIUM, args: ARGS }));
  }

  /** An agent's way to the business: the door, with a grant of its own. */
  async way(agent: string): Promise<Way> {
    const payments = this.served.upstreams['payments'] ?? '';
    return { payments, door: this.served.door, token: await token(this.where, agent) };
  }

  /** Puts a person on record. Gives their token. */
  async person(name: string, ...roles: readonly Role[]): Promise<string> {
    const { data, policy } = this.where;
    const held = roles.flatMap((role) => ['--role', role]);
    const made = await interlock(
      'user',
      'add',
      name,
      ...held,
      '--quiet',
      '--data',
      data,
      '--policy',
      policy,
      '--by',
      'root',
    );
    if (made.code !== 0) throw new Error(`interlock user add failed:\n${made.stderr}`);
    return made.stdout.trim();
  }

  /** Signs somebody in, as they do: with the form, in a browser of their own. */
  async signIn(shown: string, screen = DESKTOP, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: screen,
      colorScheme,
      reducedMotion: 'reduce',
      deviceScaleFactor: 2,
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    await page.goto(this.served.control);
    await page.getByLabel('Token').fill(shown);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('list', { name: 'Agents' }).waitFor();
    return page;
  }

  async end(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.#browser.close();
    await this.served.end('SIGKILL');
    await this.business.close();
  }
}

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}
