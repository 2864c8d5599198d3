import { byText, type Act, type Side } from './act.ts';
import { comparison, type ComparedCase } from './comparison.ts';
import { match } from './match.ts';
import type { Meant } from './meant.ts';
import { LISTED_MAX, type CaseField, type Comparison, type Coverage, type Divergence } from './model.ts';
import type { ReadActuals } from './actuals.ts';

/** A case with more acts on one side than this is no case: whoever made it one chose the wrong field. */
export const CASE_ACTS_MAX = 200;

export interface DivergenceParts {
  readonly agent: string | null;
  readonly caseField: CaseField;
  readonly meant: Meant;
  readonly actuals: Pick<ReadActuals, 'side' | 'timed' | 'badRows' | 'incomplete' | 'ignoredColumns'>;
  /** The same agent's second run; absent: there is none. */
  readonly again?: Meant;
  /** How far apart in time two acts may lie and still be one, where the actuals have times. */
  readonly withinMs: number;
  /** Which cases stand or fall together; absent: those of one session. */
  readonly clusterOf?: (name: string) => string;
}

/** Compares what an agent meant to do with what people did, and with what it meant to do another time. */
export function divergence(parts: DivergenceParts): Divergence {
  const { agent, caseField, meant, actuals, again } = parts;
  const withinMs = actuals.timed ? parts.withinMs : null;
  const clusterOf = parts.clusterOf ?? ((name: string): string => name);
  const beside = compareSides(meant, actuals.side, { withinMs, clusterOf, without: actuals.incomplete });
  const badRows = actuals.badRows.slice(0, LISTED_MAX);
  return {
    agent,
    caseField,
    withinMs,
    coverage: coverageOf(meant, beside, actuals.incomplete),
    comparison: beside.comparison,
    noise: again === undefined ? null : noiseOf(meant, actuals.side, again, beside.compared, { withinMs, clusterOf }),
    badRows,
    badRowsMore: actuals.badRows.length - badRows.length,
    ignoredColumns: actuals.ignoredColumns,
  };
}

/** Two runs of one agent need not lie near each other in time: only its cases tie them together. */
function noiseOf(
  meant: Meant,
  people: Side,
  again: Meant,
  compared: ReadonlySet<string>,
  terms: Omit<Terms, 'without'>,
): Divergence['noise'] {
  const shared = compared.intersection(again.cases);
  const only = { ...terms, among: shared };
  const itself = compareSides(meant, again, { ...only, withinMs: null });
  const known = shared.intersection(itself.compared);
  return {
    cases: known.size,
    people: compareSides(meant, people, { ...only, among: known }).comparison,
    itself: compareSides(meant, again, { ...only, withinMs: null, among: known }).comparison,
  };
}

export interface Terms {
  readonly withinMs: number | null;
  readonly clusterOf: (name: string) => string;
  /** Cases that are not compared, whatever is known of them. */
  readonly without?: ReadonlySet<string>;
  /** The only cases that are compared; absent: all. */
  readonly among?: ReadonlySet<string>;
}

export interface Compared {
  readonly comparison: Comparison;
  readonly cases: readonly ComparedCase[];
  readonly compared: ReadonlySet<string>;
  readonly withoutActuals: readonly string[];
  readonly withoutAgent: readonly string[];
  readonly tooLarge: readonly string[];
}

export function compareSides(agent: Side, people: Side, terms: Terms): Compared {
  const { withinMs, clusterOf, without = new Set(), among } = terms;
  const ours = Map.groupBy(agent.acts, (one) => one.case);
  const theirs = Map.groupBy(people.acts, (one) => one.case);
  const known = agent.cases.intersection(people.cases).difference(without);
  const names = [...(among === undefined ? known : known.intersection(among))].toSorted(byText);
  const large = (name: string): boolean =>
    Math.max(ours.get(name)?.length ?? 0, theirs.get(name)?.length ?? 0) > CASE_ACTS_MAX;
  const compared = names.filter((name) => !large(name));
  const cases = compared.map((name): ComparedCase => {
    const matched = match(ours.get(name) ?? NONE, theirs.get(name) ?? NONE, withinMs);
    return { name, cluster: clusterOf(name), matched };
  });
  return {
    comparison: comparison(cases),
    cases,
    compared: new Set(compared),
    withoutActuals: [...agent.cases.difference(people.cases).difference(without)].toSorted(byText),
    withoutAgent: [...people.cases.difference(agent.cases).difference(without)].toSorted(byText),
    tooLarge: names.filter(large),
  };
}

const NONE: readonly Act[] = [];

function coverageOf(meant: Meant, beside: Compared, incomplete: ReadonlySet<string>): Coverage {
  const { compared, withoutActuals, withoutAgent, tooLarge } = beside;
  const unread = [...incomplete].toSorted(byText);
  return {
    compared: compared.size,
    withoutActuals: withoutActuals.length,
    withoutAgent: withoutAgent.length,
    tooLarge: tooLarge.length,
    incomplete: unread.length,
    listed: {
      withoutActuals: withoutActuals.slice(0, LISTED_MAX),
      withoutAgent: withoutAgent.slice(0, LISTED_MAX),
      tooLarge: tooLarge.slice(0, LISTED_MAX),
      incomplete: unread.slice(0, LISTED_MAX),
    },
    triedAgain: meant.triedAgain,
    refusedUpstream: meant.refusedUpstream,
    refusedInShadow: meant.refusedInShadow,
    unrouted: meant.unrouted,
    leftOut: meant.leftOut,
    intentsElsewhere: meant.caseless + meant.acts.filter((one) => !compared.has(one.case)).length,
  };
}
