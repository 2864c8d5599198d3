import type { RunResult, SandboxResult, ScenarioResult } from '../lab/sandbox/result.ts';
import type { Json } from '../std/canonical-json.ts';
import { formatMoney } from '../std/money.ts';
import { readableJson } from './readable-json.ts';

/**
 * The run for machines: `scenarios` says what each came to; `results`, in the same order and at the file's end, holds
 * the ledgers and timelines that say why. Amounts are text, `"12345.67 USD"`; instants are milliseconds.
 */
export function sandboxJson(result: SandboxResult): string {
  return readableJson({
    version: result.version,
    startedAt: result.startedAt,
    node: result.node,
    scenarios: result.scenarios.map(outcome),
    results: result.scenarios.map(({ name, unguarded, guarded }) => ({
      name,
      unguarded: evidence(unguarded),
      guarded: evidence(guarded),
    })),
  });
}

function outcome(scenario: ScenarioResult): Json {
  const { name, title, story, source, unguarded, guarded, held, limit, stoppedBy, promises, remarks } = scenario;
  return {
    name,
    title,
    story,
    source,
    held,
    ...(limit === undefined ? {} : { limit }),
    unguarded: damage(unguarded),
    guarded: damage(guarded),
    stoppedBy: stoppedBy.map(({ guard, rule, reason, calls }) => ({ guard, rule, reason, calls })),
    promises: promises.map((promise) => ({
      id: promise.id,
      text: promise.text,
      held: promise.held,
      detail: promise.detail,
    })),
    remarks,
  };
}

function damage({ money, writes, harm, requests, durationMs }: RunResult): Json {
  return {
    money,
    writes,
    harm: { money: harm.money, entries: harm.entries },
    requests: { sent: requests.sent, reached: requests.reached },
    durationMs,
  };
}

function evidence({ startedAt, ledger, timeline, omitted }: RunResult): Json {
  return {
    startedAt,
    omitted,
    timeline: timeline.map(({ at, lane, kind, text, count }) => ({ at, lane, kind, count, text })),
    ledger: ledger.map((entry) => ({
      at: entry.at,
      upstream: entry.upstream,
      kind: entry.kind,
      subject: entry.subject,
      moneyOut: entry.moneyOut === null ? null : formatMoney(entry.moneyOut),
      ...(entry.moneyIn === undefined ? {} : { moneyIn: formatMoney(entry.moneyIn) }),
      write: entry.write,
      harmful: entry.harmful,
      ...(entry.detail === undefined ? {} : { detail: entry.detail }),
    })),
  };
}
