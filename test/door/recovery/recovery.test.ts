import { afterEach, describe, expect, test } from 'vitest';
import type { Operations } from '../../../src/door/operations.ts';
import { rig, type Rig, type RigOptions } from '../open-door.ts';
import { ObedientAgent, type Errand, type Pursuit } from './obedient-agent.ts';
import { openShop, type Shop } from './shop.ts';

// Every denial, sent to a program that follows only what a program can read of it. Wherever the policy allows a way to the
// errand's end it must get there; where it allows none it must stop at once. The shop's ledger says which.

const ROUTES = `
get_charge: { match: "GET /charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
get_vendor: { match: "GET /vendors/{id}", upstream: api, effect: read, subject: "vendor:{id}" }
refund: { match: POST /refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: body.currency, default: usd } }
payout: { match: POST /payouts, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
import: { match: POST /imports, upstream: api, effect: write, items: body.items }
erase: { match: "DELETE /charges/{id}", upstream: api, effect: destructive, subject: "charge:{id}" }
`;
const EVERYTHING = '[get_charge, get_vendor, refund, payout, import, erase]';

const REFUND: Errand = { method: 'POST', target: '/refunds', body: { charge: 'ch_1', amount: 5_000 } };
const PAYOUT: Errand = {
  method: 'POST',
  target: '/payouts',
  body: { vendor: 'v1', account: 'acct_of_v1', amount: 100 },
};

interface Row {
  readonly rules: string;
  readonly allow?: string;
  readonly routes?: string;
  readonly errand: Errand;
  /** What came before, by the same agent. */
  readonly before?: (agent: ObedientAgent, shop: Shop) => Promise<unknown>;
  /** A person at the desk. */
  readonly human?: 'approves' | 'refuses';
  readonly told: Pursuit['told'];
  readonly end: Pursuit['end'];
  /** How often the errand's effect stands in the ledger at the end, what came before included. */
  readonly effects: number;
}

const open: { shop?: Shop; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.shop?.close();
});

async function start(options: Partial<RigOptions>): Promise<{ shop: Shop; door: Rig; agent: ObedientAgent }> {
  const shop = (open.shop = await openShop());
  const door = (open.door = await rig(shop.origin, { routes: ROUTES, allow: EVERYTHING, ...options }));
  return { shop, door, agent: new ObedientAgent(door.url, door.token) };
}

