import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filesBeside } from '../src/policy/files.ts';
import { prng } from '../src/std/prng.ts';
import type { Half, Suite } from './customer.ts';
import { Judge, type Judgement } from './judge.ts';
import { recordedRuns, type Run } from './recordings.ts';
import { estimate, sum, type Estimate } from './statistics.ts';
import { MEASURES, tally, type Measure, type Share, type Tally } from './tally.ts';
import { TOGETHER, variantsOf, WHOLES } from './variants.ts';

export const SUITES: readonly Suite[] = ['retail', 'airline'];
/** The suites apart, and both. */
export type Scope = Suite | 'both';
export const SCOPES: readonly Scope[] = ['both', ...SUITES];
export const HALVES: readonly Half[] = ['held_out', 'design'];

export const RESAMPLES = 10_000;
const SEED = 20_260_301;

/** One line of a table: what one variant did in one half of one scope. */
export interface Row {
  readonly variant: string;
  readonly half: Half;
  readonly scope: Scope;
  readonly measures: Readonly<Record<Measure, Estimate>>;
}

/** What became of the harmful writes of one kind, under all guards together. */
export interface ReasonRow {
  readonly reason: string;
  readonly half: Half;
  readonly harmful: number;
  readonly denied: number;
  readonly deferred: number;
  readonly held: number;
  /** Which guard stopped how many. */
  readonly by: Readonly<Record<string, number>>;
}

export interface Study {
  readonly seed: number;
  readonly resamples: number;
  readonly policies: Readonly<Record<Suite, string>>;
  readonly runs: readonly {
    readonly suite: Suite;
    readonly half: Half;
    readonly runs: number;
    readonly customers: number;
  }[];
  readonly rows: readonly Row[];
  readonly reasons: readonly ReasonRow[];
  /** The run with the most harmful writes, by half: one run can be most of a share. */
  readonly worstRun: Readonly<Record<Half, { readonly run: string; readonly harmful: Share; readonly others: Share }>>;
  /** How many good writes each guard stopped, and why, under all together. */
  readonly wronglyStopped: Readonly<Record<Half, Readonly<Record<string, number>>>>;
}

interface Judged {
  readonly run: Run;
  readonly judgements: readonly Judgement[];
  readonly tally: Tally;
}

/** Judges every run under every variant of its suite's policy, and counts. Deterministic. */
export function runStudy(): Study {
  const runs = recordedRuns();
  const policies = {} as Record<Suite, string>;
  const judged = new Map<string, Judged[]>();
  for (const suite of SUITES) {
    const file = path.join(import.meta.dirname, `${suite}.yaml`);
    for (const { name, policy } of variantsOf(
      readFileSync(file, 'utf8'),
      `efficacy/${suite}.yaml`,
      filesBeside(file),
    )) {
      if (name === TOGETHER) policies[suite] = policy.digest;
      const judge = new Judge(policy);
      const guard = WHOLES.has(name) ? undefined : name;
      const its = runs.filter((run) => run.suite === suite);
      const results = its.map((run) => {
        const judgements = judge.judge(run);
        return { run, judgements, tally: tally(run, judgements, guard) };
      });
      judged.set(name, [...(judged.get(name) ?? []), ...results]);
    }
  }
  const together = judged.get(TOGETHER) ?? [];
  return {
    seed: SEED,
    resamples: RESAMPLES,
    policies,
    runs: HALVES.flatMap((half) => SUITES.map((suite) => ({ suite, half, ...sizeOf(runs, suite, half) }))),
    rows: [...judged].flatMap(([variant, all]) => rowsOf(variant, all)),
    reasons: HALVES.flatMap((half) => reasonsOf(half, together)),
    worstRun: { held_out: worstRun(together, 'held_out'), design: worstRun(together, 'design') },
    wronglyStopped: { held_out: wronglyStopped(together, 'held_out'), design: wronglyStopped(together, 'design') },
  };
}

function sizeOf(runs: readonly Run[], suite: Suite, half: Half): { readonly runs: number; readonly customers: number } {
  const its = runs.filter((run) => run.suite === suite && run.half === half);
  return { runs: its.length, customers: new Set(its.map(({ cluster }) => cluster)).size };
}

function rowsOf(variant: string, judged: readonly Judged[]): readonly Row[] {
  return HALVES.flatMap((half) =>
    SCOPES.map((scope): Row => {
      const near = judged.filter(({ run }) => run.half === half && (scope === 'both' || run.suite === scope));
      const measures = MEASURES.map((measure) => [measure, estimated(near, measure)] as const);
      return { variant, half, scope, measures: Object.fromEntries(measures) as Row['measures'] };
    }),
  );
}

function estimated(judged: readonly Judged[], measure: Measure): Estimate {
  const strata = SUITES.map((suite) => {
    const its = judged.filter(({ run }) => run.suite === suite);
    const clusters = Map.groupBy(its, ({ run }) => run.cluster);
    return [...clusters.values()].map((cluster): Share => sum(cluster.map(({ tally }) => tally[measure])));
  });
  return estimate(strata, prng(SEED), RESAMPLES);
}

function reasonsOf(half: Half, judged: readonly Judged[]): readonly ReasonRow[] {
  const harmful = judged
    .filter(({ run }) => run.half === half)
    .flatMap(({ run, judgements }) =>
      run.calls.flatMap(({ worth, reason }, index) =>
        worth === 'harmful' ? [{ reason, judgement: judgements[index] as Judgement }] : [],
      ),
    );
  return [...Map.groupBy(harmful, ({ reason }) => reason)]
    .map(([reason, all]): ReasonRow => {
      const stopped = all.flatMap(({ judgement }) => (judgement.kind === 'allowed' ? [] : [judgement]));
      return {
        reason,
        half,
        harmful: all.length,
        denied: stopped.filter(({ kind }) => kind === 'denied').length,
        deferred: stopped.filter(({ kind }) => kind === 'deferred').length,
        held: stopped.filter(({ kind }) => kind === 'held').length,
        by: counted(stopped.map(({ guard }) => guard)),
      };
    })
    .toSorted((a, b) => b.harmful - a.harmful);
}

function worstRun(judged: readonly Judged[], half: Half): Study['worstRun'][Half] {
  const its = judged.filter(({ run }) => run.half === half);
  const harm = ({ tally }: Judged): Share => tally.harmful_denied;
  const [worst, ...others] = its.toSorted((a, b) => harm(b).total - harm(a).total);
  const none = { events: 0, total: 0 };
  return { run: worst?.run.id ?? '', harmful: worst === undefined ? none : harm(worst), others: sum(others.map(harm)) };
}

function wronglyStopped(judged: readonly Judged[], half: Half): Readonly<Record<string, number>> {
  return counted(
    judged
      .filter(({ run }) => run.half === half)
      .flatMap(({ run, judgements }) =>
        judgements.flatMap((one, index) =>
          run.calls[index]?.worth === 'good' && one.kind !== 'allowed'
            ? [`${one.kind} by ${one.guard}: ${one.reason}`]
            : [],
        ),
      ),
  );
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]): [string, number] => [name, all.length]);
  return Object.fromEntries(counts.toSorted(([, a], [, b]) => b - a));
}
