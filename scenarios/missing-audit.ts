import payments from '../mocks/payments.ts';
import { type Account, type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

/** Three bots, each with its own work, that share a key. */
const BOTS = ['returns-bot', 'goodwill-bot', 'disputes-bot'] as const;
const REFUNDS_EACH = 3;
const CENTS = 300;

/** Gives some charges a little back. Told that a refund needs a reason, it gives the ticket that it works on. */
const refunds =
  (bot: number) =>
  async ({ urls, token, ids, signal, say }: AgentDesk): Promise<void> => {
    const charges = (ids['charge'] ?? []).slice(bot * REFUNDS_EACH, (bot + 1) * REFUNDS_EACH);
    // Only in memory, and gone with the process: that was the bot's record of why.
    const tickets = new Map(charges.map((charge, index) => [charge, `T-${100 * (bot + 1) + index}`]));
    const refund = async (charge: string, reason: Readonly<Record<string, string>>): Promise<Response> => {
      const headers = { authorization: `Bearer ${token}` };
      const body = new URLSearchParams({ charge, amount: String(CENTS), ...reason });
      return fetch(`${urls['payments']}/v1/refunds`, { method: 'POST', headers, body, signal });
    };
    let named = false;
    for (const charge of charges) {
      const reason = { 'metadata[ticket]': tickets.get(charge) ?? '' };
      const response = await refund(charge, named ? reason : {});
      const { type = '' } = (await response.json()) as { type?: string };
      if (!type.endsWith('condition_false')) continue;
      say('told that it may refund only under a condition; names its ticket from here on');
      named = true;
      await (await refund(charge, reason)).arrayBuffer();
    }
  };

/** Somebody who asks in the morning gets an answer: which bot, on whose behalf, for which ticket. */
function isExplained(account: Account | undefined): boolean {
  const ticket = new URLSearchParams(account?.body ?? '').get('metadata[ticket]');
  return account !== undefined && account.task !== '' && /^T-\d+$/.test(ticket ?? '');
}

export default defineScenario({
  name: 'missing-audit',
  title: 'Money went out at night, and nobody can say who sent it, or why',
  story:
    'Three bots share one key and give a little back on whatever charges they can. In the morning somebody asks about one of them. The payments API knows ' +
    'the key and the time; which bot it was, and for which ticket, stood in the memory of processes that have ended. Whatever ' +
    'the answer is, it is a guess. At the door each bot has a grant of its own for its own task, each refund stands in the ' +
    'journal before it is sent, and one that names no ticket is refused: every cent that left has its who and its why.',
  source:
    'Bates v Post Office Ltd (No 6: Horizon Issues) [2019] EWHC 3408 (QB): transactions could be put into branch accounts from ' +
    'afar without the branch knowing; OWASP Top 10 2021, A09 Security Logging and Monitoring Failures',
  policy: `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
${BOTS.map(
  (bot) => `  ${bot}:
    stage: sandbox
    allow: [{ route: create_refund, when: "has(body.metadata) && has(body.metadata.ticket)" }]
    budgets: [{ max: 100 USD, per: 24h }]`,
).join('\n')}
`,
  worlds: { payments: { definition: payments } },
  agents: BOTS.map((agent, bot) => ({ agent, task: 'refunds', program: { kind: 'function', run: refunds(bot) } })),
  harm: (ledger, _arrivals, accountOf) => ledger.filter((entry) => entry.write && !isExplained(accountOf(entry))),
  timeoutMs: 20_000,
});
