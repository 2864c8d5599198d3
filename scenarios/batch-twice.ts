import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

/** The month's payments: which seller, how many cents, under which number. */
const BATCH = Array.from({ length: 12 }, (_, index) => ({
  number: `2025-12-${String(index + 1).padStart(3, '0')}`,
  seller: index % 3,
  cents: 1_800 + 137 * index,
}));

/** Pays the batch, and then pays it as the other job does that was never taken off the schedule. */
async function payBatch({ urls, token, ids, signal, say }: AgentDesk): Promise<void> {
  const accounts = ids['account'] ?? [];
  for (const job of ['monthly', 'monthly-old']) {
    let paid = 0;
    for (const { number, seller, cents } of BATCH) {
      const form = { amount: String(cents), currency: 'usd', destination: accounts[seller] ?? '', description: number };
      const response = await fetch(`${urls['payments']}/v1/transfers`, {
        method: 'POST',
        // Each job makes keys of its own: for the API these are different payments.
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': `${job} ${number}` },
        body: new URLSearchParams(form),
        signal,
      });
      await response.arrayBuffer();
      if (response.ok) paid += 1;
    }
    say(`job ${job}: ${paid} of ${BATCH.length} paid`);
  }
}

export default defineScenario({
  name: 'batch-twice',
  title: "The month's payments go out twice, by two schedules",
  story:
    'A batch of twelve payments has two schedules, for nobody took the old job off. The second run makes idempotency keys of ' +
    'its own, so that the API sees twelve new payments, and pays every seller twice. At the door a payment is known by its ' +
    'number: the second run is told of each that it has taken place, and which call did it.',
  source:
    'Santander UK, 25 December 2021 (its own statement, reported by The Times and BBC News): by a scheduling issue 75,000 ' +
    'payments of 2,000 business customers went out twice, 130 million pounds',
  policy: `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  create_transfer:
    match: POST /v1/transfers
    upstream: payments
    effect: money
    subject: "payment:{body.description}"
    amount: { minor: body.amount, currency: USD }
agents:
  batch-bot:
    stage: sandbox
    allow: [create_transfer]
    once: [{ route: create_transfer, per: subject }]
    budgets: [{ max: 1000 USD, per: day, timezone: UTC }]
`,
  worlds: { payments: { definition: payments } },
  agents: [{ agent: 'batch-bot', task: 'december', program: { kind: 'function', run: payBatch } }],
  harm: (ledger) => {
    // No two payments of a batch are of one amount.
    const paid = new Set<bigint>();
    return ledger.filter(({ moneyOut }) => {
      const again = moneyOut !== null && paid.has(moneyOut.micros);
      if (moneyOut !== null) paid.add(moneyOut.micros);
      return again;
    });
  },
  timeoutMs: 20_000,
});
