import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../../src/engine/call.ts';
import type { FreshRule } from '../../../src/engine/guards/fresh.ts';
import type { CallId, GrantId } from '../../../src/engine/ids.ts';
import { fresh as model } from '../../model/fresh.ts';
import { agent, allow, call, policy, route, routeId, routeSet, ruleId } from '../policies.ts';
import { Stage } from './act.ts';

const AGE = 60_000;
const ROUTES = [
  route('get', 'read'),
  route('look', 'read'),
  route('list', 'read'),
  route('refund', 'write'),
  route('put', 'write'),
];
const NAMES = ROUTES.map(({ id }): string => id);

function ruleFor(name: string, more: Partial<FreshRule> = {}): FreshRule {
  return {
    rule: ruleId(`${name}.fresh[0]`),
    routes: routeSet('refund', 'put'),
    reads: [routeId('get'), routeId('look')],
    maxAgeMs: AGE,
    sameResource: new Map([[routeId('put'), new Set([routeId('get')])]]),
    ...more,
  };
}

const bot = agent('bot', { fresh: [ruleFor('bot')] }, { allow: allow('bot', ...NAMES) });
const free = agent('free', {}, { allow: allow('free', ...NAMES) });
const POLICY = policy([bot, free], {}, ROUTES);

const read = (id: string, at: number, more: Parameters<typeof call>[1] = {}): Call =>
  call(id, { route: 'get', effect: 'read', amount: null, at, ...more });
const write = (id: string, at: number, more: Parameters<typeof call>[1] = {}): Call =>
  call(id, { route: 'refund', effect: 'write', amount: null, at, ...more });

/** Each row: what happened before, and what is found of a write at 100 s. */
const ROWS: readonly (readonly [name: string, before: (stage: Stage) => void, reason: string, observed?: string])[] = [
  ['nothing was read', () => undefined, 'never_read', 'no read of charge:1'],
  ['a read 60 s ago is still fresh', (s) => reads(s, read('r', 40_000)), 'ok'],
  ['a read a millisecond older is not', (s) => reads(s, read('r', 39_999)), 'stale_read', 'read 60.1 s ago'],
  ['a read 75 s ago', (s) => reads(s, read('r', 25_000)), 'stale_read', 'read 75 s ago'],
  [
    'the time it was sent counts, not that of its answer',
    (s) => reads(s, read('r', 39_000), 200, 99_000),
    'stale_read',
    'read 61 s ago',
  ],
  ['a read that is under way', (s) => void s.call(read('r', 90_000)), 'never_read', 'no read of charge:1'],
  ['a read that failed', (s) => reads(s, read('r', 90_000), 500), 'never_read', 'no read of charge:1'],
  ['a read that found nothing', (s) => reads(s, read('r', 90_000), 404), 'never_read', 'no read of charge:1'],
  ['a read that said "not modified"', (s) => reads(s, read('r', 90_000), 304), 'never_read', 'no read of charge:1'],
  [
    'a read whose end nobody saw',
    (s) => (s.call(read('r', 90_000)), s.lose('r', 91_000)),
    'never_read',
    'no read of charge:1',
  ],
  ['a read by the other route of the rule', (s) => reads(s, read('r', 90_000, { route: 'look' })), 'ok'],
  [
    'a read by a route that the rule does not name',
    (s) => reads(s, read('r', 90_000, { route: 'list' })),
    'never_read',
    'no read of charge:1',
  ],
  [
    'a read of another subject',
    (s) => reads(s, read('r', 90_000, { subject: 'charge:2' })),
    'never_read',
    'no read of charge:1',
  ],
  ['a read of the subject in another spelling', (s) => reads(s, read('r', 90_000, { subject: 'CHARGE:1 ' })), 'ok'],
  [
    'a read in another session',
    (s) => reads(s, read('r', 90_000, { session: 'other' })),
    'never_read',
    'no read of charge:1',
  ],
  [
    'a read in a session of the same name, of another grant',
    (s) => reads(s, read('r', 90_000, { grant: 'grant_2' as GrantId })),
    'never_read',
    'no read of charge:1',
  ],
  [
    'a read by another agent',
    (s) => reads(s, read('r', 90_000, { agent: 'free' })),
    'never_read',
    'no read of charge:1',
  ],
  [
    'a read that the door made for itself',
    (s) => reads(s, read('r', 90_000, { before: 'w' as CallId })),
    'never_read',
    'no read of charge:1',
  ],
  [
    'its own write since',
    (s) => (reads(s, read('r', 90_000)), writes(s, write('x', 91_000))),
    'changed_since_read',
    'changed by x',
  ],
  [
    'its own write on another route since',
    (s) => (reads(s, read('r', 90_000)), writes(s, write('x', 91_000, { route: 'put' }))),
    'changed_since_read',
    'changed by x',
  ],
  [
    "another agent's write since",
    (s) => (reads(s, read('r', 90_000)), writes(s, write('x', 91_000, { agent: 'free' }))),
    'changed_since_read',
    'changed by x',
  ],
  [
    'a write since that surely had no effect',
    (s) => (reads(s, read('r', 90_000)), writes(s, write('x', 91_000, { agent: 'free' }), 409)),
    'ok',
  ],
  [
    'a write since whose outcome nobody saw',
    (s) => (reads(s, read('r', 90_000)), writes(s, write('x', 91_000, { agent: 'free' }), null)),
    'changed_since_read',
    'changed by x',
  ],
  [
    'a write that is under way',
    (s) => (reads(s, read('r', 90_000)), s.call(write('x', 91_000, { agent: 'free' }))),
    'changed_since_read',
    'being changed by x',
  ],
  [
    'a write that ended before the read',
    (s) => (writes(s, write('x', 80_000, { agent: 'free' })), reads(s, read('r', 90_000))),
    'ok',
  ],
  [
    'a write that ended while the read was under way',
    (s) => (
      s.call(write('x', 80_000, { agent: 'free' })),
      s.call(read('r', 81_000)),
      s.end('x', 82_000, 200),
      s.end('r', 83_000, 200)
    ),
    'changed_since_read',
    'changed by x',
  ],
  [
    'a change and, in the same millisecond, a read',
    (s) => (writes(s, write('x', 90_000, { agent: 'free' }), 200, 90_000), reads(s, read('r', 90_000), 200, 90_000)),
    'ok',
  ],
  [
    'a read and, in the same millisecond, a change',
    (s) => (reads(s, read('r', 90_000), 200, 90_000), writes(s, write('x', 90_000, { agent: 'free' }), 200, 90_000)),
    'changed_since_read',
    'changed by x',
  ],
  [
    'a write of another subject since',
    (s) => (reads(s, read('r', 90_000)), writes(s, write('x', 91_000, { agent: 'free', subject: 'charge:2' }))),
    'ok',
  ],
  [
    'of two reads the later counts, whichever ended first',
    (s) => (s.call(read('a', 30_000)), s.call(read('b', 90_000)), s.end('b', 91_000, 200), s.end('a', 92_000, 200)),
    'ok',
  ],
];

