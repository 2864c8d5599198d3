import type { LoadedPolicy } from '../../src/policy/index.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { answerable } from '../door/simple-shadow.ts';
import type { AgentTerms, BudgetTerms, Terms } from './terms.ts';
import { policyText } from './terms.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Within all limits, always: whoever refuses everything is caught by it. */
const canary: AgentTerms = {
  agent: 'canary',
  stage: 'production',
  allow: ['get_charge', 'create_refund'],
  budgets: [{ routes: ['create_refund'], cents: 5_000_00, per: { timeZone: 'UTC' } }],
  rates: [{ route: 'create_refund', max: 1_000, perMs: HOUR_MS }],
  once: ['create_refund'],
};

const refunder = (cents: number, timeZone: string, rate: number): AgentTerms => ({
  agent: 'refunder',
  stage: 'production',
  allow: ['get_charge', 'create_refund'],
  budgets: [{ routes: ['create_refund'], cents, per: { timeZone } }],
  rates: [{ route: 'create_refund', max: rate, perMs: 10 * MINUTE_MS }],
  once: ['create_refund'],
  fresh: { route: 'create_refund', maxAgeMs: MINUTE_MS },
  inflight: 3,
});

const payer = (cents: number, perMs: number, onTrip: 'deny' | 'kill'): AgentTerms => ({
  agent: 'payer',
  stage: 'production',
  allow: ['create_payout', 'get_charge'],
  budgets: [{ routes: ['create_payout'], cents, per: { ms: perMs }, onTrip }],
  rates: [{ route: 'create_payout', max: 8, perMs: 5 * MINUTE_MS }],
  once: [],
  inflight: 4,
  more: `backoff: [{ route: create_payout, initial: 1s, factor: 2, max: 1m, attempts: 6 }]
triggers: [{ same: call, count: 7, within: 60s }, { errorRate: 70%, within: 5m }]`,
});

const clerk = (aboveCents: number): AgentTerms => ({
  agent: 'clerk',
  stage: 'production',
  allow: ['get_charge', 'create_refund', 'write_note'],
  budgets: [{ routes: ['create_refund'], cents: 120_00, per: { timeZone: 'Asia/Tokyo' }, onTrip: 'deny' }],
  rates: [{ route: 'write_note', max: 5, perMs: MINUTE_MS }],
  once: ['create_refund'],
  approvalAboveCents: aboveCents,
  resumePeople: 2,
  more: 'triggers: [{ denials: 9, within: 60s }]',
});

const closer: AgentTerms = {
  agent: 'closer',
  stage: 'production',
  allow: ['get_charge', 'close_charge', 'write_note'],
  budgets: [],
  rates: [{ route: 'close_charge', max: 6, perMs: 5 * MINUTE_MS }],
  once: ['close_charge'],
  inflight: 2,
};

const unready = (agent: string, stage: 'sandbox' | 'staging' | 'shadow'): AgentTerms => ({
  agent,
  stage,
  allow: ['get_charge', 'create_payout', 'write_note'],
  budgets: [{ routes: ['create_payout'], cents: 50_00, per: { ms: HOUR_MS }, onTrip: 'freeze' }],
  rates: [],
  once: ['write_note'],
});

const sandboxer = unready('sandboxer', 'sandbox');
const trainee = unready('trainee', 'staging');
const shadower = unready('shadower', 'shadow');

/** As a refunder, and in shadow for now: it is after the same charges. */
const apprentice = (stage: 'staging' | 'shadow' | 'production', cents: number): AgentTerms => ({
  agent: 'apprentice',
  stage,
  allow: ['get_charge', 'create_refund', 'write_note'],
  budgets: [{ routes: ['create_refund'], cents, per: { timeZone: 'Europe/Berlin' }, onTrip: 'deny' }],
  rates: [{ route: 'create_refund', max: 5, perMs: 10 * MINUTE_MS }],
  once: ['create_refund'],
  fresh: { route: 'create_refund', maxAgeMs: 10 * MINUTE_MS },
  inflight: 3,
});

