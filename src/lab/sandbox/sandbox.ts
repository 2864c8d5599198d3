import path from 'node:path';
import { formatMoney, type Micros } from '../../std/money.ts';
import type { Finding } from '../../engine/decision.ts';
import type { Acted } from './acted.ts';
import { courseGuarded } from './course-guarded.ts';
import { type ActedCourse, courseUnguarded } from './course-unguarded.ts';
import type { FoundScenario } from './found.ts';
import { attribute } from './evidence.ts';
import { type Guarded, runGuarded } from './guarded-run.ts';
import { checkPromises } from './promises.ts';
import { type Placed, recordsOf } from './records.ts';
import type { RunResult, ScenarioResult } from './result.ts';
import { type Account, ARRIVAL, type Scenario } from './scenario.ts';
import { timeline } from './timeline.ts';
import { runUnguarded } from './unguarded-run.ts';
import { arrivalEntry } from './witness.ts';
import type { LedgerEntry } from '../world/world.ts';

export type SandboxStep = 'unguarded' | 'guarded' | 'checked';

export interface SandboxOptions {
  /** Where this scenario's files go; the guarded run's journal is `journal` in it and replaces an earlier one. */
  readonly dir: string;
  /** Called as each step begins; `checked` once all is done. */
  readonly onProgress?: (step: SandboxStep) => void;
}

/** Acts a scenario out twice, straight on the business and through the door, and measures what the door promised. */
export async function runScenario(
  scenario: Scenario | FoundScenario,
  options: SandboxOptions,
): Promise<ScenarioResult> {
  const { dir, onProgress = () => undefined } = options;
  const journalDir = path.join(dir, 'journal');
  const { unguarded, guarded, acted } =
    'course' in scenario
      ? await bothCourses(scenario, journalDir, onProgress)
      : await bothRuns(scenario, journalDir, onProgress);
  const promises = checkPromises({
    ...acted.evidence,
    unguardedHarm: unguarded.harm,
    guardedHarm: guarded.harm,
    ...('course' in scenario && { isKnownHarm: true }),
  });
  onProgress('checked');
  const { name, title, story, source } = scenario;
  return {
    name,
    title,
    story,
    source,
    unguarded: runResult(unguarded, undefined),
    guarded: runResult(guarded, acted.evidence.records),
    promises,
    held: promises.every(({ held }) => held),
    stoppedBy: stoppedBy(acted),
    remarks: [...new Set([...unguarded.acted.remarks, ...acted.remarks])],
  };
}

interface Both {
  readonly unguarded: Judged;
  readonly guarded: Judged;
  readonly acted: Guarded;
}

type OnProgress = (step: SandboxStep) => void;

async function bothRuns(scenario: Scenario, journalDir: string, onProgress: OnProgress): Promise<Both> {
  onProgress('unguarded');
  const unguarded = judged(scenario, await runUnguarded(scenario));
  onProgress('guarded');
  const acted = await runGuarded(scenario, journalDir);
  return { unguarded, guarded: judged(scenario, acted, acted.evidence.records), acted };
}

async function bothCourses(found: FoundScenario, journalDir: string, onProgress: OnProgress): Promise<Both> {
  onProgress('unguarded');
  const unguarded = judgedCourse(found, await courseUnguarded(found));
  onProgress('guarded');
  const acted = await courseGuarded(found, journalDir);
  return { unguarded, guarded: judgedCourse(found, acted), acted };
}

/** One run, with what the oracle says of it. */
interface Judged {
  readonly acted: Acted;
  readonly ledger: readonly (LedgerEntry & { readonly upstream: string })[];
  readonly harm: readonly LedgerEntry[];
}

