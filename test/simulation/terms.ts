import type { Stage } from '../../src/engine/call.ts';

/** A budget as the policy states it and as the oracle counts it. */
export interface BudgetTerms {
  readonly routes: readonly string[];
  readonly cents: number;
  readonly per: { readonly timeZone: string } | { readonly ms: number };
  readonly onTrip?: 'deny' | 'freeze' | 'kill';
}

export interface RateTerms {
  readonly route: string;
  readonly max: number;
  readonly perMs: number;
}

/** What one agent may do, in as far as somebody outside can check it. */
export interface AgentTerms {
  readonly agent: string;
  readonly stage: Stage;
  readonly allow: readonly string[];
  readonly budgets: readonly BudgetTerms[];
  readonly rates: readonly RateTerms[];
  /** Routes that take effect once a subject. */
  readonly once: readonly string[];
  /** Reads that a write must rest on, and how old they may be. */
  readonly fresh?: { readonly route: string; readonly maxAgeMs: number };
  readonly inflight?: number;
  /** A human must approve refunds above so much. */
  readonly approvalAboveCents?: number;
  readonly resumePeople?: 2;
  /** More rules, as YAML: what the engine's own tests check, and what only moves this story along. */
  readonly more?: string;
}

export interface Terms {
  readonly agents: readonly AgentTerms[];
  /** Over all agents together. */
  readonly shared: readonly BudgetTerms[];
  readonly breaker: boolean;
  /** Nobody works for real without a promotion: everybody begins in shadow. */
  readonly promotions?: true;
}

/** Made for these stories; it opens nothing else. One key, so that one seed is one story. */
export const GATE_KEY = 'PRIVATE+KEY+gate.example/simulation+cba2a342+ARXUaPzXl5eLR4mrYIzChXaxKkrPcHXlFngwjjSFdTNl';
const GATE_VKEY = 'gate.example/simulation+cba2a342+AZ2AT+4zBVYGTq6oMWeszWV8G8SieYE+i4m7t+8qPKTV';

const dollars = (cents: number): string => `${(cents / 100).toFixed(2)} USD`;
const list = (items: readonly string[]): string => `[${items.join(', ')}]`;

function budgetText({ routes, cents, per, onTrip }: BudgetTerms): string {
  const window = 'timeZone' in per ? `per: day, timezone: ${per.timeZone}` : `per: ${per.ms / 1000}s`;
  return `{ routes: ${list(routes)}, max: ${dollars(cents)}, ${window}${onTrip === undefined ? '' : `, onTrip: ${onTrip}`} }`;
}

function agentText(terms: AgentTerms, promotions: true | undefined): string {
  const { agent, stage, allow, budgets, rates, once, fresh, inflight, approvalAboveCents, resumePeople, more } = terms;
  const lines = [
    `stage: ${stage}`,
    `allow: ${list(allow)}`,
    ...(budgets.length > 0 ? [`budgets: [${budgets.map(budgetText).join(', ')}]`] : []),
    ...(rates.length > 0
      ? [
          `rates: [${rates.map(({ route, max, perMs }) => `{ route: ${route}, max: ${max}, per: ${perMs / 1000}s }`).join(', ')}]`,
        ]
      : []),
    ...(once.length > 0 ? [`once: [${once.map((route) => `{ route: ${route}, per: subject }`).join(', ')}]`] : []),
    ...(fresh === undefined
      ? []
      : [`fresh: [{ route: ${fresh.route}, read: get_charge, maxAge: ${fresh.maxAgeMs / 1000}s }]`]),
    ...(inflight === undefined ? [] : [`inflight: ${inflight}`]),
    ...(approvalAboveCents === undefined
      ? []
      : [`approval: [{ route: create_refund, above: ${dollars(approvalAboveCents)}, expires: 30m }]`]),
    ...(promotions === undefined
      ? []
      : [`segment: ${list(allow.filter((route) => route !== 'get_charge').map(everybody))}`]),
    ...(resumePeople === undefined ? [] : ['resume: { people: 2 }']),
    ...(more === undefined ? [] : more.split('\n')),
  ];
  return `  ${agent}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

const everybody = (route: string): string => `{ route: ${route}, by: subject, share: 100% }`;

/** The policy file that says the same. */
export function policyText({ agents, shared, breaker, promotions }: Terms): string {
  const allowed = new Set(agents.flatMap(({ allow }) => allow));
  const routes = Object.entries(ROUTES).filter(([route]) => allowed.has(route));
  return `version: 1
environment: simulation
upstreams:
  payments:
    url: https://payments.example
    credential: { env: PAYMENTS_KEY, as: bearer }
    mock: ./payments.ts
${breaker ? '    breaker: { errors: 60%, within: 60s, minimum: 8, open: 20s, probes: 2 }\n' : ''}routes:
${routes.map(([route, text]) => `  ${route}: ${text}`).join('\n')}
agents:
${agents.map((terms) => agentText(terms, promotions)).join('\n')}
${promotions === true ? `promotion: { keys: ["${GATE_VKEY}"], people: 0, expires: 30d, limited: {}, production: {} }\n` : ''}${shared.length > 0 ? `budgets: [${shared.map(budgetText).join(', ')}]\n` : ''}notify:
  - { webhook: { url: "https://ops.example/a", secret: { env: HOOK_A } }, on: [freeze, hold, resume] }
  - { webhook: { url: "https://ops.example/b", secret: { env: HOOK_B } }, on: [freeze, resume] }
`;
}

const ROUTES = {
  get_charge: `{ match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }`,
  create_refund: `{ match: POST /v1/refunds, upstream: payments, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }`,
  create_payout: `{ match: POST /v1/payouts, upstream: payments, effect: money, subject: "account:{body.account}", amount: { minor: body.amount, currency: USD } }`,
  close_charge: `{ match: "POST /v1/charges/{id}/close", upstream: payments, effect: write, subject: "charge:{id}", precondition: { read: "GET /v1/charges/{id}", require: "response.body.open == true" } }`,
  write_note: `{ match: "POST /v1/charges/{id}/notes", upstream: payments, effect: write, subject: "charge:{id}" }`,
} as const;