/** Who plays together, and how their limits may be changed from one start to the next. */
const CASTS: readonly (readonly Terms[])[] = [
  [
    {
      agents: [canary, refunder(40_00, 'America/New_York', 6), trainee, apprentice('shadow', 60_00)],
      shared: [],
      breaker: false,
    },
    {
      agents: [canary, refunder(60_00, 'Europe/Berlin', 4), trainee, apprentice('shadow', 80_00)],
      shared: [],
      breaker: false,
    },
  ],
  [
    { agents: [canary, payer(50_00, HOUR_MS, 'deny'), sandboxer], shared: [], breaker: true },
    { agents: [canary, payer(35_00, 2 * HOUR_MS, 'kill'), sandboxer], shared: [], breaker: false },
  ],
  [
    { agents: [canary, clerk(15_00), closer, apprentice('shadow', 50_00)], shared: [], breaker: false },
    // It is promoted, and sent back at the next start under the first policy.
    { agents: [canary, clerk(20_00), closer, apprentice('production', 50_00)], shared: [], breaker: true },
  ],
  [
    {
      agents: [
        canary,
        refunder(90_00, 'UTC', 12),
        payer(80_00, HOUR_MS, 'deny'),
        shadower,
        apprentice('shadow', 70_00),
      ],
      shared: [{ routes: ['create_payout', 'create_refund'], cents: 100_00, per: { ms: 3 * HOUR_MS }, onTrip: 'deny' }],
      breaker: true,
    },
    {
      agents: [
        canary,
        refunder(90_00, 'UTC', 12),
        payer(60_00, HOUR_MS, 'kill'),
        shadower,
        apprentice('staging', 70_00),
      ],
      shared: [{ routes: ['create_payout', 'create_refund'], cents: 90_00, per: { ms: 3 * HOUR_MS }, onTrip: 'deny' }],
      breaker: true,
    },
  ],
  [
    {
      agents: [
        canary,
        refunder(70_00, 'Asia/Kolkata', 9),
        payer(70_00, HOUR_MS / 2, 'kill'),
        clerk(15_00),
        closer,
        sandboxer,
        trainee,
      ],
      shared: [],
      breaker: true,
    },
    {
      agents: [
        canary,
        refunder(50_00, 'Asia/Kolkata', 9),
        payer(90_00, HOUR_MS, 'deny'),
        clerk(25_00),
        closer,
        sandboxer,
        trainee,
      ],
      shared: [],
      breaker: true,
    },
  ],
  // Everybody has to be promoted, and is demoted, under one policy and the other.
  [
    {
      agents: [canary, refunder(40_00, 'UTC', 6), payer(50_00, HOUR_MS, 'deny'), clerk(15_00)],
      shared: [],
      breaker: false,
      promotions: true,
    },
    {
      agents: [canary, refunder(60_00, 'UTC', 4), payer(35_00, HOUR_MS, 'kill'), clerk(20_00)],
      shared: [],
      breaker: false,
      promotions: true,
    },
  ],
  [
    {
      agents: [canary, refunder(60_00, 'Asia/Tokyo', 9), closer, apprentice('production', 60_00)],
      shared: [{ routes: ['create_refund'], cents: 300_00, per: { ms: 3 * HOUR_MS }, onTrip: 'deny' }],
      breaker: true,
      promotions: true,
    },
  ],
];

/** A policy as the door takes it and as the oracle checks it. */
export interface Cast {
  readonly terms: Terms;
  readonly policy: LoadedPolicy;
}

const LOADED = new Map<Terms, Cast>();

/** Every policy that one story may start under. */
export function castsOf(number: number): readonly Cast[] {
  return (CASTS[number % CASTS.length] as readonly Terms[]).map((terms) => {
    let cast = LOADED.get(terms);
    if (cast === undefined) LOADED.set(terms, (cast = { terms, policy: loaded(terms) }));
    return cast;
  });
}

/** The same with everything a little tighter: what may be loaded while the door is open. */
export function tightened({ terms }: Cast): Cast {
  let tight = TIGHTENED.get(terms);
  if (tight === undefined) {
    const less = (cents: number): number => Math.max(1_00, Math.floor(cents * 0.8));
    const budget = (one: BudgetTerms): BudgetTerms => ({ ...one, cents: less(one.cents) });
    const agent = (one: AgentTerms): AgentTerms => ({
      ...one,
      budgets: one.budgets.map(budget),
      rates: one.rates.map((rate) => ({ ...rate, max: Math.max(1, rate.max - 1) })),
      ...(one.approvalAboveCents !== undefined && { approvalAboveCents: less(one.approvalAboveCents) }),
    });
    const tighter = { ...terms, agents: terms.agents.map(agent), shared: terms.shared.map(budget) };
    TIGHTENED.set(terms, (tight = { terms: tighter, policy: loaded(tighter) }));
  }
  return tight;
}

const TIGHTENED = new Map<Terms, Cast>();

function loaded(terms: Terms): LoadedPolicy {
  const result = loadPolicy(policyText(terms), 'simulation.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.failure, null, 2));
  result.value.prepare();
  return answerable(result.value);
}
