import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import type { Act, Side } from '../../../src/evidence/divergence/act.ts';
import { CASE_ACTS_MAX, compareSides } from '../../../src/evidence/divergence/divergence.ts';
import type { ClassRow, Comparison } from '../../../src/evidence/divergence/model.ts';
import { acted, side } from './acts.ts';

const TERMS = { withinMs: null, clusterOf: (name: string) => name };
const compared = (agent: Side, people: Side, withinMs: number | null = null): Comparison =>
  compareSides(agent, people, { ...TERMS, withinMs }).comparison;

describe('a planted night of ten cases', () => {
  const agent = side(
    {
      same: ['refund ch_1 50 USD'],
      both: ['refund ch_2 20 USD', 'note ch_2'],
      more: ['refund ch_3 80 USD'],
      elsewhere: ['refund ch_4 10 USD'],
      alone: ['cancel o_5'],
      lazy: [],
      instead: ['cancel o_7'],
      quiet: [],
      tangle: ['refund ch_9 10 USD', 'refund ch_9 20 USD'],
      euro: ['refund ch_10 5 EUR', 'refund ch_10 5 EUR'],
      unknown: ['refund ch_11 1 USD'],
    },
    'capture',
  );
  const people = side({
    same: ['refund ch_1 50 USD'],
    both: ['note ch_2', 'refund ch_2 20 USD'],
    more: ['refund ch_3 30 USD'],
    elsewhere: ['refund ch_40 10 USD'],
    alone: [],
    lazy: ['refund ch_6 70 USD'],
    instead: ['note o_7'],
    quiet: [],
    tangle: ['refund ch_9 15 USD', 'refund ch_9 16 USD', 'refund ch_9 17 USD'],
    euro: ['refund ch_10 5 EUR'],
    unseen: ['cancel o_12'],
  });
  const result = compareSides(agent, people, TERMS);
  const { comparison } = result;

  test('compares the ten cases that both know, and names the two that one side knows', () => {
    expect([...result.compared].toSorted((one, other) => one.localeCompare(other))).toHaveLength(10);
    expect(result.withoutActuals).toEqual(['unknown']);
    expect(result.withoutAgent).toEqual(['unseen']);
  });

  test('counts each class: who did it, and how alike', () => {
    const row = (wanted: string): Omit<ClassRow, 'agreement'> | undefined => {
      const found = comparison.classes.find(({ route }) => route === wanted);
      if (found === undefined) return undefined;
      const { agreement, ...counts } = found;
      expect(agreement).toMatchObject({
        events: counts.both,
        total: counts.both + counts.onlyAgent + counts.onlyPeople,
      });
      return counts;
    };
    const of = (counts: Partial<ClassRow>) => ({
      exact: 0,
      otherAmount: 0,
      otherTarget: 0,
      ambiguous: 0,
      onlyAgent: 0,
      onlyPeople: 0,
      ...counts,
    });
    expect(row('cancel')).toEqual(of({ route: 'cancel', effect: 'destructive', both: 0, onlyAgent: 2 }));
    expect(row('note')).toEqual(of({ route: 'note', effect: 'write', both: 1, exact: 1, onlyPeople: 1 }));
    // exact: same, both, euro; another amount: more; another target: elsewhere; a tangle of 2 and 3.
    const refunds = { both: 7, exact: 3, otherAmount: 1, otherTarget: 1, ambiguous: 2, onlyAgent: 1, onlyPeople: 2 };
    expect(row('refund')).toEqual({ route: 'refund', effect: 'money', ...refunds });
  });

  test('lays out who did what where the other did what', () => {
    expect(comparison.confusion).toEqual({
      names: ['cancel (destructive)', 'note (write)', 'refund (money)', 'nothing'],
      cells: [
        [0, 1, 0, 1],
        [0, 1, 0, 0],
        [0, 0, 7, 1],
        [0, 0, 2, 1],
      ],
    });
  });

  test('adds up the money, signed and not, each currency for itself', () => {
    expect(comparison.money).toEqual([
      {
        currency: 'EUR',
        agentMicros: '10000000',
        agentDeniedMicros: '0',
        agentHeldMicros: '0',
        peopleMicros: '5000000',
        differenceMicros: '5000000',
        absoluteMicros: '5000000',
      },
      // 50 + 20 + 80 + 10 + 30, against 50 + 20 + 30 + 10 + 70 + 48; apart by 50, 70 and 18.
      {
        currency: 'USD',
        agentMicros: '190000000',
        agentDeniedMicros: '0',
        agentHeldMicros: '0',
        peopleMicros: '228000000',
        differenceMicros: '-38000000',
        absoluteMicros: '138000000',
      },
    ]);
  });

  test('says what of the agent’s money a guard denied or held: a second refund that was denied cost nothing', () => {
    const mixed: Side = {
      cases: new Set(['a']),
      acts: [
        acted('a', 'refund ch_1 50 USD', '1', 'capture'),
        acted('a', 'refund ch_1 50 USD', '2', 'deny'),
        acted('a', 'refund ch_2 7 USD', '3', 'hold'),
      ],
    };
    expect(compared(mixed, side({ a: ['refund ch_1 50 USD'] })).money).toMatchObject([
      { agentMicros: '107000000', agentDeniedMicros: '50000000', agentHeldMicros: '7000000', peopleMicros: '50000000' },
    ]);
  });

  test('lists what differs, the most money first, then what destroys', () => {
    const told = comparison.disagreements.map(({ kind, case: name, money, effect }) => [
      name,
      kind,
      effect,
      money[0]?.micros ?? null,
    ]);
    expect(told).toEqual([
      ['lazy', 'only_people', 'money', '-70000000'],
      ['more', 'amount', 'money', '50000000'],
      ['tangle', 'ambiguous', 'money', '-18000000'],
      ['euro', 'only_agent', 'money', '5000000'],
      ['alone', 'only_agent', 'destructive', null],
      ['instead', 'instead', 'destructive', null],
      ['elsewhere', 'target', 'money', null],
    ]);
    expect(comparison.disagreements[1]?.agent).toMatchObject([{ call: 'more/0', verdict: 'capture' }]);
    expect(comparison.disagreements[0]?.people).toMatchObject([{ place: 'lazy/0' }]);
  });

  test('says in how many cases all is the same: nothing done by both is, too', () => {
    expect(comparison.cases).toMatchObject({
      alike: { events: 3, total: 10 },
      differing: { events: 7, total: 10 },
      nothingByBoth: 1,
    });
    // Six pairs, a tangle of three, one instead of another, two by the agent alone and one by people.
    expect(comparison.actions).toMatchObject({
      differing: { events: 9, total: 13 },
      sameClass: { events: 8, total: 13 },
      exact: { events: 4, total: 8 },
    });
  });
});

