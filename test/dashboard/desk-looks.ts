import type { z } from 'zod';
import type { GrantLine } from '../../src/control/contract/grants.ts';
import type { HoldRow, HoldView } from '../../src/control/contract/holds.ts';
import type {
  GateView,
  PageView,
  ReplayView,
  ReviewItem,
  ReviewQueue,
  StopView,
} from '../../src/control/contract/lookups.ts';
import type { PolicyView, RulePlace } from '../../src/control/contract/policy.ts';
import type { UserView } from '../../src/control/contract/session.ts';

/** Made-up answers for the views in which people decide, read and review. */
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const MINUTE = 60_000;
const DAY = 86_400_000;

export const holdRow = (more: Partial<HoldRow> = {}): HoldRow => ({
  call: 'call_3f1c0a',
  agent: 'refunds-bot',
  route: 'create_refund',
  effect: 'money',
  subject: 'charge:ch_1041',
  amount: '150.00 USD',
  sentence: 'Create a refund of 150.00 USD for charge ch_1041.',
  rules: ['refunds-bot.approval[0]'],
  since: ago(4 * MINUTE),
  expiresAt: ago(-26 * MINUTE),
  frozen: false,
  ...more,
});

export const holdView = (more: Partial<HoldView> = {}): HoldView => ({
  ...holdRow(),
  state: 'pending',
  review: null,
  usedBy: null,
  task: 'refunds of ticket 4711',
  session: 'night-7',
  upstream: 'payments',
  heldBy: [
    {
      rule: 'refunds-bot.approval[0]',
      reason: 'approval_required',
      text: 'a person has to approve it (150.00 USD; the limit is 100.00 USD)',
      observed: '150.00 USD',
      limit: '100.00 USD',
    },
  ],
  leadsTo: 'sent',
  obstacles: [],
  changes: [
    { kind: 'limit', what: 'refunds-bot.rates[0]', before: '99 left of 100 in 1h', after: '98 left', weighs: false },
    {
      kind: 'limit',
      what: 'refunds-bot.budgets[0]',
      before: '210.00 USD left of 500.00 USD in 1d',
      after: '60.00 USD left',
      weighs: true,
    },
    {
      kind: 'once',
      what: 'refunds-bot.once[0]',
      before: 'create_refund of charge ch_1041: not done',
      after: 'done; never again',
      weighs: true,
    },
    {
      kind: 'subject',
      what: 'create_refund of charge ch_1041, in all',
      before: '0.00 USD',
      after: '150.00 USD',
      weighs: false,
    },
    {
      kind: 'agent',
      what: 'moved by refunds-bot since 2026-11-28 00:00 UTC',
      before: '290.00 USD',
      after: '440.00 USD',
      weighs: false,
    },
  ],
  seen: {
    call: 'call_3f1c09',
    request: 'GET /v1/charges/ch_1041',
    at: ago(4 * MINUTE + 3_000),
    status: 200,
    fields: [
      { name: 'id', value: 'ch_1041' },
      { name: 'amount', value: '24900' },
      { name: 'currency', value: 'usd' },
      { name: 'refunded', value: 'false' },
      { name: 'customer', value: 'cus_88' },
      { name: 'billing_details.email', value: '[person 3f2a91]' },
    ],
    more: 14,
  },
  earlier: [
    {
      call: 'call_2a',
      at: ago(3 * DAY),
      text: 'support-bot wanted to create a refund of 249.00 USD for charge ch_1041 at 02:14:07 UTC on 25 Nov 2026; refused: the amount was too large for one call (249.00 USD; the limit is 200.00 USD).',
    },
  ],
  request: {
    method: 'POST',
    target: '/v1/refunds',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': 'ticket-4711' },
    fields: [
      { name: 'charge', value: 'ch_1041' },
      { name: 'amount', value: '15000' },
      { name: 'reason', value: 'requested_by_customer' },
      { name: 'metadata[ticket]', value: '4711' },
    ],
    opaque: null,
  },
  notes: [
    {
      at: ago(4 * MINUTE + 1_000),
      text: 'The customer sent photographs of the broken lamp. I refund the part that broke.',
    },
  ],
  ...more,
});

/** As it is when somebody looks too late: its agent froze and its budget went elsewhere. */
export const stuckHold = (): HoldView =>
  holdView({
    frozen: true,
    leadsTo: 'refused',
    obstacles: [
      {
        rule: 'freeze',
        reason: 'agent_frozen',
        text: 'the agent was stopped, and no human had resumed it (frozen by guard:refunds-bot.triggers[0])',
        lifts: 'person',
        at: null,
      },
      {
        rule: 'refunds-bot.budgets[0]',
        reason: 'budget_exceeded',
        text: 'the budget was used up (590.00 USD; the limit is 500.00 USD per day (UTC))',
        lifts: 'time',
        at: ago(-11 * 60 * MINUTE),
      },
    ],
  });

export const reviewItem = (index: number, more: Partial<ReviewItem> = {}): ReviewItem => ({
  call: `call_${index}`,
  at: ago(index * MINUTE),
  agent: 'support-bot',
  route: 'create_refund',
  stage: 'shadow',
  subject: `charge:ch_${index}`,
  amount: `${20 + index}.00 USD`,
  verdict: 'capture',
  anomalies: index % 4 === 0 ? ['large_amount'] : [],
  story: [
    'task     "refunds of ticket 4711", session night-7',
    `means    create_refund (money) on charge:ch_${index}`,
    `moves    ${20 + index}.00 USD`,
    'verdict  capture: in shadow, nothing was sent',
    '',
    'POST /v1/refunds  to payments',
    `charge = "ch_${index}"`,
    `amount = "${(20 + index) * 100}"`,
    '',
    'It had seen and done before:',
    `  02:14:07  get_charge charge:ch_${index} → 200 {"id":"ch_${index}","amount":${(20 + index) * 100},"refunded":false}`,
    'It said:',
    `  "cus_88 asks $${20 + index}.00 of ch_${index} back. I refund it."`,
  ],
  ...more,
});

