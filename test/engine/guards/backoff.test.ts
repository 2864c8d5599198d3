import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../../src/engine/call.ts';
import { FAILING_MAX, type BackoffRule } from '../../../src/engine/guards/backoff.ts';
import type { CallId } from '../../../src/engine/ids.ts';
import { backoff as model } from '../../model/backoff.ts';
import { agent, agentId, allow, call, policy, route, routeSet, ruleId } from '../policies.ts';
import { Stage } from './act.ts';

const ROUTES = [route('refund', 'write'), route('payout', 'write'), route('get', 'read')];
const NAMES = ROUTES.map(({ id }): string => id);
const DAY = 86_400_000;

const RULE: BackoffRule = {
  rule: ruleId('bot.backoff[0]'),
  routes: routeSet('refund', 'payout'),
  initialMs: 1_000,
  factor: 2,
  maxMs: 5_000,
  attempts: 5,
  onTrip: 'deny',
};

function stageOf(more: Partial<BackoffRule> = {}): Stage {
  const bot = agent('bot', { backoff: [{ ...RULE, ...more }] }, { allow: allow('bot', ...NAMES) });
  const eve = agent(
    'eve',
    { backoff: [{ ...RULE, rule: ruleId('eve.backoff[0]') }] },
    { allow: allow('eve', ...NAMES) },
  );
  return new Stage(policy([bot, eve], {}, ROUTES), 'backoff');
}

const attempt = (id: string, at: number, more: Parameters<typeof call>[1] = {}): Call =>
  call(id, { route: 'refund', effect: 'write', amount: null, fingerprint: 'same', at, ...more });

/** One attempt of the same bytes that ends with this status at `at`. */
function fails(stage: Stage, id: string, at: number, status: number | null = 503, more = {}): void {
  stage.call(attempt(id, at));
  stage.end(id, at, status, more);
}

const ok = { guard: 'backoff', rule: 'bot.backoff[0]', verdict: 'pass', reason: 'ok' };

