import type { Effect } from '../../engine/call.ts';
import type { CallId } from '../../engine/ids.ts';
import { byText, type Act } from './act.ts';
import type { Matched, Pair } from './match.ts';
import type { AgentAction, Disagreement, DisagreementKind, PeopleAction } from './model.ts';
import { magnitude, moneyJson, Sums } from './sums.ts';

/** The more severe first. */
const SEVERITY: readonly Effect[] = ['destructive', 'money', 'write', 'read'];

/** Everything of a case in which the sides are not the same. */
export function disagreementsOf(name: string, matched: Matched): readonly Disagreement[] {
  const paired = (kind: DisagreementKind, { agent, people, differs }: Pair): Disagreement =>
    disagreement(name, kind, [agent], [people], differs);
  return [
    ...matched.pairs.flatMap((pair) => (pair.differs.length === 0 ? [] : [paired(kindOf(pair), pair)])),
    ...matched.instead.map((pair) => paired('instead', pair)),
    ...matched.tangles.map(({ agent, people }) => disagreement(name, 'ambiguous', agent, people, [])),
    ...matched.onlyAgent.map((one) => disagreement(name, 'only_agent', [one], [], [])),
    ...matched.onlyPeople.map((one) => disagreement(name, 'only_people', [], [one], [])),
  ];
}

/** A pair whose target differs, too, is no mere matter of the amount. */
export function kindOf({ differs }: Pair): 'amount' | 'target' {
  return differs.join() === 'amount' ? 'amount' : 'target';
}

/** The worst first: the most money, then the most severe effect. Amounts of two currencies are compared as numbers. */
export function worstFirst(one: Disagreement, other: Disagreement): number {
  const money = largest(other) - largest(one);
  if (money !== 0n) return money > 0n ? 1 : -1;
  return (
    SEVERITY.indexOf(one.effect) - SEVERITY.indexOf(other.effect) ||
    byText(one.case, other.case) ||
    byText(one.kind, other.kind) ||
    byText(placeOf(one), placeOf(other))
  );
}

function disagreement(
  name: string,
  kind: DisagreementKind,
  agent: readonly Act[],
  people: readonly Act[],
  differs: readonly string[],
): Disagreement {
  const effects = [...agent, ...people].map(({ effect }) => effect);
  const effect = SEVERITY.find((one) => effects.includes(one)) ?? 'write';
  return {
    kind,
    case: name,
    effect,
    differs,
    agent: agent.map(ofAgent),
    people: people.map(ofPeople),
    money: gap(agent, people),
  };
}

/** Agent less people. An amount that its other half does not state is no difference. */
function gap(agent: readonly Act[], people: readonly Act[]): Disagreement['money'] {
  const sums = new Sums();
  const counted = amountsCount(agent, people);
  if (counted) sums.addAll(agent);
  if (counted) sums.subtractAll(people);
  return sums.entries().flatMap(([currency, micros]) => (micros === 0n ? [] : [moneyJson({ micros, currency })]));
}

/** Whether money can be compared: both sides of what belongs together state theirs. */
export function amountsCount(agent: readonly Act[], people: readonly Act[]): boolean {
  if (agent.length === 0 || people.length === 0) return true;
  const all = [...agent, ...people];
  return all.every(({ amount }) => amount !== null) || all.every(({ amount }) => amount === null);
}

function ofAgent(one: Act): AgentAction {
  const { place, at, route, effect, subject, amount, verdict } = one;
  const money = amount === null ? null : moneyJson(amount);
  return { call: place as CallId, at: at ?? 0, route, effect, subject, amount: money, verdict: verdict ?? 'allow' };
}

function ofPeople({ place, at, route, effect, subject, amount }: Act): PeopleAction {
  return { place, at, route, effect, subject, amount: amount === null ? null : moneyJson(amount) };
}

function largest({ money }: Disagreement): bigint {
  let most = 0n;
  for (const { micros } of money) {
    const size = magnitude(BigInt(micros));
    if (size > most) most = size;
  }
  return most;
}

const placeOf = ({ agent, people }: Disagreement): string => agent[0]?.call ?? people[0]?.place ?? '';
