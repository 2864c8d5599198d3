import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Criterion } from '../../../src/gate/criterion.ts';
import type { GateEvidence } from '../../../src/gate/evidence/evidence.ts';
import { judge, verdictOf } from '../../../src/gate/verdict.ts';
import { approvals, evidence, terms } from './arbitrary.ts';
import { naive } from './naive.ts';
import { removals } from './removals.ts';
import { classOf, demanding, judgedAs, NOW, met, shownOf, termsOf } from './shown.ts';

/** `harm create_refund pass` */
function spelled({ id, class: of, title, outcome }: Criterion): string {
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/weekdays/, ' weekdays'],
    [/weekends/, ' weekend'],
    [/band/, ' amounts'],
    [/fault/, 'faults'],
    [/catch/, 'caught'],
    [/guards stop/, 'stopped'],
    [/calls per session/, 'calls'],
  ];
  const kind =
    id === 'strata' || id === 'efficacy' || id === 'load' ? kinds.find(([words]) => words.test(title))?.[1] : '';
  return `${id} ${of ?? ''}${kind ?? '?'} ${outcome}`;
}

const RANK = { fail: 0, inconclusive: 1, pass: 2, waived: 2, shown: 2 } as const;
const VERDICTS = { FAIL: 0, INCONCLUSIVE: 1, PASS: 2 } as const;

test.prop([terms, evidence, approvals], { numRuns: 150 })(
  'the gate says what its promises, spelled out, say',
  (asked, shown, by) => {
    const said = judge(asked, shown, NOW, by);
    const wanted = naive(asked, shown, by);
    expect(said.criteria.map(spelled).toSorted()).toEqual([...wanted.outcomes].toSorted());
    expect(said.verdict).toBe(wanted.verdict);
  },
);

test('the histories of the differential reach every verdict, and every outcome of every criterion', () => {
  const reached = new Set<string>();
  const verdicts = new Set<string>();
  const samples = fc.sample(fc.tuple(terms, evidence, approvals), { numRuns: 450, seed: 7 });
  for (const [asked, shown, by] of samples) {
    const { criteria, verdict } = judge(asked, shown, NOW, by);
    verdicts.add(verdict);
    for (const { id, outcome } of criteria) reached.add(`${id} ${outcome}`);
  }
  expect([...verdicts].toSorted()).toEqual(['FAIL', 'INCONCLUSIVE', 'PASS']);
  const outcomes = (ids: string, of: string): string[] =>
    ids.split(' ').flatMap((id) => of.split(' ').map((one) => `${id} ${one}`));
  expect([...reached]).toEqual(
    expect.arrayContaining([
      ...outcomes('identity', 'pass inconclusive'),
      ...outcomes('journal engine', 'pass fail inconclusive'),
      ...outcomes('freezes', 'pass fail'),
      ...outcomes('days sessions writes strata reviewed people', 'pass inconclusive waived'),
      ...outcomes('harm agreement errors steady scenarios probe efficacy', 'pass fail inconclusive waived'),
    ]),
  );
});

test.prop([terms, evidence, approvals, fc.nat()], { numRuns: 100 })(
  'what is taken away never turns anything into a PASS',
  (asked, shown, by, which) => {
    const all = removals(shown);
    const [name, less] = all[which % all.length] as readonly [string, GateEvidence];
    const before = judge(asked, shown, NOW, by);
    const after = judge(asked, less, NOW, by);
    expect(VERDICTS[after.verdict] === 2 && before.verdict !== 'PASS', `${name}: ${before.verdict} became a PASS`).toBe(
      false,
    );
    const passed = new Set(before.criteria.filter(({ outcome }) => RANK[outcome] === 2).map(keyOf));
    for (const each of after.criteria) {
      if (each.outcome === 'pass') expect(passed, `${name} turned ${keyOf(each)} into a PASS`).toContain(keyOf(each));
    }
  },
);

const keyOf = ({ id, class: of, title }: Criterion): string => `${id} ${of ?? ''} ${title}`;

