import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Course, Step } from '../../../src/lab/probe/course.ts';
import { Arena } from '../../../src/lab/probe/arena.ts';
import { act } from '../../../src/lab/probe/run-course.ts';
import { harmOf, shrink, SIMPLIFICATIONS } from '../../../src/lab/probe/shrink.ts';
import { withPlainSpellings } from '../../../src/lab/probe/shrink/spellings.ts';
import { termsOf } from '../../../src/lab/probe/shrink/terms.ts';
import { isLess, weightOf } from '../../../src/lab/probe/shrink/weight.ts';
import type { Field } from '../../../src/lab/probe/field.ts';
import type { Oracle } from '../../../src/lab/oracles/oracle.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { getCharge, refund, refundsField, STARTS_AT } from './refunds-field.ts';
import { refundedMore, refundedTwice } from './refund-oracles.ts';

const DAY_MS = 86_400_000;
const GRANTS = ['a', 'b'].map((task) => ({ name: task, agent: 'bot', task, values: { payee: ['acct_1'] } }));

const open = refundsField('');
/** Not refunded yet, and large enough to be refunded several times. */
const charges = [0, 4, 6].map((index) => open.worlds.get('payments')?.asItStands.ids()['charge']?.[index] ?? '');

const faults: fc.Arbitrary<Fault | undefined> = fc.constantFrom<(Fault | undefined)[]>(
  undefined,
  undefined,
  { kind: 'hang', commit: true },
  { kind: 'reset', when: 'during' },
  { kind: 'status', status: 502, retryAfterS: 7 },
);

const requests = fc
  .tuple(fc.nat({ max: 2 }), fc.integer({ min: 50, max: 900 }), fc.nat({ max: 3 }), fc.boolean())
  .map(([charge, cents, key, reads]) =>
    reads
      ? getCharge(charges[charge] as string)
      : refund(charges[charge] as string, cents, key === 0 ? undefined : `key-${key}`),
  );

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        request: requests,
        grant: fc.constantFrom('a', 'b'),
        session: fc.option(fc.constantFrom('s', 't')),
        fault: faults,
      })
      .map(({ request, grant, session, fault }): Step => ({
        kind: 'call',
        request,
        grant,
        ...(session !== null && { session }),
        ...(fault !== undefined && { fault }),
      })),
  },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 2 * DAY_MS }).map((ms): Step => ({ kind: 'wait', ms })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
);

const courses: fc.Arbitrary<Course> = fc
  .record({ steps: fc.array(steps, { minLength: 15, maxLength: 40 }), late: fc.nat({ max: DAY_MS }) })
  .map(({ steps, late }) => ({ startsAt: STARTS_AT + late, grants: GRANTS, steps }));

/** Every simplification that the search tries, of a course that it is done with. */
function simplerThan(field: Field, course: Course): readonly Course[] {
  const terms = termsOf(field);
  const weight = weightOf(course, terms);
  return SIMPLIFICATIONS.filter(({ isCut }) => isCut !== true)
    .flatMap(({ simpler }) => [...simpler(course, terms)])
    .filter((candidate) => isLess(weightOf(candidate, terms), weight));
}

const holes: readonly (readonly [string, Field, Oracle])[] = [
  ['a refund may be repeated', open, refundedTwice],
  ['once forgets', refundsField('    once: [{ route: create_refund, per: subject, within: 1h }]'), refundedTwice],
  [
    'the budget is of a shorter time',
    refundsField('    budgets: [{ max: 10 USD, per: 1h, onTrip: deny }]'),
    refundedMore(16_000_000n, 30 * DAY_MS),
  ],
];