describe('a retry waits its turn', () => {
  /** Each row: what happened before, when the same call is sent, and until when it has to wait (`null`: it passes). */
  const ROWS: readonly (readonly [name: string, before: (stage: Stage) => void, at: number, retryAt: number | null])[] =
    [
      ['nothing failed', () => undefined, 0, null],
      ['a failure, a millisecond too early', (s) => fails(s, 'a', 0), 999, 1_000],
      ['a failure, at the moment itself', (s) => fails(s, 'a', 0), 1_000, null],
      [
        'the wait runs from the end of the failure',
        (s) => (s.call(attempt('a', 0)), s.end('a', 700, 503)),
        1_000,
        1_700,
      ],
      ['a second failure waits twice as long', (s) => (fails(s, 'a', 0), fails(s, 'b', 1_000)), 2_999, 3_000],
      [
        'no wait is longer than the longest',
        (s) => [0, 1_000, 3_000, 7_000].forEach((at) => fails(s, `a${at}`, at)),
        11_999,
        12_000,
      ],
      ['a timeout (408)', (s) => fails(s, 'a', 0, 408), 10, 1_000],
      ['too many requests (429)', (s) => fails(s, 'a', 0, 429), 10, 1_000],
      ['no answer', (s) => fails(s, 'a', 0, null), 10, 1_000],
      ['an end that nobody saw', (s) => (s.call(attempt('a', 0)), s.lose('a', 0)), 10, 1_000],
      ['a definite refusal is an answer', (s) => fails(s, 'a', 0, 422), 10, null],
      ['a success is no failure', (s) => fails(s, 'a', 0, 201), 10, null],
      ['a success forgets', (s) => (fails(s, 'a', 0), fails(s, 'b', 1_000, 200), fails(s, 'c', 1_001)), 1_500, 2_001],
      ['503 with Retry-After', (s) => fails(s, 'a', 0, 503, { retryAfterMs: 8_000 }), 7_999, 8_000],
      ['Retry-After below the wait', (s) => fails(s, 'a', 0, 503, { retryAfterMs: 10 }), 500, 1_000],
      [
        'Retry-After of a year holds an hour',
        (s) => fails(s, 'a', 0, 429, { retryAfterMs: 365 * DAY }),
        3_599_999,
        3_600_000,
      ],
      ['Retry-After of 500 has no such meaning', (s) => fails(s, 'a', 0, 500, { retryAfterMs: 9_000 }), 1_000, null],
      ['while one attempt is under way', (s) => void s.call(attempt('a', 0)), 5, 1_005],
      [
        'a day later everything is new',
        (s) => [0, 1_000, 3_000, 7_000, 12_000].forEach((at) => fails(s, `a${at}`, at)),
        12_000 + DAY,
        null,
      ],
    ];

  test.each(ROWS)('%s', (_, before, at, retryAt) => {
    const stage = stageOf();
    before(stage);
    for (const restarted of [false, true]) {
      if (restarted) stage.restart();
      const found = stage.finding(stage.engine.decide(attempt('z', at)));
      if (retryAt === null) expect(found).toEqual(ok);
      else expect(found).toMatchObject({ verdict: 'deny', reason: 'backing_off', retryable: 'after', retryAt });
    }
  });

  test('what the agent is told of a failure, and of one whose outcome nobody saw', () => {
    const stage = stageOf();
    fails(stage, 'a', 0, 429);
    expect(stage.call(attempt('b', 400))).toEqual({
      guard: 'backoff',
      rule: 'bot.backoff[0]',
      verdict: 'deny',
      reason: 'backing_off',
      observed: 'failed once, the last time 400ms ago',
      limit: 'wait 600ms',
      retryable: 'after',
      retryAt: 1_000,
      earlier: 'a',
      hint: 'Wait 1 s before attempt 2 of 5.',
    });
    fails(stage, 'c', 1_000, null);
    expect(stage.call(attempt('d', 1_500))).toMatchObject({
      observed: 'failed 2 times, the last time 500ms ago',
      hint: 'Nobody saw whether c took effect: read the state first. Wait 2 s before attempt 3 of 5.',
    });
  });

  test('other bytes, other agents and other routes are not concerned', () => {
    const stage = stageOf();
    fails(stage, 'a', 0);
    expect(stage.call(attempt('b', 1, { fingerprint: 'other' }))).toEqual(ok);
    expect(stage.call(attempt('c', 1, { agent: 'eve' }))?.reason).toBe('ok');
    expect(stage.call(attempt('d', 1, { route: 'get', effect: 'read' }))).toBeUndefined();
  });

  test("a 429's Retry-After holds every call of this agent on that route, and no other", () => {
    const stage = stageOf();
    fails(stage, 'a', 0, 429, { retryAfterMs: 4_000 });
    const held = { reason: 'backing_off', retryAt: 4_000, observed: 'the upstream asked to wait (429)' };
    expect(stage.call(attempt('b', 3_999, { fingerprint: 'other' }))).toMatchObject(held);
    expect(stage.call(attempt('c', 3_999, { fingerprint: 'another', route: 'payout' }))).toEqual(ok);
    expect(stage.call(attempt('d', 3_999, { fingerprint: 'other', agent: 'eve' }))?.reason).toBe('ok');
    expect(stage.call(attempt('e', 4_000, { fingerprint: 'other' }))).toEqual(ok);
  });

  test('of two that were asked to wait, the longer wait holds', () => {
    const stage = stageOf();
    stage.call(attempt('a', 0, { fingerprint: 'one' }));
    stage.call(attempt('b', 0, { fingerprint: 'two' }));
    stage.end('a', 10, 429, { retryAfterMs: 8_000 });
    stage.end('b', 20, 429, { retryAfterMs: 1_000 });
    expect(stage.call(attempt('c', 5_000, { fingerprint: 'other' }))).toMatchObject({ retryAt: 8_010 });
  });
});

describe('after its attempts a call is refused', () => {
  const exhaust = (stage: Stage): void => [0, 1_000, 3_000, 7_000, 12_000].forEach((at) => fails(stage, `a${at}`, at));

  test('however long it waits within the day', () => {
    const stage = stageOf();
    exhaust(stage);
    expect(stage.call(attempt('z', 12_000 + DAY - 1))).toEqual({
      guard: 'backoff',
      rule: 'bot.backoff[0]',
      verdict: 'deny',
      reason: 'attempts_exhausted',
      observed: 'failed 5 times in a row',
      limit: '5 times',
      retryable: 'if-changed',
      earlier: 'a12000',
      hint: 'This call keeps failing. Stop sending it, and report to a human what it was for and how it failed.',
    });
  });

  test('and its agent stopped, where the rule says so, until a human resumes it', () => {
    const stage = stageOf({ onTrip: 'freeze' });
    exhaust(stage);
    expect(stage.call(attempt('z', 13_000))).toMatchObject({ reason: 'attempts_exhausted', trip: 'freeze' });
    expect(stage.engine.frozen(agentId('bot'))).toMatchObject({ by: 'guard:bot.backoff[0]' });
    stage.tell({ kind: 'resumed', agent: agentId('bot'), at: 14_000 });
    expect(stage.call(attempt('y', 14_001))).toEqual(ok);
  });

  test('a single attempt is no retry at all', () => {
    const stage = stageOf({ attempts: 1 });
    fails(stage, 'a', 0);
    expect(stage.call(attempt('b', 9_999))?.reason).toBe('attempts_exhausted');
  });
});

