import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

const WORKERS = 12;
const ATTEMPTS_MAX = 15;
/** What the endpoint could bear while it recovers. */
const BEARABLE = 60;

/** Twelve workers at once, each of which tries again the moment it is refused. */
async function impatient({ urls, token, ids, signal }: AgentDesk): Promise<void> {
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
  name: 'retry-storm',
  title: 'Workers hammer an endpoint that is down',
  story:
    'An endpoint answers 503 while it recovers. Twelve workers ask it in parallel and try again at once, without waiting: ' +
    'a hundred and eighty requests to something that needed quiet. ' +
    'The door lets few through at a time and few per window; the rest it answers itself, with the time to wait.',
  source:
    "Marc Brooker, Timeouts, retries, and backoff with jitter, Amazon Builders' Library " +
    '(aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter)',
  policy: `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
agents:
  reporting-bot:
    stage: sandbox
    allow: [get_charge]
    inflight: 4
    rates:
      - { route: get_charge, max: 40, per: 60s }
    triggers:
      - { same: route, count: 120, within: 60s, onTrip: freeze }
`,
  worlds: {
    payments: {
      definition: payments,
      faults: [{ match: 'GET /v1/charges/{id}', fault: { kind: 'status', status: 503 } }],
    },
  },
  agents: [{ agent: 'reporting-bot', task: 'nightly-report', program: { kind: 'function', run: impatient } }],
  // No ledger shows load: what counts is who came.
  harm: (_ledger, arrivals) => arrivals.slice(BEARABLE),
  timeoutMs: 20_000,
});
