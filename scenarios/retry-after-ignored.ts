import payments from '../mocks/payments.ts';
import { type AgentDesk, ARRIVAL, defineScenario } from '../src/lab/sandbox/scenario.ts';

const PAYOUTS = 5;
const ATTEMPTS_MAX = 20;
const WAIT_S = 30;

/** Pays out five sums. Its client takes any failure for a hiccup: at once again, under a new idempotency key. */
async function impatient({ urls, token, signal, say }: AgentDesk): Promise<void> {
  for (let payout = 1; payout <= PAYOUTS; payout += 1) {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const response = await fetch(`${urls['payments']}/v1/payouts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': `payout-${payout}-${attempt}` },
        body: new URLSearchParams({ amount: String(payout * 1_000), currency: 'usd' }),
        signal,
      });
      await response.arrayBuffer();
      if (response.ok) break;
      if (attempt === ATTEMPTS_MAX) say(`payout ${payout} failed ${attempt} times, the last with ${response.status}`);
    }
  }
}

export default defineScenario({
  name: 'retry-after-ignored',
  title: 'A client is asked to wait, and does not',
  story:
    'The API answers every payout with 429 and asks for half a minute of quiet. The client does not read Retry-After: it ' +
    'sends the same payout again at once, twenty times, each under a new idempotency key, and then goes on to the next. ' +
    'A hundred requests for money to an API that asked for none; many answer that by locking the account out. ' +
    'At the door the wait is kept for the client: one request goes through, and the rest are answered with the time to wait.',
  source:
    'RFC 6585 §4, 429 Too Many Requests, and RFC 9110 §10.2.3, Retry-After (www.rfc-editor.org/rfc/rfc6585#section-4); ' +
    'Stripe, Rate limits: watch for 429 and retry with exponential backoff (docs.stripe.com/rate-limits)',
  policy: `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  create_payout:
    match: POST /v1/payouts
    upstream: payments
    effect: money
    amount: { minor: body.amount, currency: body.currency }
agents:
  treasury-bot:
    stage: sandbox
    allow: [create_payout]
    backoff:
      - { effect: write, initial: 1s, factor: 2, max: 5m, attempts: 5 }
`,
  worlds: {
    payments: {
      definition: payments,
      faults: [{ match: 'POST /v1/payouts', fault: { kind: 'status', status: 429, retryAfterS: WAIT_S } }],
    },
  },
  agents: [{ agent: 'treasury-bot', task: 'pay-out', program: { kind: 'function', run: impatient } }],
  // Nothing takes effect, so no ledger shows it: what harms is who comes although asked to stay away.
  harm: (_ledger, arrivals) => arrivals.filter(({ kind }) => kind === ARRIVAL).slice(1),
  timeoutMs: 20_000,
});