test.prop([terms, evidence, fc.nat(), fc.boolean()], { numRuns: 100 })(
  'a session that turns out harmful never improves anything',
  (asked, shown, place, isFurther) => {
    const looksAtAnyTime = asked.targets.get('limited')?.evidence.look === 'continuous';
    const worse = shown.classes.map((of) => {
      const at = of.judged.length === 0 ? 0 : place % of.judged.length;
      const [harmful] = judgedAs([true]);
      // A further session completes a plan of so many: only where there is none, it can do no good.
      if (isFurther && looksAtAnyTime && harmful !== undefined) {
        return { ...of, judged: [...of.judged.slice(0, at), harmful, ...of.judged.slice(at)] };
      }
      return {
        ...of,
        judged: of.judged.map((one, index) => (index === at ? { ...one, harmful: one.harmful + 1 } : one)),
      };
    });
    const before = judge(asked, shown, NOW);
    const after = judge(asked, { ...shown, classes: worse }, NOW);
    expect(VERDICTS[after.verdict]).toBeLessThanOrEqual(VERDICTS[before.verdict]);
    for (const [index, each] of after.criteria.entries()) {
      expect(RANK[each.outcome]).toBeLessThanOrEqual(RANK[before.criteria[index]?.outcome ?? 'pass']);
    }
  },
);

test.prop([fc.array(fc.boolean(), { minLength: 300, maxLength: 300 }), fc.array(fc.boolean(), { maxLength: 50 })], {
  numRuns: 30,
})('what comes after a planned look changes nothing that it says', (first, later) => {
  const asked = demanding({ look: { sessions: 300 }, harmBelow: 20_000 });
  const harmOf = (sessions: readonly boolean[]): Criterion | undefined =>
    judge(asked, shownOf({ classes: [classOf(undefined, { judged: judgedAs(sessions) })] }), NOW).criteria.find(
      ({ id }) => id === 'harm',
    );
  const rare = first.map((one, index) => one && index % 60 === 0);
  expect(harmOf([...rare, ...later])).toEqual(harmOf(rare));
});

test('of nothing at all, and of little without a fault, a gate is INCONCLUSIVE', () => {
  const base = shownOf();
  const nothing = shownOf({
    basis: { ...base.basis, since: null },
    journal: { ...base.journal, head: null, redecided: { ...base.journal.redecided, calls: 0 } },
    classes: [classOf(undefined, { meant: 0, judged: [], agreement: null, amounts: [], weekdays: 0, weekend: 0 })],
    sessions: { writing: 0, all: 0, repeated: [] },
    days: { ...base.days, first: null, last: null, weekdays: 0, weekend: 0 },
    faults: { calls: 0, shown: [] },
    review: { chosen: 0, reviewed: 0 },
    upstream: met(0, 0),
    mix: { first: [], second: [] },
    load: [],
    scenarios: null,
    probe: null,
    efficacy: null,
  });
  const said = judge(termsOf(), nothing, NOW);
  expect(said.verdict).toBe('INCONCLUSIVE');
  expect(said.criteria.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  // But for that it is declared, and not frozen, nothing is shown.
  expect(said.criteria.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id)).toEqual([
    'identity',
    'freezes',
  ]);
  expect(said.criteria.filter(({ outcome, lacking }) => outcome === 'inconclusive' && !lacking)).toEqual([]);
  const thin = { ...nothing, classes: [classOf(undefined, { judged: judgedAs([false, true, false]) })] };
  expect(judge(termsOf(), thin, NOW).verdict).toBe('INCONCLUSIVE');
  expect(judge(termsOf(), { ...base, classes: [] }, NOW).verdict).toBe('INCONCLUSIVE');
});

test('the further steps of a ramp are judged by their own demands, at the stage itself', () => {
  const each = { ...demanding({}).targets.get('limited')!.evidence, days: 16 };
  const asked = termsOf({ each });
  expect(judge(asked, shownOf({ step: 1 }), NOW).verdict).toBe('PASS');
  expect(judge(asked, shownOf({ step: 2, from: 'limited' }), NOW).verdict).toBe('INCONCLUSIVE');
  expect(judge(termsOf({ each: undefined }), shownOf({ step: 2, from: 'limited' }), NOW).verdict).toBe('PASS');
  expect(() => judge(asked, shownOf({ step: 2 }), NOW)).toThrow(
    'limited is shown in limited, and the evidence is of shadow',
  );
  expect(() => judge(asked, shownOf({ to: 'production' }), NOW)).toThrow('demands nothing of production');
});

test('FAIL overrides what lacks, and where nothing at all passed there is no PASS', () => {
  const of = (...outcomes: Criterion['outcome'][]) => verdictOf(outcomes.map((outcome) => ({ outcome })));
  expect(of('pass', 'inconclusive', 'fail')).toBe('FAIL');
  expect(of('pass', 'inconclusive', 'waived')).toBe('INCONCLUSIVE');
  expect(of('pass', 'waived', 'shown')).toBe('PASS');
  expect(of('waived', 'shown')).toBe('INCONCLUSIVE');
  expect(of()).toBe('INCONCLUSIVE');
});
