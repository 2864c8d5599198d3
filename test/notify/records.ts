import type { AgentId, CallId, GrantId, RouteId } from '../../src/engine/ids.ts';
import type {
  CallEntry,
  FreezeEntry,
  PageEntry,
  PolicyEntry,
  ResumeEntry,
  StandingCause,
  StandingEntry,
} from '../../src/journal/index.ts';
import type { PageKind } from '../../src/policy/index.ts';

const agentId = (name: string): AgentId => name as AgentId;

export const EVERYTHING: readonly PageKind[] = ['freeze', 'hold', 'resume', 'stage'];

export function freeze(at: number, agent = 'bot', more: Partial<FreezeEntry> = {}): FreezeEntry {
  const by = 'guard:bot.budgets[0]';
  const caused = { trip: 'freeze', by, reason: 'budget_exceeded', call: null, severed: [] } as const;
  return { kind: 'freeze', at, agent: agentId(agent), ...caused, ...more };
}

export function resume(at: number, agent = 'bot'): ResumeEntry {
  return { kind: 'resume', at, agent: agentId(agent), by: 'human:ann', reason: 'looked at it' };
}

/** A call as the door writes it down, of 120 USD unless told otherwise. */
export function call(at: number, id: string, more: Partial<CallEntry> = {}): CallEntry {
  return {
    kind: 'call',
    at,
    call: id as CallId,
    agent: agentId('bot'),
    grant: 'grant_1' as GrantId,
    task: 'ticket-1',
    session: 's1',
    stage: 'production',
    route: 'create_refund' as RouteId,
    effect: 'money',
    upstream: 'payments',
    method: 'POST',
    target: '/v1/refunds',
    headers: { 'x-customer': 'Jane Doe' },
    body: 'email=jane@example.com',
    facts: {
      subject: `charge:${id}`,
      amount: { micros: '120000000', currency: 'USD' },
      items: null,
      fingerprint: 'f'.repeat(64),
      granted: true,
      conditions: {},
    },
    verdict: 'allow',
    findings: [],
    trips: [],
    ...more,
  };
}

export function held(at: number, id: string): CallEntry {
  const rule = 'bot.approval[0]' as never;
  const finding = { guard: 'approval', rule, verdict: 'hold', reason: 'needs_approval', limit: '100 USD' } as const;
  return call(at, id, { verdict: 'hold', findings: [{ ...finding, expiresAt: at + 1_800_000 }] });
}

export function policyRecord(at: number, channels: Readonly<Record<string, readonly PageKind[]>>): PolicyEntry {
  return { kind: 'policy', at, digest: 'd'.repeat(64), file: 'interlock.yaml', text: '', channels };
}

export function tried(
  at: number,
  page: string,
  channel: string,
  outcome: PageEntry['outcome'],
  attempt = 1,
): PageEntry {
  return { kind: 'page', at, page, channel, attempt, outcome, detail: '' };
}

const POLICY = 'd'.repeat(64);

/** How an agent came to stand elsewhere: each a record as the door writes it. */
export const STANDINGS = {
  promoted: { what: 'promoted', promotion: 'promotion_1', envelope: '{"payload":"…"}' },
  demoted: { what: 'demoted', rule: 'harm', observed: '4 of 22 reviewed sessions', limit: '1%' },
  revoked: { what: 'revoked', promotion: 'promotion_1' },
  lapsed: { what: 'lapsed', promotion: 'promotion_1', code: 'expired' },
  expiring: { what: 'expiring', promotion: 'promotion_1', until: 300_000 },
  broken: { what: 'break_glass', stage: 'production', until: 200_000 },
  whole: { what: 'glass_ended' },
} as const satisfies Record<string, StandingCause>;

export function stood(
  at: number,
  how: keyof typeof STANDINGS,
  agent = 'bot',
  more: Partial<StandingEntry> = {},
): StandingEntry {
  const cause = STANDINGS[how];
  const isUp = how === 'promoted' || how === 'broken' || how === 'expiring';
  const promotion = { stage: 'limited', step: 1, until: 300_000, ground: 'promotion', id: 'promotion_1' } as const;
  const glass = { stage: 'production', step: null, until: 200_000, ground: 'break_glass', id: 'glass_1' } as const;
  return {
    kind: 'standing',
    at,
    agent: agentId(agent),
    policy: POLICY,
    claims: how === 'broken' ? [glass] : isUp ? [promotion] : [],
    was: isUp && how !== 'expiring' ? 'shadow' : 'limited',
    stands: how === 'broken' ? 'production' : isUp ? 'limited' : 'shadow',
    cause,
    by: how === 'demoted' ? 'watch:harm' : 'human:ann',
    reason: 'four wrong refunds',
    ...more,
  };
}