function judged(scenario: Scenario, acted: Acted, records: readonly Placed[] = []): Judged {
  const byTime = (a: LedgerEntry, b: LedgerEntry): number => a.at - b.at;
  const accounts = new Map<LedgerEntry, Account>();
  const ledger = attribute({ ...acted, records })
    .flatMap(({ deed: { upstream, entries }, call }) =>
      entries.map((entry) => {
        const here = { ...entry, upstream };
        if (call !== undefined) accounts.set(here, call.record);
        return here;
      }),
    )
    .sort(byTime);
  const arrivals = acted.arrivals.map(arrivalEntry).sort(byTime);
  return { acted, ledger, harm: scenario.harm(ledger, arrivals, (entry) => accounts.get(entry)) };
}

/** The same for a course: its oracle sees who did what, and stops at the first harm. */
function judgedCourse({ oracle }: FoundScenario, acted: ActedCourse): Judged {
  const told = new Map(acted.town.seen.map((deed) => [deed.entry, { ...deed.entry, upstream: deed.upstream }]));
  const watch = oracle.watch();
  const harm = acted.town.seen.map((deed) => watch.see(deed)).find((found) => found !== undefined);
  return {
    acted,
    ledger: [...told.values()].filter(({ kind }) => kind !== ARRIVAL),
    harm: harm?.deeds.flatMap(({ entry }) => told.get(entry) ?? []) ?? [],
  };
}

function runResult({ acted, ledger, harm }: Judged, records: readonly Placed[] | undefined): RunResult {
  const harmful = new Set(harm);
  return {
    startedAt: acted.startedAt,
    durationMs: acted.durationMs,
    ledger: ledger.map((entry) => ({ ...entry, harmful: harmful.has(entry) })),
    money: sumOut(ledger),
    writes: ledger.filter(({ write }) => write).length,
    harm: { money: sumOut(harm), entries: harm.length },
    requests: { sent: acted.sent, reached: acted.arrivals.length },
    ...timeline(acted, ledger, harmful, records),
  };
}

/** `"12345.67 USD"`; several currencies side by side. */
function sumOut(entries: readonly LedgerEntry[]): string {
  const sums = new Map<string, Micros>();
  for (const { moneyOut } of entries) {
    if (moneyOut !== null) sums.set(moneyOut.currency, (sums.get(moneyOut.currency) ?? 0n) + moneyOut.micros);
  }
  if (sums.size === 0) sums.set('USD', 0n);
  return [...sums].map(([currency, micros]) => formatMoney({ micros, currency })).join(' + ');
}

/** What stopped calls, most often first; what a freeze refused is its consequence, and stands last. */
function stoppedBy({ evidence: { records } }: Guarded): ScenarioResult['stoppedBy'] {
  const refused = recordsOf(records, 'call').flatMap(({ record: { findings } }) => {
    const finding = findings.find((one): one is Finding => typeof one !== 'string' && one.verdict !== 'pass');
    return finding === undefined
      ? []
      : [{ guard: finding.guard, rule: String(finding.rule), reason: finding.reason, calls: 1 }];
  });
  const killed = recordsOf(records, 'freeze')
    .filter(({ record }) => record.by.startsWith('human:'))
    .map(({ record }) => ({ guard: 'kill', rule: record.by, reason: record.reason, calls: record.severed.length }));
  // An alarm at an outcome refuses no call itself; it counts as one, or as the calls it severed. From then on `freeze` refuses.
  const alarmed = recordsOf(records, 'freeze').flatMap(({ record: { cause, severed } }) =>
    cause === undefined || refused.some(({ rule }) => rule === cause.rule)
      ? []
      : [{ guard: cause.guard, rule: cause.rule, reason: cause.reason, calls: Math.max(1, severed.length) }],
  );
  const byCause = Map.groupBy(
    [...killed, ...alarmed, ...refused],
    ({ guard, rule, reason }) => `${guard} ${rule} ${reason}`,
  );
  return [...byCause.values()]
    .map((alike) => ({ ...alike[0]!, calls: alike.reduce((sum, { calls }) => sum + calls, 0) }))
    .sort((a, b) => Number(a.guard === 'freeze') - Number(b.guard === 'freeze') || b.calls - a.calls);
}
