import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

const WORKERS = 5;
const ATTEMPTS_MAX = 12;
/** What an endpoint can bear while it fails: enough to notice that it does, from all agents together. */
const BEARABLE = 40;

/** A few workers, each of which asks for one charge until it gets it. Nothing about one agent alone is remarkable. */
async function persistent({ urls, token, ids, signal }: AgentDesk): Promise<void> {
  const charges = ids['charge'] ?? [];
  await Promise.all(
    Array.from({ length: WORKERS }, async (_, worker) => {
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
        const url = `${urls['payments']}/v1/charges/${charges[worker % charges.length]}`;
        const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
        await response.arrayBuffer();
        if (response.ok) return;
      }
    }),
  );
}

export default defineScenario({
  name: 'breaker-shared',
  title: 'Two agents keep a failing endpoint down',
  story:
    'An endpoint answers 503. Two agents that know nothing of each other ask it again and again, each within every limit ' +
    'of its own; together they keep it from recovering. ' +
    'The door sees what both see: after a few failures nobody reaches the endpoint for a while, and then only probes do.',
  source:
    'Addressing Cascading Failures, Site Reliability Engineering, ch. 22, Google ' +
    '(sre.google/sre-book/addressing-cascading-failures)',
  policy: `
version: 1
upstreams:
  payments:
    url: https://api.stripe.com
    credential: { env: STRIPE_SECRET_KEY, as: bearer }
    breaker: { errors: 50%, within: 10s, minimum: 10, open: 30s, probes: 2 }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
agents:
  reporting-bot:
    stage: sandbox
    allow: [get_charge]
    rates: [{ route: get_charge, max: 100, per: 60s }]
  support-bot:
    stage: sandbox
    allow: [get_charge]
    rates: [{ route: get_charge, max: 100, per: 60s }]
`,
  worlds: {
    payments: {
      definition: payments,
      faults: [{ match: 'GET /v1/charges/{id}', fault: { kind: 'status', status: 503 } }],
    },
  },
  agents: [
    { agent: 'reporting-bot', task: 'nightly-report', program: { kind: 'function', run: persistent } },
    { agent: 'support-bot', task: 'tickets', program: { kind: 'function', run: persistent } },
  ],
  // No ledger shows load: what counts is who came.
  harm: (_ledger, arrivals) => arrivals.slice(BEARABLE),
  timeoutMs: 20_000,
});
