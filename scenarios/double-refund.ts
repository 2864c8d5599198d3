import { Stripe } from 'stripe';
import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

const CHARGES = 4;
/** The job's own attempts, on top of the retries that Stripe's client makes by itself. */
const ATTEMPTS_MAX = 2;

/** Refunds a third of some charges as goodwill, with Stripe's own client. */
async function goodwill({ urls, token, say }: AgentDesk): Promise<void> {
  const { hostname, port } = new URL(urls['payments'] ?? '');
  const stripe = new Stripe(token, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 2,
    telemetry: false,
  });
  const charges = await stripe.charges.list({ limit: 30 });
  const whole = charges.data.filter(({ amount_refunded, disputed }) => amount_refunded === 0 && !disputed);
  await Promise.all(whole.slice(0, CHARGES).map(({ id, amount }) => refundThird(stripe, id, amount, say)));
}

/**
 * Stripe's client sends an idempotency key and repeats it in its own retries, so those are safe. The bug is here: when
 * they are used up the job begins anew, with a new key, although it does not know what became of the first refund.
 */
async function refundThird(stripe: Stripe, charge: string, amount: number, say: AgentDesk['say']): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      const refund = await stripe.refunds.create({ charge, amount: Math.floor(amount / 3) });
      if (refund.status === 'succeeded') return;
      say(`refund of ${charge} did not succeed, attempt ${attempt}`);
    } catch (error) {
      say(`refund of ${charge} failed (${error instanceof Error ? error.message : String(error)}), attempt ${attempt}`);
    }
  }
}

export default defineScenario({
  name: 'double-refund',
  title: 'A refund whose answer is lost is made twice',
  story:
    'Something between the job and Stripe takes every refund through and then resets the connection. ' +
    "Stripe's client retries with the same idempotency key, which is safe. When its retries are used up, the job catches " +
    'the error and calls refunds.create again: a new key, and a second partial refund of the same charge. ' +
    'At the door a refund whose outcome nobody saw counts as done, so the second is refused and names the first.',
  source:
    'Stripe API reference, Idempotent requests (docs.stripe.com/api/idempotent_requests): a repeated request is safe only ' +
    'under the key of the first',
  policy: `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer }, port: 0 }
routes:
  list_charges: { match: GET /v1/charges, upstream: payments, effect: read }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: sandbox
    allow: [list_charges, create_refund]
    once:
      - { route: create_refund, per: subject }
`,
  worlds: {
    payments: {
      definition: payments,
      faults: [{ match: 'POST /v1/refunds', fault: { kind: 'reset', when: 'after' } }],
    },
  },
  agents: [{ agent: 'refunds-bot', task: 'goodwill', program: { kind: 'function', run: goodwill } }],
  harm: (ledger) => {
    const refunded = new Set<string>();
    return ledger.filter(({ kind, subject }) => {
      const again = kind === 'refund' && refunded.has(subject);
      refunded.add(subject);
      return again;
    });
  },
  timeoutMs: 20_000,
});
