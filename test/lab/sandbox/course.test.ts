import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidents } from '../../../probe/incidents.ts';
import { studyField, studyPolicy } from '../../../probe/policies.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import type { Deed, Oracle } from '../../../src/lab/oracles/oracle.ts';
import { Arena } from '../../../src/lab/probe/arena.ts';
import type { Course, Step } from '../../../src/lab/probe/course.ts';
import type { Field } from '../../../src/lab/probe/field.ts';
import { act } from '../../../src/lab/probe/run-course.ts';
import { courseGuarded } from '../../../src/lab/sandbox/course-guarded.ts';
import type { FoundScenario } from '../../../src/lab/sandbox/found.ts';
import { readRecords } from '../../../src/lab/sandbox/records.ts';
import { runScenario } from '../../../src/lab/sandbox/sandbox.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { brokenIn, temporaryDirectory } from '../../scenarios/stage.ts';
import { refundedTwice } from '../probe/refund-oracles.ts';
import { getCharge, refund, refundsField, STARTS_AT } from '../probe/refunds-field.ts';

const DAY_MS = 86_400_000;
const field = refundsField(
  `    once: [{ route: create_refund, per: subject, within: 30d }]
    rates: [{ route: create_refund, max: 4, per: 1h }]
    budgets: [{ max: 10 USD, per: day, timezone: America/New_York, onTrip: freeze }]
    approval: [{ route: create_refund, above: 3 USD }]
    fresh: [{ route: create_refund, read: get_charge, maxAge: 1h }]`,
  '    precondition: { read: "GET /v1/charges/{body.charge}", require: "response.body.disputed == false" }',
);
const charges = [0, 4, 6].map((index) => field.worlds.get('payments')?.asItStands.ids()['charge']?.[index] ?? '');

function found(of: Field, course: Course, oracle: Oracle): FoundScenario {
  return { name: 'found', title: '', story: '', source: '', field: of, course, oracle };
}

/** What both doors must say alike; ids and tokens are each door's own. */
function told(entries: readonly Entry[]): readonly unknown[] {
  return entries.flatMap((entry): unknown[] => {
    switch (entry.kind) {
      case 'call': {
        const { at, agent, route, verdict, findings, facts, method, target } = entry;
        const reasons = findings.map((one) =>
          typeof one === 'string' ? one : `${one.rule} ${one.verdict} ${one.reason}`,
        );
        return [{ at, agent, route, verdict, reasons, subject: facts.subject, method, target }];
      }
      case 'outcome': {
        const { at, effectiveness, status, failure } = entry;
        return [{ at, effectiveness, status, failure }];
      }
      case 'freeze':
        return [{ at: entry.at, agent: entry.agent, trip: entry.trip, reason: entry.reason }];
      case 'recovery':
        return [{ at: entry.at, lost: entry.unknown.length }];
      default:
        return [];
    }
  });
}

const happened = ({ at, entry, by }: Deed): unknown => ({ ...entry, at, agent: by?.agent, route: by?.route });

/** The arena's journal and deeds; the first start of a door is no step of it. */
function inTheArena(course: Course): { readonly entries: readonly unknown[]; readonly deeds: readonly unknown[] } {
  const deeds: unknown[] = [];
  const arena = new Arena(field, course.startsAt, [], { deed: (deed) => void deeds.push(happened(deed)) });
  for (const grant of course.grants) arena.admitGrant(grant);
  for (const step of course.steps) act(arena, step);
  arena.settle();
  return { entries: told(arena.entries), deeds };
}

const faults: fc.Arbitrary<Fault | undefined> = fc.constantFrom<(Fault | undefined)[]>(
  undefined,
  undefined,
  { kind: 'hang', commit: true },
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'reset', when: 'during' },
  { kind: 'status', status: 503 },
  { kind: 'crash', when: 'after' },
  { kind: 'latency', ms: 90_000 },
);

const requests = fc.oneof(
  fc.tuple(fc.nat({ max: 2 })).map(([index]) => getCharge(charges[index] as string)),
  fc
    .tuple(fc.nat({ max: 2 }), fc.constantFrom(100, 250, 400))
    .map(([index, cents]) => refund(charges[index] as string, cents)),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        request: requests,
        fault: faults,
        lastsMs: fc.constantFrom(undefined, undefined, 0, 5_000),
        grant: fc.constantFrom('a', 'b'),
      })
      .map(({ request, fault, lastsMs, grant }): Step => ({
        kind: 'call',
        request,
        grant,
        ...(fault !== undefined && { fault }),
        ...(lastsMs !== undefined && { lastsMs }),
      })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1_000, 3_600_000, DAY_MS, 31 * DAY_MS).map((ms): Step => ({ kind: 'wait', ms })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'approve', agent: 'bot' }) },
  { weight: 1, arbitrary: requests.map((request): Step => ({ kind: 'outside', request })) },
);

test('a real door says of a course, word for word, what the arena says, and the same happens at the business', async () => {
  const courses = fc.array(steps, { minLength: 10, maxLength: 16 }).map((all): Course => ({
    startsAt: STARTS_AT,
    grants: ['a', 'b'].map((task) => ({ name: task, agent: 'bot', task })),
    steps: all,
  }));
  await fc.assert(
    fc.asyncProperty(courses, async (course) => {
      const dir = path.join(temporaryDirectory(), 'journal');
      const { town } = await courseGuarded(found(field, course, refundedTwice), dir);
      const entries = told(readRecords(dir).map(({ record }) => record)).slice(1);
      const arena = inTheArena(course);
      expect(entries).toEqual(arena.entries);
      expect(town.seen.map(happened)).toEqual(arena.deeds);
    }),
    { numRuns: 8 },
  );
});

test.each(['once-for-a-day', 'day-of-another-zone', 'dashboard-not-asked', 'check-then-act', 'payee-from-content'])(
  'the incident of %s does harm at a real door, weeks in moments, and breaks none of its promises',
  async (name) => {
    const study = studyField(await studyPolicy('holes', name));
    const oracle = neverOracles(study.loaded.never)[0] as Oracle;
    const course = incidents[name]?.(study) as Course;
    const result = await runScenario(found(study, course, oracle), { dir: temporaryDirectory() });
    expect(brokenIn(result)).toEqual(['oracle']);
    expect(result.guarded.harm.entries).toBeGreaterThan(0);
    expect(result.unguarded.harm.entries).toBeGreaterThan(0);
  },
);
