import type { BudgetRule } from '../../engine/guards/budget.ts';
import { concerns } from '../../engine/policy.ts';
import { calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import { formatMoney } from '../../std/money.ts';
import type { FreezeEntry, Recorded } from '../../journal/entry.ts';
import { describe } from './describe.ts';
import { type Attributed, allowances, attribute, type Evidence } from './evidence.ts';
import { recordsOf } from './records.ts';
import type { PromiseCheck } from './result.ts';

/** Measures every promise that a run can show. Pure: evidence in, verdicts out. */
export function checkPromises(evidence: Evidence): readonly PromiseCheck[] {
  const attributed = attribute(evidence);
  return [
    oracle(evidence),
    writeAhead(evidence, attributed),
    ...budgets(evidence, attributed),
    noSilentVerdict(evidence),
    ...once(evidence, attributed),
    freeze(evidence),
    { id: 'I7', text: 'the journal verifies, byte for byte', ...evidence.verified },
    { id: 'I8', text: 'deciding the journal again gives the same verdicts', ...evidence.redecided },
    judgedIsSent(evidence),
    onlyKey(evidence),
  ];
}

function oracle({ agents, unguardedHarm, guardedHarm, isKnownHarm }: Evidence): PromiseCheck {
  const text = agents === 'guest' ? 'no harm with the door' : 'harm without the door, none with it';
  const found = `${unguardedHarm.length} harmful without, ${guardedHarm.length} with`;
  if (agents !== 'guest' && isKnownHarm !== true && unguardedHarm.length === 0) {
    return { id: 'oracle', text, held: false, detail: `${found}: without harm to prevent, this run proves nothing` };
  }
  const [first] = guardedHarm;
  if (isKnownHarm === true) {
    const [what, held] = ['what the probe found no longer happens behind the door', guardedHarm.length === 0] as const;
    return {
      id: 'oracle',
      text: what,
      held,
      detail: first === undefined ? 'no harm' : `it still does, ${describe(first)}`,
    };
  }
  const detail = first === undefined ? found : `${found}, first ${describe(first)}`;
  return { id: 'oracle', text, held: guardedHarm.length === 0, detail };
}

/** Every write in a ledger was done by a request whose call record, with verdict allow, was on file when it was sent. */
function writeAhead({ records, journalBytes }: Evidence, attributed: readonly Attributed[]): PromiseCheck {
  const text = 'no write reached a business before its intent was in the journal';
  // Were files longer than what they record (preallocated, say), their size at a moment would tell nothing.
  if ((records.at(-1)?.endsAt ?? 0) !== journalBytes) {
    return {
      id: 'I1',
      text,
      held: false,
      detail: `the journal's files hold ${journalBytes} bytes, its records end elsewhere`,
    };
  }
  const writes = attributed.filter(({ deed }) => deed.entries.some(({ write }) => write));
  const early = writes.filter(
    ({ arrival, call }) => arrival === undefined || call === undefined || call.endsAt > arrival.journalBytes,
  );
  const [first] = early;
  if (first === undefined)
    return { id: 'I1', text, held: true, detail: `${writes.length} writes, each with its record on file before` };
  const why = first.call === undefined ? 'no record allowed it' : 'its record came later';
  return {
    id: 'I1',
    text,
    held: false,
    detail: `${early.length} of ${writes.length} writes; ${describeDeed(first)}: ${why}`,
  };
}

/** What truly left stays within each budget, counted in the ledgers by the calls that each budget concerns. */
function budgets({ policy }: Evidence, attributed: readonly Attributed[]): readonly PromiseCheck[] {
  const rules = [
    ...policy.shared.budgets.map((rule) => ({ rule, agent: undefined })),
    ...[...policy.agents.values()].flatMap(({ id, rules }) => rules.budgets.map((rule) => ({ rule, agent: id }))),
  ];
  return rules.map(({ rule, agent }) => {
    const spent = mostSpent(
      rule,
      attributed.filter(({ call }) => {
        if (call === undefined) return agent === undefined;
        return (agent === undefined || call.record.agent === agent) && concerns(rule.routes, call.record.route);
      }),
    );
    const { currency, micros } = rule.max;
    return {
      id: 'I2',
      text: `no more than ${formatMoney(rule.max)} left under ${rule.rule}`,
      held: spent <= micros,
      detail: `${formatMoney({ micros: spent, currency })} truly left`,
    };
  });
}

/** The most that left within one window, for one owner of a pot, by when each call was let through. */
function mostSpent(rule: BudgetRule, attributed: readonly Attributed[]): bigint {
  const isWithin = windowOf(rule);
  const byOwner = Map.groupBy(attributed, ({ call }) => (rule.each === 'agent' ? '' : (call?.record[rule.each] ?? '')));
  let most = 0n;
  for (const deeds of byOwner.values()) {
    const left = deeds
      .flatMap(({ deed, call }) => deed.entries.map((entry) => ({ ...entry, at: call?.record.at ?? entry.at })))
      .filter(({ moneyOut }) => moneyOut?.currency === rule.max.currency);
    for (const { at: end } of left) {
      const within = left.filter(({ at }) => isWithin(at, end));
      const sum = within.reduce((total, { moneyOut }) => total + (moneyOut?.micros ?? 0n), 0n);
      if (sum > most) most = sum;
    }
  }
  return most;
}

/** Whether an instant lies in the window that ends at another. */
function windowOf({ per }: BudgetRule): (at: Instant, end: Instant) => boolean {
  if (per.kind === 'rolling') return (at, end) => at <= end && at > end - per.ms;
  const days = calendar(per.timeZone);
  return (at, end) => days(at).start === days(end).start;
}

/** As many records as answers, and on every record what decided. */
function noSilentVerdict({ records, answered }: Evidence): PromiseCheck {
  const calls = recordsOf(records, 'call');
  const refusals = recordsOf(records, 'refusal').map(({ record }) => record.flood?.count ?? 1);
  const recorded = calls.length + refusals.reduce((sum, count) => sum + count, 0);
  const silent = calls.filter(({ record }) => record.findings.length === 0).length;
  return {
    id: 'I4',
    text: 'every call that got an answer is in the journal, with what decided it',
    held: answered <= recorded && silent === 0,
    detail: `${answered} answers, ${recorded} records, ${silent} of them without a finding`,
  };
}

/** Of each once rule's route, at most one effect per subject, counted in the ledgers. */
function once({ policy }: Evidence, attributed: readonly Attributed[]): readonly PromiseCheck[] {
  const rules = [...policy.agents.values()].flatMap(({ rules }) => rules.once);
  return rules.map(({ rule, route, withinMs = Infinity }) => {
    const effects = attributed.filter(
      ({ call, deed }) => call?.record.route === route && deed.entries.some(({ write }) => write),
    );
    const bySubject = Map.groupBy(effects, ({ call }) => call?.record.facts.subject ?? '');
    const [first] = [...bySubject].filter(([, alike]) => {
      const times = alike.map(timeOf).sort((a, b) => a - b);
      return times.some((at, index) => index > 0 && at - (times[index - 1] ?? 0) < withinMs);
    });
    return {
      id: 'I5',
      text: `${route} took effect at most once per subject (${rule})`,
      held: first === undefined,
      detail:
        first === undefined
          ? `${effects.length} effects on ${bySubject.size} subjects`
          : `${first[0]}: ${times(first[1].length)}`,
    };
  });
}

/** Between a freeze and its resume no call of the agent is allowed; after a kill none is sent either. */
function freeze(evidence: Evidence): PromiseCheck {
  const text = 'a frozen agent reached no business until a human resumed it';
  const freezes = recordsOf(evidence.records, 'freeze');
  const allowed = allowances(evidence);
  for (const { record: frozen } of freezes) {
    const until = resumeAfter(evidence, frozen);
    const slipped = allowed.find(({ arrival, call }) => {
      if (call === undefined || call.record.agent !== frozen.agent || call.record.seq > until.seq) return false;
      return (
        call.record.seq > frozen.seq || (frozen.trip === 'kill' && arrival.at > frozen.at && arrival.at < until.at)
      );
    });
    if (slipped !== undefined) {
      const { method, target } = slipped.arrival;
      return {
        id: 'I6',
        text,
        held: false,
        detail: `${method} ${target} was sent although ${frozen.agent} was frozen`,
      };
    }
  }
  const found = freezes.length === 0 ? 'nobody was frozen' : `frozen ${times(freezes.length)}, nothing sent after`;
  return { id: 'I6', text, held: true, detail: found };
}

function resumeAfter(
  { records }: Evidence,
  frozen: Recorded<FreezeEntry>,
): { readonly seq: number; readonly at: number } {
  const resumes = recordsOf(records, 'resume');
  const found = resumes.find(({ record }) => record.agent === frozen.agent && record.seq > frozen.seq);
  return found?.record ?? { seq: Infinity, at: Infinity };
}

/** Whatever reached a business is, byte for byte, a call that the journal says was judged and allowed. */
function judgedIsSent(evidence: Evidence): PromiseCheck {
  const allowed = allowances(evidence);
  const stray = allowed.find(({ call }) => call === undefined);
  const text = 'what reached a business is what was judged, byte for byte';
  if (stray === undefined) return { id: 'I9', text, held: true, detail: `${allowed.length} requests compared` };
  return { id: 'I9', text, held: false, detail: `no record allowed ${stray.arrival.method} ${stray.arrival.target}` };
}

function onlyKey({ secrets, files }: Evidence): PromiseCheck {
  const text = "neither the business's key nor a token is in the journal";
  const read = Object.entries(files);
  for (const [what, secret] of Object.entries(secrets)) {
    const file = read.find(([, bytes]) => bytes.includes(secret));
    if (file !== undefined) return { id: 'I10', text, held: false, detail: `${what} stands in ${file[0]}` };
  }
  const detail = `${Object.keys(secrets).length} secrets looked for in ${read.length} files`;
  return { id: 'I10', text, held: read.length > 0, detail };
}

function timeOf({ deed }: Attributed): number {
  return deed.entries[0]?.at ?? 0;
}

function describeDeed({ deed }: Attributed): string {
  const entry = deed.entries.find(({ write }) => write);
  return entry === undefined ? 'a read' : describe(entry);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
