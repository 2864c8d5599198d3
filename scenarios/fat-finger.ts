import { readFileSync } from 'node:fs';
import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';
import { defineWorld, type World, type WorldCall } from '../src/lab/world/world.ts';

const CHARGES = 8;
/** Five dollars of goodwill each. */
const GOODWILL = '500';

const FIELDS = new Set(['amount', 'charge', 'payment_intent', 'reason', 'metadata', 'expand']);

/** The payments business as many APIs are: what a request says beyond what it knows is ignored, and a 200 comes back. */
const tolerant = defineWorld({
  ...payments,
  create: (options) => {
    const world = payments.create(options);
    return {
      name: world.name,
      get ledger(): World['ledger'] {
        return world.ledger;
      },
      ids: () => world.ids(),
      handle: (call) => world.handle(call.path === '/v1/refunds' ? { ...call, body: known(call.body) } : call),
    };
  },
});

function known(body: WorldCall['body']): WorldCall['body'] {
  if (body === null || typeof body !== 'object') return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => FIELDS.has(name)));
}

/** Gives five dollars back on some charges, with a letter missing; corrects itself where it is told. */
async function goodwill({ urls, token, ids, signal, say }: AgentDesk): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' };
  let field = 'amout';
  for (const charge of ids['charge']?.slice(0, CHARGES) ?? []) {
    const refund = async (): Promise<Response> => {
      const body = new URLSearchParams({ charge, [field]: GOODWILL }).toString();
      return fetch(`${urls['payments']}/v1/refunds`, { method: 'POST', headers, body, signal });
    };
    const response = await refund();
    const answer = await response.text();
    const meant = /body\.amout: is not known; did you mean (\w+)\?/.exec(answer)?.[1];
    if (meant === undefined) continue;
    say(`told that \`${field}\` is not known; sends \`${meant}\` from here on`);
    field = meant;
    await (await refund()).arrayBuffer();
  }
}

export default defineScenario({
  name: 'fat-finger',
  title: 'One misspelt field turns a five-dollar refund into a full one',
  story:
    'An agent gives five dollars back on some charges and writes `amout`. The API ignores a field that it does not know, ' +
    'and a refund that states no amount is a refund of everything: each call answers 200. ' +
    'At the door a request must fit its OpenAPI operation: the misspelt field is refused, with the field it must have meant, ' +
    'and the agent sends that.',
  source:
    'PayPal REST API, Refund captured payment (developer.paypal.com/docs/api/payments/v2): a refund with an empty payload is ' +
    'a full refund; RFC 9413, Maintaining Robust Protocols: what it costs to ignore what one does not know',
  documents: {
    './payments.openapi.yaml': readFileSync(new URL('../mocks/payments.openapi.yaml', import.meta.url), 'utf8'),
  },
  policy: `
version: 1
upstreams:
  payments:
    url: https://payments.example
    credential: { env: PAYMENTS_KEY, as: bearer }
    openapi: ./payments.openapi.yaml
routes:
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: write
    subject: "charge:{body.charge}"
agents:
  refunds-bot:
    stage: sandbox
    allow: [create_refund]
    rates:
      - { route: create_refund, max: 100, per: 1h }
`,
  worlds: { payments: { definition: tolerant } },
  agents: [{ agent: 'refunds-bot', task: 'goodwill', program: { kind: 'function', run: goodwill } }],
  harm: (ledger) => ledger.filter(({ kind, moneyOut }) => kind === 'refund' && (moneyOut?.micros ?? 0n) > 5_000_000n),
  timeoutMs: 20_000,
});
