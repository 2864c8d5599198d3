import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { AnswerFacts, Event } from '../../src/engine/event.ts';
import type { ProvenanceRule } from '../../src/engine/guards/provenance.ts';
import type { CallId } from '../../src/engine/ids.ts';
import type { Policy, Route } from '../../src/engine/policy.ts';
import { answered } from './guards/act.ts';
import { agent, allow, call, policy, route, routeId, routeSet, ruleId } from './policies.ts';

const SOURCE = 'vendor body.account';
const VENDOR: Route = { ...route('vendor', 'read'), sources: new Map([[SOURCE, () => []]]) };
const ROUTES = [VENDOR, route('payout', 'write')];
const NAMES = ROUTES.map(({ id }): string => id);

const PROVENANCE: ProvenanceRule = {
  rule: ruleId('bot.provenance[0]'),
  routes: routeSet('payout'),
  field: 'body.destination',
  read: () => null,
  tasks: [],
  sources: [SOURCE],
  trusted: [routeId('vendor')],
  otherwise: { kind: 'deny' },
};
const FRESH = {
  rule: ruleId('bot.fresh[0]'),
  routes: routeSet('payout'),
  reads: [routeId('vendor')],
  maxAgeMs: 60_000,
  sameResource: new Map(),
};

const inStage = (stage: 'shadow' | 'production'): Policy =>
  policy(
    [agent('bot', { provenance: [PROVENANCE], fresh: [FRESH] }, { stage, allow: allow('bot', ...NAMES) })],
    {},
    ROUTES,
  );

/** The agent reads a vendor, and is answered with an account that it had written there itself. */
function readOf(made: AnswerFacts['made']): Event[] {
  const read = call('read', { route: 'vendor', effect: 'read', amount: null, subject: 'vendor:1' });
  const answer = answered(200, { values: { [SOURCE]: ['acct_evil'] }, ...(made !== undefined && { made }) });
  return [
    { kind: 'decided', call: read, verdict: 'allow', trips: [] },
    { kind: 'ended', call: 'read' as CallId, at: 1, effectiveness: 'effective', answer },
  ];
}

const PAYOUT = call('payout', {
  route: 'payout',
  effect: 'write',
  amount: null,
  at: 2,
  subject: 'vendor:1',
  particulars: {
    shape: [],
    parameters: { [PROVENANCE.rule]: { value: 'acct_evil', declared: false } },
    segment: null,
    precondition: null,
    payment: null,
  },
});

function refusalsOf(stage: 'shadow' | 'production', made: AnswerFacts['made']): string[] {
  const engine = new Engine(inStage(stage));
  for (const event of readOf(made)) engine.apply(event);
  return engine.decide(PAYOUT).findings.flatMap(({ verdict, reason }) => (verdict === 'deny' ? [reason] : []));
}

describe('an answer that captured writes made', () => {
  test('is as good as any while its agent is in shadow', () => {
    expect(refusalsOf('shadow', 'part')).toEqual([]);
    expect(refusalsOf('shadow', 'whole')).toEqual([]);
  });

  test('vouches for nothing once its agent is out: nor for what it read, nor that it has', () => {
    expect(refusalsOf('production', undefined)).toEqual([]);
    expect(refusalsOf('production', 'part')).toEqual(['never_read', 'provenance_unknown']);
    expect(refusalsOf('production', 'whole')).toEqual(['never_read', 'provenance_unknown']);
  });

  test('says nothing of the upstream: it closes no circuit, and thins out no failures', () => {
    const breaker = {
      rule: ruleId('upstreams.shop.breaker'),
      routes: new Set([routeId('vendor')]),
      errors: 500_000,
      slow: undefined,
      withinMs: 60_000,
      minimum: 2,
      openMs: 1_000,
      probes: 1,
    };
    const rates = {
      errorRate: [
        {
          rule: ruleId('bot.triggers[0]'),
          routes: routeSet('vendor'),
          share: 500_000,
          withinMs: 60_000,
          minimum: 2,
          onTrip: 'freeze' as const,
        },
      ],
    };
    const engine = new Engine(
      policy(
        [agent('bot', rates, { stage: 'shadow', allow: allow('bot', ...NAMES) })],
        { breakers: [breaker] },
        ROUTES,
      ),
    );
    let calls = 0;
    const read = (at: number, answer: AnswerFacts): string => {
      const one = call(`call_${(calls += 1)}`, { route: 'vendor', effect: 'read', amount: null, at });
      const { verdict, decisive } = engine.decide(one);
      engine.apply({ kind: 'decided', call: one, verdict, trips: [] });
      const effectiveness = (answer.status ?? 500) >= 500 ? 'unknown' : 'effective';
      engine.apply({ kind: 'ended', call: one.id, at, effectiveness, answer });
      return `${decisive.reason} ${engine.alarm(one, at)?.reason ?? '-'}`;
    };
    const made = answered(200, { made: 'whole', latencyMs: null });
    for (let at = 0; at < 10; at += 1) expect(read(at, made)).toBe('ok -');
    expect(read(20, answered(500))).toBe('ok -');
    // One of two fails, of those that count: it opens, and the trigger goes off.
    expect(read(21, answered(500))).toBe('ok error_rate');
    expect(read(22, made)).toBe('circuit_open error_rate');
    // Half-open: a probe that was never sent tells nothing, and gives its place back.
    expect(read(2_000, made)).toBe('ok error_rate');
    expect(read(2_001, made)).toBe('ok error_rate');
    expect(read(2_002, answered(500))).toBe('ok error_rate');
    expect(read(2_003, made)).toBe('circuit_open error_rate');
  });
});
