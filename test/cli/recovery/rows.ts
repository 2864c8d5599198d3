import type { Errand, ObedientAgent, Pursuit } from './obedient-agent.ts';
import type { Shop } from './shop.ts';

export const ROUTES = `
get_charge: { match: "GET /charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
get_vendor: { match: "GET /vendors/{id}", upstream: api, effect: read, subject: "vendor:{id}" }
refund: { match: POST /refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: body.currency, default: usd } }
payout: { match: POST /payouts, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
import: { match: POST /imports, upstream: api, effect: write, items: body.items }
erase: { match: "DELETE /charges/{id}", upstream: api, effect: destructive, subject: "charge:{id}" }
`;
export const EVERYTHING = '[get_charge, get_vendor, refund, payout, import, erase]';

const REFUND: Errand = { method: 'POST', target: '/refunds', body: { charge: 'ch_1', amount: 5_000 } };
const PAYOUT: Errand = {
  method: 'POST',
  target: '/payouts',
  body: { vendor: 'v1', account: 'acct_of_v1', amount: 100 },
};

export interface Row {
  readonly rules: string;
  readonly allow?: string;
  readonly routes?: string;
  readonly stage?: string;
  readonly upstream?: string;
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

/** The refunds of the shop, as its OpenAPI document has them: their answer has changed since. */
export const DOCUMENT = `
openapi: 3.1.0
info: { title: shop, version: '1' }
paths:
  /refunds:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [charge, amount]
              properties: { charge: { type: string }, amount: { type: integer } }
      responses:
        '200':
          description: refunded
          content: { application/json: { schema: { type: object, required: [refund], properties: { refund: { type: string } } } } }
`;
const REFUNDS_ONLY = { allow: '[refund]', routes: (ROUTES.match(/^refund.*$/m) as RegExpMatchArray)[0] };

export const ROWS: Record<string, Row> = {
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
  'shape: it corrects the field that it misspelt': {
    rules: '',
    ...REFUNDS_ONLY,
    upstream: 'openapi: ./shop.yaml',
    errand: { ...REFUND, body: { charge: 'ch_1', amuont: 5_000 }, meant: { amount: 5_000 } },
    told: ['correct'],
    end: 'sent',
    effects: 1,
  },
  'contract: it waits until the answers are as they were described': {
    rules: '',
    ...REFUNDS_ONLY,
    upstream: 'openapi: ./shop.yaml, contract: { drift: 50%, within: 1s, minimum: 2, onTrip: deny }',
    before: async (agent) => {
      await agent.pursue({ ...REFUND, body: { charge: 'ch_8', amount: 1 } });
      await agent.pursue({ ...REFUND, body: { charge: 'ch_9', amount: 1 } });
    },
    errand: REFUND,
    told: ['wait'],
    end: 'sent',
    effects: 3,
  },
  'breaker: it waits while the circuit is open': {
    rules: '',
    upstream: 'breaker: { errors: 50%, within: 60s, minimum: 2, open: 1s, probes: 1 }',
    before: async (agent, shop) => {
      shop.failing = 2;
      await agent.pursue({ ...REFUND, body: { charge: 'ch_8', amount: 1 } });
      await agent.pursue({ ...REFUND, body: { charge: 'ch_9', amount: 1 } });
    },
    errand: REFUND,
    told: ['wait'],
    end: 'sent',
    effects: 1,
  },
  'inflight: it waits for its own call to answer': {
    rules: 'inflight: 1',
    before: (agent, shop) => {
      shop.gate = new Promise((resolve) => setTimeout(resolve, 300));
      void agent.pursue({ method: 'GET', target: '/charges/ch_1' });
      return until(() => shop.arrivals.length === 1);
    },
    errand: REFUND,
    told: ['wait'],
    end: 'sent',
    effects: 1,
  },
  'volume: a person says that so many are meant': {
    rules: 'volume: [{ route: refund, max: 50%, of: get_charge, per: 1h, free: 1 }]',
    before: (agent) => agent.pursue({ ...REFUND, body: { charge: 'ch_0', amount: 1 } }),
    errand: REFUND,
    human: 'approves',
    told: ['poll'],
    end: 'sent',
    effects: 2,
  },
  'segment: it stops': {
    rules: 'segment: [{ route: refund, by: body.charge, customers: [ch_vip] }]',
    stage: 'limited',
    errand: REFUND,
    told: ['stop'],
    end: 'stopped',
    effects: 0,
  },
  'stage: it stops': { rules: '', stage: 'staging', errand: REFUND, told: ['stop'], end: 'stopped', effects: 0 },
  'payment: it stops': {
    rules: '',
    errand: { ...REFUND, headers: { 'x-payment': 'junk' } },
    told: ['stop'],
    end: 'stopped',
    effects: 0,
  },
  'freeze: it stops': {
    rules: '',
    before: (agent) => agent.pursue({ method: 'POST', target: '/.interlock/freeze', body: { reason: 'I am lost' } }),
    errand: REFUND,
    told: ['stop'],
    end: 'stopped',
    effects: 0,
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

/** Looks again at every turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
