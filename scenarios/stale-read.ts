import { setTimeout as sleepMs } from 'node:timers/promises';
import payments from '../mocks/payments.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

const CHARGES = 4;
/** What a model takes to make up its mind, shortened. */
const THINKING_MS = 150;
/** How often the support desk looks, and how often it does so at most. */
const LOOK_MS = 10;
const LOOKS_MAX = 1_000;

interface Charge {
  readonly id: string;
  readonly amount: number;
  readonly amount_refunded: number;
  readonly disputed: boolean;
}

/** Reads its whole queue first, then works through it: what it read is older with every charge. */
async function worksThroughQueue(desk: AgentDesk): Promise<void> {
  const queue: Charge[] = [];
  for (const id of await queueOf(desk)) queue.push(await read(desk, id));
  for (const charge of queue) {
    await sleepMs(THINKING_MS, undefined, { signal: desk.signal });
    const refused = await refundThird(desk, charge);
    if (refused === undefined) continue;
    desk.say(`refund of ${charge.id} refused: ${refused}`);
    const now = await read(desk, charge.id);
    if (now.amount_refunded > 0) desk.say(`${charge.id} was refunded meanwhile; left alone`);
    else await refundThird(desk, now);
  }
}

/** Two customers of the queue call, and a colleague refunds them by hand. */
async function answersTheTelephone(desk: AgentDesk): Promise<void> {
  const ids = await queueOf(desk);
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    // The bot has begun, so it has read everything it will decide on.
    if ((await read(desk, ids[0] ?? '')).amount_refunded > 0) break;
    await sleepMs(LOOK_MS, undefined, { signal: desk.signal });
  }
  for (const id of ids.slice(-2)) await refundThird(desk, await read(desk, id));
}

/** The same for both, also once the bot has begun: a charge that is given back a third still has two. */
async function queueOf(desk: AgentDesk): Promise<readonly string[]> {
  const response = await ask(desk, '/v1/charges?limit=30');
  const { data } = (await response.json()) as { data: readonly Charge[] };
  return data
    .filter(({ amount, amount_refunded, disputed }) => amount_refunded * 3 <= amount && !disputed)
    .map(({ id }) => id)
    .toSorted()
    .slice(0, CHARGES);
}

async function read(desk: AgentDesk, id: string): Promise<Charge> {
  return (await (await ask(desk, `/v1/charges/${id}`)).json()) as Charge;
}

/** Why it was refused; `undefined` where it was not. */
async function refundThird(desk: AgentDesk, { id, amount }: Charge): Promise<string | undefined> {
  const body = new URLSearchParams({ charge: id, amount: String(Math.floor(amount / 3)) });
  const response = await ask(desk, '/v1/refunds', { method: 'POST', body });
  const { detail } = (await response.json()) as { detail?: string };
  return response.ok ? undefined : (detail ?? String(response.status));
}

function ask({ urls, token, signal }: AgentDesk, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${urls['payments']}${path}`, { ...init, headers: { authorization: `Bearer ${token}` }, signal });
}

export default defineScenario({
  name: 'stale-read',
  title: 'A bot refunds what a colleague has refunded meanwhile',
  story:
    'A bot reads its queue of charges, and then decides on one after the other, each a little later than it was read. ' +
    'Two of the customers call, and a colleague gives them their third back by hand. The bot still sees the charge as it ' +
    'was, and gives it again: every call is valid by itself, and the API accepts both. ' +
    'At the door a write counts only on a fresh read, and what was changed since is not fresh: the bot is told to look ' +
    'again, does, and leaves the two alone.',
  source:
    'The lost update problem: RFC 9110 §13.1.1, If-Match (www.rfc-editor.org/rfc/rfc9110#section-13.1.1); ' +
    'CWE-367, Time-of-check Time-of-use Race Condition (cwe.mitre.org/data/definitions/367.html)',
  policy: `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  list_charges: { match: GET /v1/charges, upstream: payments, effect: read }
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: sandbox
    allow: [list_charges, get_charge, create_refund]
    fresh:
      - { route: create_refund, read: get_charge, maxAge: 60s }
  support-desk:
    stage: sandbox
    allow: [list_charges, get_charge, create_refund]
`,
  worlds: { payments: { definition: payments } },
  agents: [
    { agent: 'refunds-bot', task: 'goodwill', program: { kind: 'function', run: worksThroughQueue } },
    { agent: 'support-desk', task: 'telephone', program: { kind: 'function', run: answersTheTelephone } },
  ],
  harm: (ledger) => {
    const refunded = new Set<string>();
    return ledger.filter(({ kind, subject }) => {
      const again = kind === 'refund' && refunded.has(subject);
      if (kind === 'refund') refunded.add(subject);
      return again;
    });
  },
  timeoutMs: 20_000,
});