const RECOVERIES: Record<string, Row> = {
  'rate: it waits': {
    rules: 'rates: [{ route: refund, max: 1, per: 1s }]',
    before: (agent) => agent.pursue({ ...REFUND, body: { charge: 'ch_0', amount: 1 } }),
    errand: REFUND,
    told: ['wait'],
    end: 'sent',
    effects: 2,
  },
  'collar, too much: it sends what one call may move': {
    rules: 'collar: [{ route: refund, max: 20 USD }]',
    errand: REFUND,
    told: ['change'],
    end: 'sent',
    effects: 1,
  },
  'collar, too little: it sends the least': {
    rules: 'collar: [{ route: refund, min: 60 USD }]',
    errand: REFUND,
    told: ['change'],
    end: 'sent',
    effects: 1,
  },
  'collar, currency: it uses one that is allowed': {
    rules: 'collar: [{ route: refund, currencies: [EUR] }]',
    errand: REFUND,
    told: ['change'],
    end: 'sent',
    effects: 1,
  },
  'collar, bulk: it sends the items in parts': {
    rules: 'collar: [{ route: import, items: 2 }]',
    errand: { method: 'POST', target: '/imports', body: { items: [1, 2, 3, 4, 5] } },
    told: ['split'],
    end: 'sent',
    effects: 3,
  },
  'once: what is done is done': {
    rules: 'once: [{ route: refund, per: subject }]',
    before: (agent) => agent.pursue(REFUND),
    errand: REFUND,
    told: ['done'],
    end: 'done',
    effects: 1,
  },
  'fresh: it reads first': {
    rules: 'fresh: [{ route: refund, read: get_charge, maxAge: 60s }]',
    errand: REFUND,
    told: ['read'],
    end: 'sent',
    effects: 1,
  },
  'provenance: it takes the payee from the trusted answer': {
    rules:
      'provenance: [{ route: payout, field: body.account, from: [{ route: get_vendor, field: body.account }], otherwise: deny }]',
    errand: {
      ...PAYOUT,
      body: { ...PAYOUT.body, account: 'acct_of_a_thief' },
      ids: { id: 'v1' },
      finds: (answer) => (answer as { account: string }).account,
    },
    told: ['use'],
    end: 'sent',
    effects: 1,
  },
  'approval: a person says yes': {
    rules: 'approval: [{ route: refund, above: 10 USD, expires: 30m }]',
    errand: REFUND,
    human: 'approves',
    told: ['poll'],
    end: 'sent',
    effects: 1,
  },
  'approval: a person says no': {
    rules: 'approval: [{ route: refund, above: 10 USD, expires: 30m }]',
    errand: REFUND,
    human: 'refuses',
    told: ['poll'],
    end: 'stopped',
    effects: 0,
  },
  'backoff: it waits as long as it must': {
    rules: 'backoff: [{ route: refund, initial: 1s, factor: 2, max: 4s, attempts: 3 }]',
    before: async (agent, shop) => {
      shop.failing = 1;
      await agent.pursue(REFUND);
    },
    errand: REFUND,
    told: ['wait'],
    end: 'sent',
    effects: 1,
  },
  'precondition, false: there is nothing left to do': {
    rules: '',
    routes: ROUTES.replace(
      'default: usd }',
      'default: usd }, precondition: { read: "GET /charges/{body.charge}", require: "response.body.refunded == false" }',
    ),
    before: (_agent, shop) => Promise.resolve(shop.charges.set('ch_1', { refunded: true, version: 2 })),
    errand: REFUND,
    told: ['stop'],
    end: 'stopped',
    effects: 0,
  },
  'scope: it stops at once': {
    rules: '',
    allow: '[get_charge, get_vendor, payout, import, erase]',
    routes: ROUTES.replace(/^refund.*\n/m, ''),
    errand: REFUND,
    told: ['stop'],
    end: 'stopped',
    effects: 0,
  },
  'budget, spent: it stops at once, frozen': {
    rules: 'budgets: [{ route: refund, max: 40 USD, per: 24h }]',
    errand: REFUND,
    told: ['stop'],
    end: 'stopped',
    effects: 0,
  },
  'budget that only denies, with room again soon: it waits': {
    rules: 'budgets: [{ route: refund, max: 60 USD, per: 1s, onTrip: deny }]',
    before: (agent) => agent.pursue({ ...REFUND, body: { charge: 'ch_0', amount: 5_000 } }),
    errand: REFUND,
    told: ['wait'],
    end: 'sent',
    effects: 2,
  },
  'runaway: it stops': {
    rules: 'triggers: [{ same: route, route: refund, count: 2, within: 60s }]',
    before: (agent) => agent.pursue({ ...REFUND, body: { charge: 'ch_0', amount: 1 } }),
    errand: REFUND,
    told: ['stop'],
    end: 'stopped',
    effects: 1,
  },
};

describe('an agent that follows only machine-readable fields', () => {
  test.each(Object.entries(RECOVERIES))('%s', async (_name, row) => {
    const { rules, errand, allow = EVERYTHING, routes = ROUTES } = row;
    const { shop, door, agent } = await start({ rules, allow, routes });
    await row.before?.(agent, shop);
    const { operations } = door.door;
    const stopDeciding = row.human === undefined ? undefined : decides(operations, row.human === 'approves');
    const pursuit = await agent.pursue(errand);
    stopDeciding?.();
    expect({ told: pursuit.told, end: pursuit.end }).toEqual({ told: row.told, end: row.end });
    expect(shop.ledger.filter(({ what }) => what === `${errand.method} ${errand.target}`)).toHaveLength(row.effects);
  });
});

/** Someone who decides on whatever is held, as soon as it is. */
function decides(desk: Operations, yes: boolean): () => void {
  const timer = setInterval(() => {
    const listed = desk.holds(null);
    if (!listed.ok) return;
    for (const { call } of listed.value)
      void (yes ? desk.approve(call, 'ada', 'looked') : desk.reject(call, 'ada', 'looked'));
  }, 10);
  return () => clearInterval(timer);
}