function reads(stage: Stage, one: Call, status = 200, at = one.at + 5): void {
  stage.call(one);
  stage.end(one.id, at, status);
}

function writes(stage: Stage, one: Call, status: number | null = 200, at = one.at + 5): void {
  stage.call(one);
  stage.end(one.id, at, status);
}

describe('a write needs its session to have looked', () => {
  const rows = ROWS.map(([name, before, reason, observed]) => ({ name, before, reason, observed }));
  test.each(rows)('$name', ({ before, reason, observed }) => {
    const stage = new Stage(POLICY, 'fresh');
    before(stage);
    for (const restarted of [false, true]) {
      if (restarted) stage.restart();
      const found = stage.finding(stage.engine.decide(write('w', 100_000)));
      expect(found).toEqual(
        reason === 'ok'
          ? { guard: 'fresh', rule: 'bot.fresh[0]', verdict: 'pass', reason: 'ok' }
          : {
              guard: 'fresh',
              rule: 'bot.fresh[0]',
              verdict: 'deny',
              reason,
              observed,
              limit: 'read within 1m',
              retryable: 'if-changed',
              hint: 'Read charge:1 with get or look first, and decide anew on what it says now.',
              remedy: { kind: 'read', route: 'get' },
              ...(reason === 'changed_since_read' && { earlier: 'x' }),
            },
      );
    }
  });

  test('a write without a subject is refused, and told what is missing', () => {
    const stage = new Stage(POLICY, 'fresh');
    expect(stage.call(write('w', 0, { subject: null }))).toMatchObject({ verdict: 'deny', reason: 'subject_missing' });
  });

  test('two writes after one read: the second waits for a new read, whatever becomes of the first', () => {
    const stage = new Stage(POLICY, 'fresh');
    reads(stage, read('r', 0));
    expect(stage.call(write('x', 10))?.reason).toBe('ok');
    expect(stage.call(write('y', 11))).toMatchObject({ reason: 'changed_since_read', earlier: 'x' });
    stage.end('x', 20, 409);
    expect(stage.call(write('z', 21))?.reason).toBe('ok');
  });

  test('reads are not judged, and an agent without the rule is free', () => {
    const stage = new Stage(POLICY, 'fresh');
    expect(stage.call(read('r', 0))).toBeUndefined();
    expect(stage.call(write('w', 0, { agent: 'free' }))).toBeUndefined();
  });
});

