import type { CallLine } from '../../src/control/contract/live.ts';
import type { AgentView, FreezeView, Gauge, Overview, Traffic } from '../../src/control/contract/overview.ts';
import { mayOf, type Role } from '../../src/control/contract/roles.ts';
import type { SessionView } from '../../src/control/contract/session.ts';

/** Made-up looks at a door, for what the page does with each. */
const before = (ms: number): string => new Date(Date.now() - ms).toISOString();

export function signedIn(name: string, ...roles: Role[]): SessionView {
  return { name, roles, may: [...mayOf(roles)], csrf: 'csrf-of-the-test', expiresAt: before(-3_600_000) };
}

export const traffic = (more: Partial<Traffic> = {}): Traffic => ({
  perSecond: 0,
  calls: 0,
  allowed: 0,
  denied: 0,
  held: 0,
  captured: 0,
  failed: 0,
  ...more,
});

export const budget = (agent: string, used: number, more: Partial<Gauge> = {}): Gauge => ({
  guard: 'budget',
  rule: `${agent}.budgets[0]`,
  routes: null,
  unit: 'money',
  limit: '500.00 USD',
  used: `${used.toFixed(2)} USD`,
  remaining: `${(500 - used).toFixed(2)} USD`,
  share: used / 500,
  windowMs: 86_400_000,
  freesAt: before(-3 * 3_600_000),
  perMinute: null,
  emptyInMs: null,
  ...more,
});

export const callRate = (agent: string, used: number, more: Partial<Gauge> = {}): Gauge => ({
  guard: 'rate',
  rule: `${agent}.rates[0]`,
  routes: ['create_refund'],
  unit: 'calls',
  limit: '100',
  used: String(used),
  remaining: String(100 - used),
  share: used / 100,
  windowMs: 3_600_000,
  freesAt: before(-60_000),
  perMinute: null,
  emptyInMs: null,
  ...more,
});

export const freeze = (more: Partial<FreezeView> = {}): FreezeView => ({
  at: before(4 * 60_000),
  trip: 'freeze',
  by: 'guard:refunds-bot.triggers[0]',
  reason: 'the same call 500 times within 60 s: create_refund of charge:ch_1041, 45.00 USD each',
  people: 1,
  assent: null,
  ...more,
});

export const agent = (name: string, more: Partial<AgentView> = {}): AgentView => ({
  agent: name,
  stage: 'production',
  step: null,
  standing: null,
  frozen: null,
  gauges: [],
  inFlight: 0,
  waiting: 0,
  traffic: traffic(),
  lastCallAt: null,
  ...more,
});

export function look(agents: readonly AgentView[], more: Partial<Overview> = {}): Overview {
  const sum = (field: keyof Traffic): number => agents.reduce((all, each) => all + each.traffic[field], 0);
  return {
    at: new Date().toISOString(),
    environment: 'production',
    mocked: false,
    policy: { digest: 'sha256:3f9a', file: 'interlock.yaml' },
    startedAt: before(5 * 3_600_000),
    journal: { seq: 120_331, disk: 'ok', diskSince: null },
    pages: { waiting: 0, abandoned: 0 },
    waiting: agents.reduce((all, each) => all + each.waiting, 0),
    frozen: agents.filter((each) => each.frozen !== null).length,
    traffic: {
      perSecond: sum('perSecond'),
      calls: sum('calls'),
      allowed: sum('allowed'),
      denied: sum('denied'),
      held: sum('held'),
      captured: sum('captured'),
      failed: sum('failed'),
    },
    agents: [...agents],
    ...more,
  };
}

/** A night in which something needs a human at every place where something can. */
export const busyNight = (): Overview =>
  look([
    agent('catalog-bot', {
      gauges: [
        callRate('catalog-bot', 12, { perMinute: '4', routes: null, limit: '600', share: 0.02, windowMs: 60_000 }),
      ],
      traffic: traffic({ perSecond: 38.2, calls: 81_204, allowed: 81_190, denied: 14 }),
      inFlight: 6,
      lastCallAt: before(0),
    }),
    agent('refunds-bot', {
      frozen: freeze({ people: 2, assent: { by: 'ann', until: before(-8 * 60_000) } }),
      gauges: [
        budget('refunds-bot', 427.5, { perMinute: '12.50 USD', emptyInMs: 348_000 }),
        callRate('refunds-bot', 61, { perMinute: '2', emptyInMs: 1_170_000 }),
      ],
      traffic: traffic({ calls: 2_114, allowed: 1_610, denied: 504 }),
      lastCallAt: before(4 * 60_000),
    }),
    agent('payables-bot', {
      stage: 'limited',
      step: 2,
      standing: {
        mayBe: 'production',
        unproven: 'shadow',
        ground: 'promotion',
        id: 'promo_7',
        until: before(-40 * 86_400_000),
      },
      waiting: 2,
      gauges: [budget('payables-bot', 120, { perMinute: '0.80 USD', emptyInMs: 28_500_000 })],
      traffic: traffic({ perSecond: 1.4, calls: 311, allowed: 290, denied: 3, held: 18 }),
      inFlight: 1,
      lastCallAt: before(900),
    }),
    agent('mailer', {
      stage: 'shadow',
      gauges: [callRate('mailer', 97, { routes: ['send_mail'], perMinute: '1', emptyInMs: 180_000 })],
      traffic: traffic({ perSecond: 0.6, calls: 97, captured: 97 }),
      lastCallAt: before(1_500),
    }),
    agent('archive-bot', { stage: 'sandbox' }),
  ]);

let seq = 0;

export function line(more: Partial<CallLine> = {}): CallLine {
  seq += 1;
  return {
    seq,
    at: new Date().toISOString(),
    call: `call_${seq}`,
    agent: 'catalog-bot',
    route: 'get_charge',
    effect: 'read',
    subject: `charge:ch_${seq}`,
    amount: null,
    verdict: 'allow',
    rule: null,
    reason: null,
    ...more,
  };
}