export const reviewQueue = (count = 12): ReviewQueue => ({
  agent: null,
  by: 'rhea',
  chosen: 48,
  reviewed: 30,
  left: 18,
  items: Array.from({ length: count }, (_, index) => reviewItem(index + 1)),
});

export const policyView = (): PolicyView => ({
  digest: 'a3f1'.repeat(16),
  file: 'interlock.yaml',
  since: ago(2 * DAY),
  text: `version: 1
upstreams:
  payments: { url: https://api.payments.example, credential: { env: PAYMENTS_KEY, as: bearer } }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, create_refund]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    once: [{ route: create_refund, per: subject }]
    approval: [{ route: create_refund, above: 100 USD, expires: 30m }]
`,
  includes: {
    'routes.yaml': 'routes:\n  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read }\n',
  },
  agents: [
    {
      agent: 'refunds-bot',
      stage: 'production',
      moneyPerDay: ['500.00 USD'],
      callsPerHour: [
        { effect: 'money', calls: 100 },
        { effect: 'read', calls: null },
      ],
      pii: ['get_customer'],
      destructive: [],
      writes: ['create_refund'],
    },
    {
      agent: 'archive-bot',
      stage: 'shadow',
      moneyPerDay: [],
      callsPerHour: [{ effect: 'destructive', calls: 1_200 }],
      pii: [],
      destructive: ['delete_order'],
      writes: ['delete_order', 'update_order'],
    },
  ],
  total: {
    moneyPerDay: ['500.00 USD', 'unbounded EUR'],
    callsPerHour: [{ effect: 'money', calls: 100 }],
    pii: ['get_customer'],
    destructive: ['delete_order'],
    writes: ['create_refund', 'delete_order', 'update_order'],
  },
});

export const rulePlace = (): RulePlace => ({
  rule: 'refunds-bot.approval[0]',
  file: 'interlock.yaml',
  line: 10,
  lines: ['    approval: [{ route: create_refund, above: 100 USD, expires: 30m }]'],
});

export const gates = (): GateView[] => [
  {
    agent: 'refunds-bot',
    to: 'limited',
    step: null,
    verdict: 'INCONCLUSIVE',
    at: ago(5 * 60 * MINUTE),
    current: true,
    lacking: [
      { criterion: 'reviewed', class: 'create_refund', text: '31 of 60 reviewed', daysLeft: 2.4 },
      { criterion: 'days', class: null, text: '9 days of shadow, 14 are asked for', daysLeft: 5 },
    ],
  },
  { agent: 'catalog-bot', to: 'production', step: 2, verdict: 'PASS', at: ago(DAY), current: true, lacking: [] },
  {
    agent: 'mailer',
    to: 'limited',
    step: null,
    verdict: 'FAIL',
    at: ago(2 * DAY),
    current: false,
    lacking: [
      { criterion: 'harm', class: 'send_mail', text: '3 of 212 found wrong; at most 0.5 % may be', daysLeft: null },
    ],
  },
];

export const replays = (): ReplayView[] => [
  {
    name: 'tighter refunds',
    at: ago(DAY),
    candidate: { file: 'candidate.yaml', digest: 'b2'.repeat(32) },
    calls: 18_402,
    changes: [
      { kind: 'newly_denied', calls: 41, money: ['3,120.00 USD'], certain: 38 },
      { kind: 'newly_held', calls: 12, money: ['1,900.00 USD'], certain: 12 },
    ],
    unjudged: 3,
  },
];

export const pages = (): PageView[] => [
  {
    page: 'page_17_9f86',
    kind: 'freeze',
    agent: 'refunds-bot',
    since: ago(4 * MINUTE),
    waiting: { slack: 3 },
    abandoned: ['pagerduty'],
  },
  { page: 'page_12_11aa', kind: 'hold', agent: 'refunds-bot', since: ago(30 * MINUTE), waiting: {}, abandoned: [] },
];

export const stops = (): { stops: StopView[]; unseen: string[] } => ({
  stops: [
    {
      seq: 20_420,
      at: ago(4 * MINUTE),
      kind: 'freeze',
      agent: 'refunds-bot',
      by: 'guard:refunds-bot.triggers[0]',
      reason: 'runaway',
      severed: 0,
    },
    {
      seq: 19_000,
      at: ago(DAY),
      kind: 'resume',
      agent: 'mailer',
      by: 'human:ann',
      reason: 'looked at, all fine',
      severed: 0,
    },
  ],
  unseen: [],
});

export const users = (): UserView[] => [
  { name: 'ann', roles: ['approver'], by: 'token', addedBy: 'root', addedAt: ago(9 * DAY) },
  { name: 'rhea', roles: ['viewer', 'reviewer'], by: 'oidc', addedBy: 'ann', addedAt: ago(2 * DAY) },
];

export const grants = (): z.infer<typeof GrantLine>[] => [
  {
    grant: 'grant_9a',
    agent: 'refunds-bot',
    task: 'refunds of ticket 4711',
    environment: 'production',
    routes: ['get_charge', 'create_refund'],
    expiresAt: ago(-8 * 60 * MINUTE),
    parent: null,
    state: 'live',
  },
  {
    grant: 'grant_8f',
    agent: 'refunds-bot',
    task: 'yesterday',
    environment: 'production',
    routes: null,
    expiresAt: ago(10 * 60 * MINUTE),
    parent: null,
    state: 'expired',
  },
];
