import payments from '../mocks/payments.ts';
import { type AgentDesk, ARRIVAL, defineScenario } from '../src/lab/sandbox/scenario.ts';

/** The tool, the step that called it, and the plan around the step: each tries four times. */
const LAYERS = ['tool', 'step', 'plan'] as const;
const ATTEMPTS = 4;
/** What one try of the innermost layer comes to: as many as anybody meant to send. */
const MEANT = ATTEMPTS;

type Attempt = () => Promise<boolean>;

/** Each layer is sensible by itself. Nobody counts what they come to together. */
const insist =
  (attempt: Attempt): Attempt =>
  async () => {
    for (let tried = 1; tried <= ATTEMPTS; tried += 1) if (await attempt()) return true;
    return false;
  };

async function payOut({ urls, token, signal, say }: AgentDesk): Promise<void> {
  let sent = 0;
  const once: Attempt = async () => {
    sent += 1;
    const response = await fetch(`${urls['payments']}/v1/payouts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams({ amount: '2500', currency: 'usd' }),
      signal,
    });
    await response.arrayBuffer();
    return response.ok;
  };
  await LAYERS.reduce((inner) => insist(inner), once)();
  say(`one payout, ${sent} attempts`);
}

export default defineScenario({
  name: 'cascading-retries',
  title: 'Three layers that each retry four times make sixty-four requests of one',
  story:
    'A payout endpoint fails while it is overloaded. The agent’s tool tries four times, the step that called the tool four ' +
    'times, and the plan around the step four times: sixty-four requests for one payout, just when the endpoint can bear them ' +
    'least. With a crowd of agents that is how an overload feeds itself. At the door all of them are one call that fails: ' +
    'its next attempt waits, whoever makes it.',
  source:
    'Beyer et al., Site Reliability Engineering (O’Reilly 2016), chapter 22, Addressing Cascading Failures ' +
    '(sre.google/sre-book/addressing-cascading-failures): retries at several layers multiply, and a single action may come to 64 ' +
    'attempts at the database',
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
      - { route: create_payout, initial: 10s, factor: 2, attempts: 4 }
`,
  worlds: {
    payments: {
      definition: payments,
      faults: [{ match: 'POST /v1/payouts', fault: { kind: 'status', status: 503 } }],
    },
  },
  agents: [{ agent: 'treasury-bot', task: 'pay-out', program: { kind: 'function', run: payOut } }],
  // Nothing takes effect: what harms is how often it was asked for.
  harm: (_ledger, arrivals) => arrivals.filter(({ kind }) => kind === ARRIVAL).slice(MEANT),
  timeoutMs: 20_000,
});
