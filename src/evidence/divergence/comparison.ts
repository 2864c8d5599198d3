import type { Effect } from '../../engine/call.ts';
import { clustered } from '../statistics/clustered.ts';
import type { Estimate, Share } from '../statistics/share.ts';
import { byText, classOf, type Act } from './act.ts';
import { amountsCount, disagreementsOf, kindOf, worstFirst } from './disagreement.ts';
import type { Matched } from './match.ts';
import { LISTED_MAX, NOTHING, type ClassRow, type Comparison, type Confusion, type MoneyRow } from './model.ts';
import { magnitude, Sums } from './sums.ts';

/** A case that both sides know, and what became of its acts. */
export interface ComparedCase {
  readonly name: string;
  /** Cases of one cluster stand or fall together. */
  readonly cluster: string;
  readonly matched: Matched;
}

/** Counts what matching has found. */
export function comparison(cases: readonly ComparedCase[]): Comparison {
  const disagreements = cases.flatMap(({ name, matched }) => disagreementsOf(name, matched)).toSorted(worstFirst);
  const estimate = estimator(cases);
  const alike = (matched: Matched): boolean => exactPairs(matched) === units(matched);
  return {
    cases: {
      alike: estimate((matched) => ({ events: alike(matched) ? 1 : 0, total: 1 })),
      differing: estimate((matched) => ({ events: alike(matched) ? 0 : 1, total: 1 })),
      nothingByBoth: cases.filter(({ matched }) => units(matched) === 0).length,
    },
    actions: {
      differing: estimate((matched) => ({ events: units(matched) - exactPairs(matched), total: units(matched) })),
      sameClass: estimate((matched) => ({ events: classPairs(matched), total: units(matched) })),
      exact: estimate((matched) => ({ events: exactPairs(matched), total: classPairs(matched) })),
    },
    classes: classRows(cases, estimate),
    money: moneyRows(cases),
    confusion: confusion(cases),
    disagreements: disagreements.slice(0, LISTED_MAX),
    disagreementsMore: Math.max(0, disagreements.length - LISTED_MAX),
  };
}

/** By cluster, of one class: actions of either side (what belongs together once), and how many are the same on both to the amount and the target. */
export function sameOfClass(
  cases: readonly ComparedCase[],
  action: { readonly route: string; readonly effect: Effect },
): readonly Share[] {
  const name = classOf(action);
  const clusters = Map.groupBy(cases, ({ cluster }) => cluster);
  return [...clusters.values()].flatMap((its) => {
    const own = its.map(({ matched }) => ofClass(matched, name));
    const share = { events: total(own.map(exactPairs)), total: total(own.map(units)) };
    return share.total === 0 ? [] : [share];
  });
}

type Estimator = (count: (matched: Matched) => Share) => Estimate;

