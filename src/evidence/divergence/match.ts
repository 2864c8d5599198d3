import { byText, classOf, differences, type Act } from './act.ts';

/** An act of the agent's and the one of people's that it is. */
export interface Pair {
  readonly agent: Act;
  readonly people: Act;
  readonly differs: readonly string[];
}

/** Acts of one class of which nobody can say who belongs to whom. */
export interface Tangle {
  readonly agent: readonly Act[];
  readonly people: readonly Act[];
}

/** What became of every act of a case. INVARIANT: each is in exactly one place. */
export interface Matched {
  /** Of one class each. */
  readonly pairs: readonly Pair[];
  readonly tangles: readonly Tangle[];
  /** Of two classes each: the one was done where the other was. */
  readonly instead: readonly Pair[];
  readonly onlyAgent: readonly Act[];
  readonly onlyPeople: readonly Act[];
}

/**
 * How alike two acts of one class are, the strictest first. What is paired at one level is gone at the next; so an equal
 * pair is never torn apart for the sake of an unequal one.
 */
const LEVELS: readonly ((agent: Act, people: Act) => boolean)[] = [
  (agent, people) => agent.signature === people.signature,
  (agent, people) => differences(agent, people).length === 0,
  (agent, people) =>
    agent.subject !== null && differences(agent, people).join() === 'amount' && agent.subject === people.subject,
  (agent, people) => agent.subject !== null && agent.subject === people.subject,
  () => true,
];

/**
 * Pairs the acts of one case, one to one. Deterministic, whatever their order, and the same with the sides swapped.
 *
 * Acts are paired where only one pairing is possible, or where those it could be are interchangeable. All else is a tangle:
 * a pairing would be a guess.
 *
 * @param withinMs how far apart in time a pair may lie; `null`: as far as they like. An act without a time is near to all.
 */
export function match(agent: readonly Act[], people: readonly Act[], withinMs: number | null): Matched {
  const near = (one: Act, other: Act): boolean =>
    withinMs === null || one.at === null || other.at === null || Math.abs(one.at - other.at) <= withinMs;
  const pairs: Pair[] = [];
  const tangles: Tangle[] = [];
  let left = new Set(agent.toSorted(inOrder));
  let right = new Set(people.toSorted(inOrder));
  for (const level of LEVELS) {
    if (left.size === 0 || right.size === 0) break;
    for (const group of groups(
      left,
      right,
      (one, other) => near(one, other) && classOf(one) === classOf(other) && level(one, other),
    )) {
      if (alike(group.agent) && alike(group.people)) pairs.push(...inStep(group, near));
      else tangles.push(group);
    }
    left = left.difference(new Set([...pairs, ...tangles].flatMap((one) => one.agent)));
    right = right.difference(new Set([...pairs, ...tangles].flatMap((one) => one.people)));
  }
  const instead = insteadOf([...left], [...right], near);
  return {
    pairs,
    tangles,
    instead,
    onlyAgent: [...left.difference(new Set(instead.map((pair) => pair.agent)))],
    onlyPeople: [...right.difference(new Set(instead.map((pair) => pair.people)))],
  };
}

/** By time, then by what they are: never by where they stood in a file. */
function inOrder(one: Act, other: Act): number {
  return (one.at ?? 0) - (other.at ?? 0) || byText(one.signature, other.signature) || byText(one.place, other.place);
}

/** Acts that are linked with each other, directly or by others: both sides of each group have at least one. */
function groups(
  agent: ReadonlySet<Act>,
  people: ReadonlySet<Act>,
  linked: (agent: Act, people: Act) => boolean,
): readonly Tangle[] {
  const found: Tangle[] = [];
  const right = new Set(people);
  const left = new Set(agent);
  for (const seed of agent) {
    if (!left.delete(seed)) continue;
    const group: { readonly agent: Act[]; readonly people: Act[] } = { agent: [seed], people: [] };
    for (let agents = 0, others = 0; agents < group.agent.length || others < group.people.length;) {
      const one = group.agent[agents];
      if (one !== undefined) {
        agents += 1;
        for (const other of right) if (linked(one, other) && right.delete(other)) group.people.push(other);
        continue;
      }
      const other = group.people[others] as Act;
      others += 1;
      for (const next of left) if (linked(next, other) && left.delete(next)) group.agent.push(next);
    }
    if (group.people.length > 0)
      found.push({ agent: group.agent.toSorted(inOrder), people: group.people.toSorted(inOrder) });
  }
  return found;
}

const alike = (acts: readonly Act[]): boolean => acts.every(({ signature }) => signature === acts[0]?.signature);

/** The most pairs that the times allow: both sides in order of time, and whoever is too early for the other's first is left. */
function inStep({ agent, people }: Tangle, near: (one: Act, other: Act) => boolean): readonly Pair[] {
  const pairs: Pair[] = [];
  let first = 0;
  let second = 0;
  while (first < agent.length && second < people.length) {
    const one = agent[first] as Act;
    const other = people[second] as Act;
    if (near(one, other)) {
      pairs.push({ agent: one, people: other, differs: differences(one, other) });
      first += 1;
      second += 1;
    } else if ((one.at ?? 0) < (other.at ?? 0)) first += 1;
    else second += 1;
  }
  return pairs;
}

/** Of what is left: the only act on a subject beside the only other, and what is then the only one of the case beside the only other. */
function insteadOf(
  agent: readonly Act[],
  people: readonly Act[],
  near: (one: Act, other: Act) => boolean,
): readonly Pair[] {
  const pairs: Pair[] = [];
  const tryOnly = (ones: readonly Act[], others: readonly Act[]): void => {
    const [one, other] = [ones[0], others[0]];
    if (one === undefined || other === undefined || ones.length > 1 || others.length > 1) return;
    if (classOf(one) === classOf(other) || !near(one, other)) return;
    pairs.push({ agent: one, people: other, differs: ['action', ...differences(one, other)].toSorted() });
  };
  const subjects = new Set(agent.flatMap(({ subject }) => (subject === null ? [] : [subject])));
  for (const wanted of subjects) {
    const on = ({ subject }: Act): boolean => subject === wanted;
    tryOnly(agent.filter(on), people.filter(on));
  }
  const paired = new Set(pairs.flatMap((pair) => [pair.agent, pair.people]));
  const free = (one: Act): boolean => !paired.has(one);
  tryOnly(agent.filter(free), people.filter(free));
  return pairs;
}
