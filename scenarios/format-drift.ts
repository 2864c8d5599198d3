import { readFileSync } from 'node:fs';
import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

const COMPLAINTS = 36;
/** Below ten dollars a complaint is not worth a discussion. */
const SMALL = 1_000;
/** The API's release, in the middle of the night. */
const CHANGES_AT = 24;

/** Reads every charge that was complained about, then refunds the small ones. */
async function settle({ urls, token, ids, signal, say }: AgentDesk): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const small: string[] = [];
  for (const charge of ids['charge']?.slice(0, COMPLAINTS) ?? []) {
    const response = await fetch(`${urls['payments']}/v1/charges/${charge}`, { headers, signal });
    const { amount } = (await response.json()) as { amount?: number };
    if (response.ok && Number(amount) < SMALL) small.push(charge);
  }
  say(`${small.length} of ${COMPLAINTS} complaints are small`);
  for (const charge of small) {
    const body = new URLSearchParams({ charge }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const init = { method: 'POST', headers: { ...headers, ...type }, body, signal };
    const response = await fetch(`${urls['payments']}/v1/refunds`, init);
    await response.arrayBuffer();
    if (!response.ok) say(`refund of ${charge} was refused with ${response.status}`);
  }
}

export default defineScenario({
  name: 'format-drift',
  title: 'On day 100 the API writes amounts as dollars, and everything looks small',
  story:
    'An agent refunds every complaint below ten dollars. It worked for a hundred days, on amounts in whole cents. ' +
    'Tonight the API begins to answer in dollars, "250.00", and 250 is less than 1000: every complaint is small now. ' +
    "At the door answers are held against the API's document. When too many depart from it, the agent is frozen " +
    'before it acts on what it read.',
  source:
    'Dig and Johnson, How do APIs evolve? A story of refactoring (2006): most changes that break clients are renames and ' +
    'changed types; Stripe states amounts in minor units (docs.stripe.com/currencies), PayPal as decimal strings',
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
    contract: { drift: 5%, within: 1h, minimum: 20, onTrip: freeze }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: write
    subject: "charge:{body.charge}"
agents:
  complaints-bot:
    stage: sandbox
    allow: [get_charge, create_refund]
    once:
      - { route: create_refund, per: subject }
`,
  worlds: {
    payments: {
      definition: payments,
      faults: [
        {
          match: 'GET /v1/charges/{id}',
          from: CHANGES_AT,
          fault: { kind: 'drift', field: 'amount', to: 'major units' },
        },
      ],
    },
  },
  agents: [{ agent: 'complaints-bot', task: 'complaints', program: { kind: 'function', run: settle } }],
  harm: (ledger) => ledger.filter(({ kind, moneyOut }) => kind === 'refund' && (moneyOut?.micros ?? 0n) > 10_000_000n),
  timeoutMs: 20_000,
});
