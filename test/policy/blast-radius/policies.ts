import { formatProblem, loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';

/** A policy with three money routes, a free read and two agents; `rules` go under each agent, `shared` at the end. */
export function policyWith(rules: Readonly<Record<'one' | 'two', string>>, shared = ''): LoadedPolicy {
  const text = `
version: 1
upstreams:
  bank:
    url: https://bank.example
    credential: { env: BANK_KEY, as: bearer }
    timeouts: { head: 60s }
routes:
  read: { match: GET /read, upstream: bank, effect: read, pii: true }
  refund: { match: POST /refunds, upstream: bank, effect: money, amount: { minor: body.amount, currency: USD } }
  payout: { match: POST /payouts, upstream: bank, effect: money, amount: { minor: body.amount, currency: body.currency } }
  fee: { match: POST /fees, upstream: bank, effect: destructive, amount: { fixed: 2 USD } }
agents:
  one:
    stage: production
    allow: [read, refund, payout, fee]
${rules.one}
  two:
    stage: shadow
    allow: [read, { route: refund, when: "body.amount < 100" }]
${rules.two}
${shared}`;
  const loaded = loadPolicy(text, 'p.yaml');
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n') + text);
  return loaded.value;
}