test('with too many failing calls to remember, an unknown one waits: none is forgotten to make room', () => {
  const stage = stageOf();
  for (let n = 0; n < FAILING_MAX; n += 1) {
    const one = attempt(`f${n}`, 0, { fingerprint: `f${n}` });
    stage.engine.apply({ kind: 'decided', call: one, verdict: 'allow', trips: [] });
    stage.engine.apply({ kind: 'ended', call: one.id, at: 0, effectiveness: 'unknown' });
  }
  const found = stage.finding(stage.engine.decide(attempt('z', 5)));
  expect(found).toMatchObject({ verdict: 'deny', reason: 'too_many_failing', retryable: 'after', retryAt: DAY });
  expect(stage.finding(stage.engine.decide(attempt('z', 5, { fingerprint: 'f0' })))?.reason).toBe('backing_off');
  stage.engine.apply({
    kind: 'decided',
    call: attempt('again', 5, { fingerprint: 'f0' }),
    verdict: 'allow',
    trips: [],
  });
  stage.engine.apply({ kind: 'ended', call: 'again' as CallId, at: 6, effectiveness: 'effective' });
  expect(stage.finding(stage.engine.decide(attempt('z', 7)))?.reason).toBe('ok');
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      agent: fc.constantFrom('bot', 'bot', 'bot', 'eve'),
      route: fc.constantFrom('refund', 'refund', 'payout', 'get'),
      body: fc.constantFrom('1', '1', '2'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      nth: fc.nat(3),
      status: fc.constantFrom(200, 404, 408, 429, 429, 500, 503, 503, null),
      retryAfterMs: fc.constantFrom(null, null, 500, 7_000, 2 * 3_600_000),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 999, 1_000, 2_000, 5_000, 7_000, 3_600_000, DAY - 1, DAY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const), agent: fc.constantFrom('bot', 'eve') }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

test('backoff_agrees_with_history: every finding is what reading the whole history again gives, over any restart', () => {
  const met = new Map<string, number>();
  const rule = fc.record({
    initialMs: fc.constantFrom(1, 1_000, 1_500),
    factor: fc.constantFrom(1, 1.5, 2),
    maxMs: fc.constantFrom(5_000, 3_600_000),
    attempts: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(rule, fc.array(step, { maxLength: 40, size: 'max' }), (more, steps) => {
      const stage = stageOf(more);
      let at = 0;
      let made = 0;
      let open: string[] = [];
      for (const one of steps) {
        if (one.kind === 'wait') at += one.ms;
        else if (one.kind === 'restart') stage.restart();
        else if (one.kind === 'resume') stage.tell({ kind: 'resumed', agent: agentId(one.agent), at });
        else if (one.kind === 'end') {
          const ended = open[one.nth % open.length];
          if (ended === undefined) continue;
          open = open.filter((id) => id !== ended);
          stage.end(ended, at, one.status, { retryAfterMs: one.retryAfterMs });
        } else {
          const { agent: who, route: name, body } = one;
          const id = `c${(made += 1)}`;
          const fingerprint = `${name} ${body}`;
          const judged = call(id, { agent: who, route: name, effect: 'write', amount: null, fingerprint, at });
          const found = stage.call(judged);
          if (found === undefined) {
            expect(name).toBe('get');
          } else {
            const expected = model(who === 'bot' ? { ...RULE, ...more } : RULE, stage.events.slice(0, -1), judged);
            expect({ reason: found.reason, ...(found.retryAt !== undefined && { retryAt: found.retryAt }) }).toEqual(
              expected,
            );
            met.set(found.reason, (met.get(found.reason) ?? 0) + 1);
          }
          if (found === undefined || found.verdict === 'pass') open.push(id);
        }
      }
    }),
    { numRuns: 1_500 },
  );
  expect([...met.keys()].toSorted()).toEqual(['attempts_exhausted', 'backing_off', 'ok']);
});
