import path from 'node:path';
import { assert } from '../../std/assert.ts';
import { formatMoney, type Micros } from '../../std/money.ts';
import type { Finding } from '../../engine/decision.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Oracle } from '../oracles/oracle.ts';
import { letOut } from '../probe/field.ts';
import { courseGuarded } from './course-guarded.ts';
import { courseUnguarded } from './course-unguarded.ts';
import { guardedDoers, unguardedDoers } from './doers.ts';
import type { Evidence } from './evidence.ts';
import type { FoundScenario } from './found.ts';
import { type Guarded, policyOf, runGuarded } from './guarded-run.ts';
import { mustHaveActed } from './guest.ts';
import { type Judged, judged, judgedByOracles, judgedCourse } from './judged.ts';
import { checkPromises } from './promises.ts';
import { type Placed, recordsOf } from './records.ts';
import type { RunResult, ScenarioResult } from './result.ts';
import type { Scenario } from './scenario.ts';
import { timeline } from './timeline.ts';
import { runUnguarded } from './unguarded-run.ts';
import type { LedgerEntry } from '../world/world.ts';

export type SandboxStep = 'unguarded' | 'guarded' | 'checked';

export interface SandboxOptions {
  /** Where this scenario's files go; the guarded run's journal is `journal` in it and replaces an earlier one. */
  readonly dir: string;
  /** Called as each step begins; `checked` once all is done. */
  readonly onProgress?: (step: SandboxStep) => void;
  /** Whose agents act: the scenario's own, or a guest, who may do no harm at all, and must do something. */
  readonly agents?: Evidence['agents'];
  /**
   * The policy, with the files that it includes, its agents let out: what counts is what its rules let them do. Absent: what
   * the scenario's text says, stages and all.
   */
  readonly policy?: LoadedPolicy;
  /** What must never happen; absent: what the scenario's `harm` finds. For a scenario with one agent. */
  readonly oracles?: readonly Oracle[];
}

/** Acts a scenario out twice, straight on the business and through the door, and measures what the door promised. */
export async function runScenario(
  scenario: Scenario | FoundScenario,
  options: SandboxOptions,
): Promise<ScenarioResult> {
  const { dir, agents = 'written', onProgress = () => undefined } = options;
  const journalDir = path.join(dir, 'journal');
  const { unguarded, guarded, acted } =
    'course' in scenario
      ? await bothCourses(scenario, journalDir, onProgress)
      : await bothRuns(scenario, journalDir, { ...options, onProgress });
  const checked = checkPromises({
    ...acted.evidence,
    agents,
    unguardedHarm: unguarded.harm,
    guardedHarm: guarded.harm,
    ...('course' in scenario && { isKnownHarm: true }),
  });
  // Where nobody said what harm is, that there was none is no promise kept.
  const promises = options.oracles?.length === 0 ? checked.filter(({ id }) => id !== 'oracle') : checked;
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
    ...('course' in scenario && { about: 'found' as const }),
    ...(options.oracles?.length === 0 && { about: 'unjudged' as const }),
    stoppedBy: stoppedBy(acted),
    remarks: [
      ...new Set([...unguarded.acted.remarks, ...acted.remarks]),
      ...(agents === 'guest' && 'agents' in scenario
        ? remarksOnGuest(scenario, unguarded, guarded, options.oracles?.length !== 0)
        : []),
    ],
  };
}

interface Both {
  readonly unguarded: Judged;
  readonly guarded: Judged;
  readonly acted: Guarded;
}

const asWritten = (policy: LoadedPolicy): LoadedPolicy => policy;

type OnProgress = (step: SandboxStep) => void;

async function bothRuns(
  scenario: Scenario,
  journalDir: string,
  options: SandboxOptions & { readonly onProgress: OnProgress },
): Promise<Both> {
  const { onProgress, agents, oracles } = options;
  const inForce = options.policy === undefined ? asWritten : letOut;
  const policy = inForce(options.policy ?? policyOf(scenario));
  onProgress('unguarded');
  const alone = await runUnguarded(scenario);
  if (agents === 'guest') mustHaveActed(alone, 'without the door');
  onProgress('guarded');
  const acted = await runGuarded(scenario, policy, journalDir, inForce);
  if (agents === 'guest') mustHaveActed(acted, 'through the door');
  if (oracles === undefined) {
    return { unguarded: judged(scenario, alone), guarded: judged(scenario, acted, acted.evidence.records), acted };
  }
  const [run] = scenario.agents;
  assert(run !== undefined && scenario.agents.length === 1, "without a door, every request is the one agent's");
  return {
    unguarded: judgedByOracles(oracles, alone, unguardedDoers(policy, run, alone.arrivals)),
    guarded: judgedByOracles(oracles, acted, guardedDoers(acted.evidence)),
    acted,
  };
}

async function bothCourses(found: FoundScenario, journalDir: string, onProgress: OnProgress): Promise<Both> {
  onProgress('unguarded');
  const unguarded = judgedCourse(found, await courseUnguarded(found));
  onProgress('guarded');
  const acted = await courseGuarded(found, journalDir);
  return { unguarded, guarded: judgedCourse(found, acted), acted };
}

function remarksOnGuest(
  { timeoutMs }: Scenario,
  unguarded: Judged,
  guarded: Judged,
  isJudged: boolean,
): readonly string[] {
  const late = unguarded.acted.outOfTime || guarded.acted.outOfTime;
  return [
    ...(late ? [`the agent had not ended after ${timeoutMs / 1_000} s, and was; \`--timeout\` gives it longer`] : []),
    ...(isJudged && unguarded.harm.length === 0 && guarded.harm.length === 0
      ? ['your agent did no harm here, without the door or with it']
      : []),
  ];
}

function runResult({ acted, ledger, harm, texts }: Judged, records: readonly Placed[] | undefined): RunResult {
  const harmful = new Set(harm);
  return {
    startedAt: acted.startedAt,
    durationMs: acted.durationMs,
    ledger: ledger.map((entry) => ({ ...entry, harmful: harmful.has(entry) })),
    money: sumOut(ledger),
    writes: ledger.filter(({ write }) => write).length,
    harm: { money: sumOut(harm), entries: harm.length, ...(texts !== undefined && { texts }) },
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