function estimator(cases: readonly ComparedCase[]): Estimator {
  const clusters = [...Map.groupBy(cases, ({ cluster }) => cluster).values()];
  return (count) =>
    clustered(
      clusters.map((cluster) => {
        const shares = cluster.map(({ matched }) => count(matched));
        return { events: total(shares.map(({ events }) => events)), total: total(shares.map((share) => share.total)) };
      }),
    );
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Actions of either side, what belongs together once. */
function units({ pairs, tangles, instead, onlyAgent, onlyPeople }: Matched): number {
  const tangled = total(tangles.map(({ agent, people }) => Math.max(agent.length, people.length)));
  return pairs.length + tangled + instead.length + onlyAgent.length + onlyPeople.length;
}

const exactPairs = ({ pairs }: Matched): number => pairs.filter(({ differs }) => differs.length === 0).length;

function classPairs({ pairs, tangles }: Matched): number {
  return pairs.length + total(tangles.map(({ agent, people }) => Math.min(agent.length, people.length)));
}

/** What matching found of one class alone. What was done instead is, of its own class, done by one side only. */
function ofClass(matched: Matched, name: string): Matched {
  const is = (one: Act): boolean => classOf(one) === name;
  return {
    pairs: matched.pairs.filter(({ agent }) => is(agent)),
    tangles: matched.tangles.filter(({ agent: [one] }) => one !== undefined && is(one)),
    instead: [],
    onlyAgent: [...matched.onlyAgent, ...matched.instead.map(({ agent }) => agent)].filter(is),
    onlyPeople: [...matched.onlyPeople, ...matched.instead.map(({ people }) => people)].filter(is),
  };
}

function everyAct({ pairs, tangles, instead, onlyAgent, onlyPeople }: Matched): readonly Act[] {
  return [...pairs, ...instead]
    .flatMap(({ agent, people }) => [agent, people])
    .concat(
      tangles.flatMap(({ agent, people }) => [...agent, ...people]),
      onlyAgent,
      onlyPeople,
    );
}

function classesIn(
  cases: readonly ComparedCase[],
): ReadonlyMap<string, { readonly route: string; readonly effect: Effect }> {
  const classes = new Map<string, { readonly route: string; readonly effect: Effect }>();
  for (const { matched } of cases) {
    for (const one of everyAct(matched)) classes.set(classOf(one), { route: one.route, effect: one.effect });
  }
  return new Map([...classes].toSorted(([one], [other]) => byText(one, other)));
}

function classRows(cases: readonly ComparedCase[], estimate: Estimator): readonly ClassRow[] {
  return [...classesIn(cases)].map(([name, { route, effect }]) => {
    const its = cases.map(({ matched }) => ofClass(matched, name));
    const pairs = its.flatMap((one) => one.pairs);
    const tangles = its.flatMap((one) => one.tangles);
    const exact = total(its.map(exactPairs));
    const kinds = pairs.flatMap((pair) => (pair.differs.length === 0 ? [] : [kindOf(pair)]));
    const more = (side: 'agent' | 'people'): number =>
      total(tangles.map((one) => one[side].length - Math.min(one.agent.length, one.people.length)));
    return {
      route,
      effect,
      both: total(its.map(classPairs)),
      exact,
      otherAmount: kinds.filter((kind) => kind === 'amount').length,
      otherTarget: kinds.filter((kind) => kind === 'target').length,
      ambiguous: total(its.map(classPairs)) - pairs.length,
      onlyAgent: total(its.map(({ onlyAgent }) => onlyAgent.length)) + more('agent'),
      onlyPeople: total(its.map(({ onlyPeople }) => onlyPeople.length)) + more('people'),
      agreement: estimate((matched) => {
        const one = ofClass(matched, name);
        return { events: classPairs(one), total: units(one) };
      }),
    };
  });
}

/** What belongs together, as groups of acts: each either moves money on both sides, or is left out. */
function moneyRows(cases: readonly ComparedCase[]): readonly MoneyRow[] {
  const agents = new Sums();
  const denied = new Sums();
  const held = new Sums();
  const others = new Sums();
  const sizes = new Sums();
  for (const { matched } of cases) {
    const { pairs, tangles, instead, onlyAgent, onlyPeople } = matched;
    const groups = [
      ...[...pairs, ...instead].map(({ agent, people }) => ({ agent: [agent], people: [people] })),
      ...tangles,
      ...onlyAgent.map((one) => ({ agent: [one], people: [] })),
      ...onlyPeople.map((one) => ({ agent: [], people: [one] })),
    ].filter(({ agent, people }) => amountsCount(agent, people));
    for (const { agent, people } of groups) {
      agents.addAll(agent);
      denied.addAll(agent.filter(({ verdict }) => verdict === 'deny'));
      held.addAll(agent.filter(({ verdict }) => verdict === 'hold'));
      others.addAll(people);
      const difference = new Sums();
      difference.addAll(agent);
      difference.subtractAll(people);
      for (const [currency, micros] of difference.entries()) sizes.add({ currency, micros: magnitude(micros) });
    }
  }
  return sizes.entries().map(([currency, absolute]) => ({
    currency,
    agentMicros: agents.of(currency).toString(),
    agentDeniedMicros: denied.of(currency).toString(),
    agentHeldMicros: held.of(currency).toString(),
    peopleMicros: others.of(currency).toString(),
    differenceMicros: (agents.of(currency) - others.of(currency)).toString(),
    absoluteMicros: absolute.toString(),
  }));
}

function confusion(cases: readonly ComparedCase[]): Confusion {
  const names = [...classesIn(cases).keys(), NOTHING];
  const cells = names.map(() => names.map(() => 0));
  const add = (agent: string, people: string, count = 1): void => {
    const row = cells[names.indexOf(agent)];
    const column = names.indexOf(people);
    if (row !== undefined) row[column] = (row[column] ?? 0) + count;
  };
  for (const { matched } of cases) {
    const { pairs, tangles, instead, onlyAgent, onlyPeople } = matched;
    if (units(matched) === 0) add(NOTHING, NOTHING);
    for (const { agent, people } of [...pairs, ...instead]) add(classOf(agent), classOf(people));
    for (const one of onlyAgent) add(classOf(one), NOTHING);
    for (const one of onlyPeople) add(NOTHING, classOf(one));
    for (const { agent, people } of tangles) {
      const name = classOf((agent[0] ?? people[0]) as Act);
      const both = Math.min(agent.length, people.length);
      add(name, name, both);
      add(name, NOTHING, agent.length - both);
      add(NOTHING, name, people.length - both);
    }
  }
  return { names, cells };
}