const TEXTS = [
  'refund ch_1 50 USD',
  'refund ch_1 40 USD',
  'refund ch_2 50 USD',
  'refund',
  'cancel o_1',
  'cancel o_2',
  'note o_1',
  'note',
];
const texts = fc.array(
  fc
    .tuple(fc.constantFrom(...TEXTS), fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }))
    .map(([text, second]) => (second === undefined ? text : `${text} @${second}`)),
  { maxLength: 7 },
);
const cases = fc.dictionary(fc.constantFrom('one', 'two', 'three', '__proto__', 'constructor'), texts, { maxKeys: 5 });
const window = fc.constantFrom(null, 0, 10_000);
const reversed = ({ acts, cases: names }: Side): Side => ({ acts: acts.toReversed(), cases: names });
const kinds = ({ disagreements }: Comparison) =>
  disagreements.map(({ kind, case: name, effect, money }) => ({ kind, name, effect, money }));

property.prop([cases, cases, window])(
  'swapping the sides transposes the confusion table and turns the money round',
  (agent, people, withinMs) => {
    const straight = compared(side(agent), side(people), withinMs);
    const swapped = compared(side(people), side(agent), withinMs);
    const { names, cells } = straight.confusion;
    expect(swapped.confusion.names).toEqual(names);
    expect(swapped.confusion.cells).toEqual(names.map((_, row) => names.map((__, column) => cells[column]?.[row])));
    expect(swapped.cases).toEqual(straight.cases);
    expect(swapped.actions).toEqual(straight.actions);
    const turned = straight.money.map(({ agentMicros, peopleMicros, differenceMicros, ...rest }) => ({
      ...rest,
      agentMicros: peopleMicros,
      peopleMicros: agentMicros,
      differenceMicros: (-BigInt(differenceMicros)).toString(),
    }));
    expect(swapped.money).toEqual(turned);
  },
);

property.prop([cases, window])('whoever is compared with himself agrees in everything', (agent, withinMs) => {
  const {
    cases: alike,
    actions,
    classes,
    money,
    disagreements,
    confusion,
  } = compared(side(agent), side(agent), withinMs);
  expect(disagreements).toEqual([]);
  expect(alike.differing.events).toBe(0);
  expect(actions.differing.events).toBe(0);
  for (const { both, exact, onlyAgent, onlyPeople } of classes)
    expect([exact, onlyAgent, onlyPeople]).toEqual([both, 0, 0]);
  for (const { differenceMicros, absoluteMicros } of money)
    expect([differenceMicros, absoluteMicros]).toEqual(['0', '0']);
  for (const [row, cells] of confusion.cells.entries()) {
    for (const [column, count] of cells.entries()) if (row !== column) expect(count).toBe(0);
  }
});

property.prop([cases, cases, window])(
  'the order in which either side is told does not matter',
  (agent, people, withinMs) => {
    const straight = compared(side(agent), side(people), withinMs);
    const turned = compared(reversed(side(agent)), reversed(side(people)), withinMs);
    expect({ ...turned, disagreements: kinds(turned) }).toEqual({ ...straight, disagreements: kinds(straight) });
  },
);

property.prop([cases, cases, window])(
  'every act is counted once, in the table and in the classes',
  (agent, people, withinMs) => {
    const [ours, theirs] = [side(agent), side(people)];
    const { confusion, classes, cases: counted } = compared(ours, theirs, withinMs);
    const both = ours.cases.intersection(theirs.cases);
    const count = ({ acts }: Side): number => acts.filter((one: Act) => both.has(one.case)).length;
    const last = confusion.names.length - 1;
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
    expect(sum(confusion.cells.slice(0, last).map(sum))).toBe(count(ours));
    expect(sum(confusion.cells.map((row) => sum(row.slice(0, last))))).toBe(count(theirs));
    expect(confusion.cells[last]?.[last]).toBe(counted.nothingByBoth);
    expect(sum(classes.map((row) => row.both + row.onlyAgent))).toBe(count(ours));
    expect(sum(classes.map((row) => row.both + row.onlyPeople))).toBe(count(theirs));
    for (const row of classes) expect(row.exact + row.otherAmount + row.otherTarget + row.ambiguous).toBe(row.both);
  },
);

test('a case with hundreds of acts is listed, not matched', () => {
  const many = Array.from({ length: CASE_ACTS_MAX + 1 }, (_, index) => acted('flood', 'note o_1', `p${index}`));
  const people = { acts: many, cases: new Set(['flood']) };
  const result = compareSides({ acts: [], cases: new Set(['flood']) }, people, TERMS);
  expect(result.tooLarge).toEqual(['flood']);
  expect(result.comparison.cases.alike.total).toBe(0);
});