describe('the ETag of the read', () => {
  const put = (more: Parameters<typeof call>[1] = {}): Call => write('w', 100, { route: 'put', ...more });
  const demandsAfter = (etag: string | null, more: Parameters<typeof call>[1] = {}, judged = put()): unknown => {
    const stage = new Stage(POLICY, 'fresh');
    stage.call(read('r', 50, more));
    stage.end('r', 60, 200, { etag });
    stage.restart();
    return stage.engine.demands(judged);
  };

  test('is asked of a write to the very resource that was read', () => {
    expect(demandsAfter('"v7"')).toEqual({ 'if-match': '"v7"' });
  });

  test.each([
    ['there is none', null, {}, put()],
    ['it is weak', 'W/"v7"', {}, put()],
    ['the read was of another address', '"v7"', { route: 'look' }, put()],
    ['the write is to another address', '"v7"', {}, write('w', 100)],
    ['the read is too old for the write anyway', '"v7"', {}, put({ at: 100_000 })],
  ] as const)('is asked for nothing where %s', (_, etag, more, judged) => {
    expect(demandsAfter(etag, more, judged) ?? {}).toEqual({});
  });
});

test('beyond its bound it asks for a read again, and never takes a change for none', { timeout: 60_000 }, () => {
  const stage = new Stage(POLICY, 'fresh');
  reads(stage, read('r', 0, { subject: 'charge:first' }));
  writes(stage, write('x', 1, { agent: 'free', subject: 'charge:first' }));
  // Two generations of other subjects push out the change, long before its time.
  for (let n = 0; n < 200_001; n += 1) {
    const id = `f${n}`;
    stage.engine.apply({
      kind: 'decided',
      call: write(id, 2, { agent: 'free', subject: id }),
      verdict: 'allow',
      trips: [],
    });
    stage.engine.apply({ kind: 'ended', call: id as CallId, at: 2, effectiveness: 'effective' });
  }
  const decided = stage.finding(stage.engine.decide(write('w', 3, { subject: 'charge:first' })));
  expect(decided).toMatchObject({
    verdict: 'deny',
    reason: 'changed_since_read',
    observed: 'too much has changed since to tell what',
  });
  reads(stage, read('r2', 4, { subject: 'charge:first' }));
  expect(stage.call(write('w2', 5, { subject: 'charge:first' }))?.reason).toBe('ok');
});

const oneCall = fc.record({
  agent: fc.constantFrom('bot', 'bot', 'free'),
  route: fc.constantFrom('get', 'get', 'look', 'list', 'refund', 'refund', 'put'),
  subject: fc.constantFrom('charge:1', 'charge:1', 'CHARGE:1', 'charge:2', null),
  session: fc.constantFrom('s1', 's1', 's2'),
  grant: fc.constantFrom('g1', 'g1', 'g2'),
  rereads: fc.constantFrom(false, false, false, true),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('call' as const), call: oneCall }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      nth: fc.nat(4),
      status: fc.constantFrom(200, 200, 200, 204, 304, 404, 500, null),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 1_000, 59_999, 60_000, 60_001, 121_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

test('fresh_agrees_with_history: every finding is what reading the whole history again gives, over any restart', () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const stage = new Stage(POLICY, 'fresh');
      let at = 0;
      let made = 0;
      let open: string[] = [];
      for (const one of steps) {
        if (one.kind === 'wait') at += one.ms;
        else if (one.kind === 'restart') stage.restart();
        else if (one.kind === 'end') {
          const ended = open[one.nth % open.length];
          if (ended === undefined) continue;
          open = open.filter((id) => id !== ended);
          stage.end(ended, at, one.status);
        } else {
          const { rereads, grant, ...said } = one.call;
          const effect = ['refund', 'put'].includes(said.route) ? 'write' : 'read';
          const id = `c${(made += 1)}`;
          const before = rereads && effect === 'read' ? { before: 'w' as CallId } : {};
          const judged = call(id, { ...said, ...before, grant: grant as GrantId, effect, amount: null, at });
          const expected =
            said.agent === 'bot' && effect === 'write' ? model(ruleFor('bot'), stage.events, judged) : undefined;
          expect(stage.call(judged)?.reason).toBe(expected);
          if (expected !== undefined) met.set(expected, (met.get(expected) ?? 0) + 1);
          if (expected === undefined || expected === 'ok') open.push(id);
        }
      }
    }),
    { numRuns: 1_500 },
  );
  expect([...met.keys()].toSorted()).toEqual([
    'changed_since_read',
    'never_read',
    'ok',
    'stale_read',
    'subject_missing',
  ]);
});
