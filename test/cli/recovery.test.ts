import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { guards } from '../../src/engine/guards/index.ts';
import { ObedientAgent } from './recovery/obedient-agent.ts';
import { DOCUMENT, EVERYTHING, ROUTES, ROWS, type Row } from './recovery/rows.ts';
import { openShop, type Shop } from './recovery/shop.ts';
import { serve, site, type Served, type Site } from './served.ts';

// Every guard's denial by a running `interlock serve`, sent to a program that follows only what a program can read of it.
// Wherever the policy allows a way to the errand's end it must get there; where it allows none it must stop at once.
// The shop's ledger says which.

const AGENT = 'tester';
const ERRAND_TIMEOUT_MS = 30_000;

const open: { shop?: Shop; served?: Served } = {};
afterEach(async () => {
  await open.served?.end('SIGTERM');
  await open.shop?.close();
});

const met = new Set<string>();
/** What these do is freeze; from then on `freeze` answers. */
const ONLY_FREEZE = new Set(['error-rate', 'latency', 'denials']);

describe('an agent that follows only machine-readable fields', () => {
  test.each(Object.entries(ROWS))('%s', { timeout: ERRAND_TIMEOUT_MS }, async (_name, row) => {
    const shop = (open.shop = await openShop());
    const place = siteOf(row, shop);
    const served = (open.served = await serve(place));
    const desk = new Desk(place, served);
    const agent = new ObedientAgent(new URL(served.upstreams['api'] as string), await desk.grant());
    await row.before?.(agent, shop);
    const stopDeciding = row.human === undefined ? undefined : desk.decides(row.human === 'approves');
    const pursuit = await agent.pursue(row.errand);
    stopDeciding?.();
    for (const guard of pursuit.guards) met.add(guard);
    expect({ told: pursuit.told, end: pursuit.end }).toEqual({ told: row.told, end: row.end });
    const errand = `${row.errand.method} ${row.errand.target}`;
    expect(shop.ledger.filter(({ what }) => what === errand)).toHaveLength(row.effects);
  });

  test('has met every guard that answers calls', () => {
    const names = guards.map(({ name }) => name).filter((name) => !ONLY_FREEZE.has(name));
    expect(names.filter((name) => !met.has(name))).toEqual([]);
  });
});

function siteOf({ rules, stage = 'production', allow = EVERYTHING, routes = ROUTES, upstream }: Row, shop: Shop): Site {
  const indented = (text: string, by: string): string => text.trim().replaceAll(/^/gm, by);
  const more = upstream === undefined ? '' : `, ${upstream}`;
  const place = site(`
version: 1
promotion: none
upstreams:
  api: { url: "${shop.origin.origin}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer }, port: 0${more} }
routes:
${indented(routes, '  ')}
agents:
  ${AGENT}:
    stage: ${stage}
    allow: ${allow}
${indented(rules, '    ')}
`);
  writeFileSync(path.join(path.dirname(place.policy), 'shop.yaml'), DOCUMENT);
  return place;
}

/** An operator at the running door's control API. */
class Desk {
  readonly #url: string;
  readonly #token: string;

  constructor({ data }: Site, { control }: Served) {
    this.#url = control;
    ({ token: this.#token } = JSON.parse(readFileSync(path.join(data, 'control.json'), 'utf8')) as { token: string });
  }

  async grant(): Promise<string> {
    const request = { agent: AGENT, task: 'test', expiresMs: 3_600_000, routes: null, parent: null, by: 'ada' };
    return (await this.#ask<{ token: string }>('/v1/grants', request)).token;
  }

  /** Says yes or no to whatever is held, as soon as it is. */
  decides(yes: boolean): () => void {
    const over = new AbortController();
    const look = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const held = await this.#ask<readonly { call: string }[]>('/v1/holds');
        const word = yes ? 'approve' : 'reject';
        for (const { call } of held)
          await this.#ask(`/v1/holds/${call}/${word}`, { by: 'ada', reason: 'looked at it' });
      }
    };
    void look();
    return () => over.abort();
  }

  async #ask<Value>(target: string, body?: object): Promise<Value> {
    const response = await fetch(this.#url + target, {
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    return (await response.json()) as Value;
  }
}