describe.each(holes)('where %s, a shrunk course', (_, field, oracle) => {
  test('still does the harm, is never heavier, and no single simplification of it does harm', () => {
    let shrunk = 0;
    fc.assert(
      fc.property(courses, (course) => {
        if (harmOf(field, oracle, course) === undefined) return;
        shrunk += 1;
        const result = shrink(field, oracle, course);
        expect(result.isMinimal).toBe(true);
        expect(harmOf(field, oracle, result.course)?.steps).toBe(result.course.steps.length);
        expect(result.course.steps.length).toBeLessThanOrEqual(course.steps.length);
        for (const index of result.course.steps.keys()) {
          const without = { ...result.course, steps: result.course.steps.toSpliced(index, 1) };
          expect(harmOf(field, oracle, without)).toBeUndefined();
        }
        for (const simpler of simplerThan(field, result.course)) expect(harmOf(field, oracle, simpler)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
    expect(shrunk).toBeGreaterThan(5);
  });
});

test('a refund repeated among much else shrinks to two refunds of the first charge for 1.00, at once, by one token', () => {
  const [first, third] = charges as [string, string];
  const call = (request: Course['steps'][number] & { kind: 'call' }): Step => request;
  const noise: Step[] = Array.from({ length: 30 }, (_, index): Step[] => [
    call({ kind: 'call', grant: index % 2 === 0 ? 'a' : 'b', session: `s${index}`, request: getCharge(first) }),
    { kind: 'wait', ms: 12_345 + index },
    { kind: 'restart' },
  ]).flat();
  const harmful: Step = {
    kind: 'call',
    grant: 'b',
    session: 's',
    request: refund(third, 1_237, 'k'),
    fault: { kind: 'hang', commit: true },
  };
  const again: Step = { kind: 'call', grant: 'a', request: refund(third, 4_711, 'l'), lastsMs: 60_000 };
  const course: Course = {
    startsAt: STARTS_AT + 12_345,
    grants: GRANTS,
    steps: [...noise, harmful, ...noise, again, ...noise],
  };
  const { course: shrunk } = shrink(open, refundedTwice, course);
  const step: Step = { kind: 'call', grant: 'a', request: refund(first, 100) };
  expect(shrunk).toEqual({
    startsAt: STARTS_AT,
    grants: [{ name: 'a', agent: 'bot', task: 'a' }],
    steps: [step, step],
  });
});

test('a window that must pass is waited for exactly, and no longer', () => {
  const [, once] = holes[1] as (typeof holes)[number];
  const [first] = charges as [string];
  const forgotten: Course = {
    startsAt: STARTS_AT + 1,
    grants: GRANTS,
    steps: [
      { kind: 'call', grant: 'a', request: refund(first, 137) },
      { kind: 'wait', ms: 4_711_337 },
      { kind: 'call', grant: 'a', request: refund(first, 138) },
    ],
  };
  expect(shrink(once, refundedTwice, forgotten).course.steps).toMatchObject([{}, { kind: 'wait', ms: 3_600_000 }, {}]);
});

test('the same course shrinks to the same one, and a bound on its work leaves something that does harm', () => {
  const [field, oracle] = [open, refundedTwice];
  const [course] = fc.sample(
    courses.filter((one) => harmOf(field, oracle, one) !== undefined),
    { numRuns: 1, seed: 7 },
  ) as [Course];
  expect(shrink(field, oracle, course)).toEqual(shrink(field, oracle, course));
  const bounded = shrink(field, oracle, course, 1);
  expect(bounded.isMinimal).toBe(false);
  expect(harmOf(field, oracle, bounded.course)).toBeDefined();
});

test('what three calls did by small amounts, two do by larger ones', () => {
  const field = refundsField(
    '    collar: [{ route: create_refund, max: 7.50 USD }]\n    budgets: [{ max: 10 USD, per: 1d, each: task }]',
  );
  const [first] = charges as [string];
  const small = (grant: string, cents: number): Step => ({ kind: 'call', grant, request: refund(first, cents) });
  const steps = [small('a', 500), small('a', 500), small('b', 100)];
  const { course } = shrink(field, refundedMore(10_000_000n, DAY_MS), { startsAt: STARTS_AT, grants: GRANTS, steps });
  expect(course.steps.map((step) => step.kind === 'call' && step.grant)).toEqual(['a', 'b']);
});

test('what was done to a thing that somebody made first is done to one that was there, where that does as well', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const made = { upstream: 'payments', method: 'POST', target: '/v1/charges', headers: form };
  const make: Step = { kind: 'outside', request: { ...made, body: 'amount=1000&currency=usd&source=tok_visa' } };
  const arena = new Arena(open, STARTS_AT, []);
  act(arena, make);
  const id = arena.ids('charge').find((charge) => !termsOf(open).ids.has(charge)) ?? '';
  const call = (charge: string): Step => ({ kind: 'call', grant: 'a', request: refund(charge, 100) });
  const { course } = shrink(open, refundedTwice, {
    startsAt: STARTS_AT,
    grants: GRANTS,
    steps: [make, call(id), call(id)],
  });
  expect(course.steps).toEqual([call(charges[0] as string), call(charges[0] as string)]);
});

test('an id that was spelled oddly where that does not matter is spelled plainly, and then is the first of its kind', () => {
  const [first, third] = charges as [string, string];
  const odd = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
  const request = refund(third, 100);
  const body = request.body!.replace(third, third.replace('c', odd).replace('_', odd));
  expect(body).toContain('%63h%5f');
  const call = (spelled: string): Step => ({ kind: 'call', grant: 'a', request: { ...request, body: spelled } });
  const steps = [call(body), call(request.body!)];
  const { course } = shrink(open, refundedTwice, { startsAt: STARTS_AT, grants: GRANTS, steps });
  expect(course.steps).toEqual([call(refund(first, 100).body!), call(refund(first, 100).body!)]);

  // In a path, where nothing else shrinks but the read that does the harm.
  const seen: Oracle = {
    name: 'seen',
    text: 'no charge is read',
    watch: () => ({
      see: (deed) =>
        deed.entry.subject.startsWith('GET /v1/charges/')
          ? { oracle: 'seen', text: 'a charge was read', deeds: [deed] }
          : undefined,
    }),
  };
  const read = getCharge(third);
  const spelled = { ...read, target: read.target.replace('ch_', '%63h_') };
  const one: Step[] = [{ kind: 'call', grant: 'a', request: spelled }];
  const shrunk = shrink(open, seen, { startsAt: STARTS_AT, grants: GRANTS, steps: one });
  expect(shrunk.course.steps).toEqual([{ kind: 'call', grant: 'a', request: getCharge(first) }]);
});

test.each([
  [
    'application/json',
    String.raw`{"charge":"\u0063h\u005f1\u0000","note":"%63"}`,
    String.raw`{"charge":"ch_1\u0000","note":"%63"}`,
  ],
  [
    'application/x-www-form-urlencoded',
    String.raw`charge=%63h%5f1%00&note=\u0063%2563`,
    String.raw`charge=ch_1%00&note=\u0063%2563`,
  ],
])('of %s what is escaped without need is spelled plainly, and nothing else is touched', (type, body, plain) => {
  const request = { ...refund(charges[0] as string, 100), headers: { 'content-type': type }, body };
  const course = { startsAt: STARTS_AT, grants: GRANTS, steps: [{ kind: 'outside' as const, request }] };
  expect([...withPlainSpellings(course)].map(({ steps }) => steps)).toEqual([
    [{ kind: 'outside', request: { ...request, body: plain } }],
  ]);
  expect([
    ...withPlainSpellings({ ...course, steps: [{ kind: 'outside', request: { ...request, body: plain } }] }),
  ]).toEqual([]);
});
