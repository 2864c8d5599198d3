import { unreachable } from '../../std/assert.ts';
import type { Finding } from '../../engine/decision.ts';
import type { CallEntry, OutcomeEntry, Recorded } from '../../journal/entry.ts';

/**
 * What a replay needs of a journal where no body has to be looked into, as flat rows in the journal's order, from which a tape
 * is recorded; with their types as SQL names them. What a row has not is left out. Facts stand as in the journal: pseudonyms stay
 * pseudonyms.
 */
const REPLAY_COLUMNS = {
  seq: 'BIGINT',
  /** Epoch milliseconds. */
  at: 'BIGINT',
  /** See {@link RowKind}. */
  kind: 'UTINYINT',
  /** The call itself, or the one that it is about. */
  call: 'VARCHAR',
  agent: 'VARCHAR',
  grant: 'VARCHAR',
  task: 'VARCHAR',
  session: 'VARCHAR',
  stage: 'VARCHAR',
  route: 'VARCHAR',
  effect: 'VARCHAR',
  upstream: 'VARCHAR',
  method: 'VARCHAR',
  subject: 'VARCHAR',
  /** Micro-units, at most {@link MICROS_MAX} either way; NULL too where they cannot be read: then `amount_fault` says why. */
  micros: 'HUGEINT',
  currency: 'VARCHAR',
  /** `missing`, `malformed` or `currency`. */
  amount_fault: 'VARCHAR',
  items: 'INTEGER',
  fingerprint: 'VARCHAR',
  envelope: 'VARCHAR',
  key: 'VARCHAR',
  granted: 'BOOLEAN',
  /** JSON, `{"bot.allow[1]":true}`; NULL where no rule has a condition. */
  conditions: 'VARCHAR',
  /** JSON; NULL where no rule asks for any. */
  particulars: 'VARCHAR',
  /** JSON; NULL where an honest answer can be made to the write, and of all other calls. */
  unanswerable: 'VARCHAR',
  before: 'VARCHAR',
  verdict: 'VARCHAR',
  /** The finding that decided; NULL where none stood against the call. */
  guard: 'VARCHAR',
  rule: 'VARCHAR',
  reason: 'VARCHAR',
  retry_at: 'BIGINT',
  /** What the guards but stage and segment said, where that is another verdict: for a comparison whatever the stage. */
  neutral_verdict: 'VARCHAR',
  neutral_guard: 'VARCHAR',
  neutral_rule: 'VARCHAR',
  neutral_reason: 'VARCHAR',
  /** Of a row that ends a call: how; of a review: `approved` or `refused`; of a freeze: its trip. */
  effectiveness: 'VARCHAR',
  status: 'SMALLINT',
  /** JSON: what rules took from the answer ({@link OutcomeEntry.facts}); NULL where the record keeps none. */
  answer: 'VARCHAR',
  /** Who froze, resumed or reviewed: `human:ann`, `guard:bot.rates[0]`. */
  by: 'VARCHAR',
  /** Of a policy: its digest. */
  digest: 'VARCHAR',
} as const satisfies Readonly<Record<string, string>>;

type ReplayColumn = keyof typeof REPLAY_COLUMNS;

/** What a row tells of. Other records move nothing that a replay looks at, and have no row. */
export const RowKind = { call: 0, ended: 1, frozen: 2, resumed: 3, reviewed: 4, policy: 5 } as const;
export type RowKind = (typeof RowKind)[keyof typeof RowKind];

/** A row; members that are left out are NULL. */
export type ReplayRow = Readonly<{ seq: number; at: number; kind: RowKind }> &
  Readonly<Partial<Record<Exclude<ReplayColumn, 'seq' | 'at' | 'kind'>, string | number | bigint | boolean>>>;

/** The rows of one record: one, none, or one for each call whose end a recovery says that nobody saw. */
export function replayRows(record: Recorded): readonly ReplayRow[] {
  const { seq, at } = record;
  switch (record.kind) {
    case 'call':
      return [callRow(record)];
    case 'outcome':
      return [outcomeRow(record)];
    case 'recovery':
      return record.unknown.map((call) => ({ seq, at, kind: RowKind.ended, call, effectiveness: 'unknown' }));
    case 'freeze': {
      const { agent, trip, by, reason } = record;
      return [{ seq, at, kind: RowKind.frozen, agent, effectiveness: trip, by, reason, ...callOf(record.call) }];
    }
    case 'resume':
      return [{ seq, at, kind: RowKind.resumed, agent: record.agent, by: record.by, reason: record.reason }];
    case 'review': {
      const { call, agent, approved, by, reason } = record;
      const effectiveness = approved ? 'approved' : 'refused';
      return [{ seq, at, kind: RowKind.reviewed, call, agent, effectiveness, by, reason }];
    }
    case 'policy':
      return [{ seq, at, kind: RowKind.policy, digest: record.digest }];
    case 'grant':
    case 'revoke':
    case 'refusal':
    case 'assent':
    case 'standing':
    case 'assessment':
    case 'page':
    case 'note':
    case 'checkpoint':
    case 'unrecorded':
    case 'erase':
    case 'user':
    case 'sign-in':
      return NO_ROWS;
    default:
      return unreachable(record);
  }
}

const NO_ROWS: readonly ReplayRow[] = [];
/** More than any limit of a policy, and what a HUGEINT holds: an amount beyond it is as good as this one. */
const MICROS_MAX = 10n ** 38n;

function callRow(record: Recorded<CallEntry>): ReplayRow {
  const { seq, at, call, agent, grant, task, session, stage, route, effect, upstream, method, facts, verdict } = record;
  const { subject, items, fingerprint, envelope, key, granted, unanswerable, conditions, particulars } = facts;
  const decisive = decisiveOf(record);
  return {
    seq,
    at,
    kind: RowKind.call,
    call,
    agent,
    grant,
    task,
    session,
    stage,
    route,
    effect,
    upstream,
    method,
    ...(subject !== null && { subject }),
    ...amountColumns(facts.amount),
    ...(items !== null && { items }),
    fingerprint,
    ...(envelope !== undefined && { envelope }),
    ...(key !== undefined && { key }),
    granted,
    ...(Object.keys(conditions).length > 0 && { conditions: JSON.stringify(conditions) }),
    ...(particulars != null && { particulars: JSON.stringify(particulars) }),
    ...(unanswerable !== undefined && { unanswerable: JSON.stringify(unanswerable) }),
    ...(record.before !== undefined && { before: record.before }),
    verdict,
    ...(decisive !== undefined && { guard: decisive.guard, rule: decisive.rule, reason: decisive.reason }),
    ...(decisive?.retryAt !== undefined && { retry_at: decisive.retryAt }),
    ...neutralColumns(record),
  };
}

/** The guards that say what an agent may do where it is in its rollout, and nothing of the call itself. */
export const STAGE_GUARDS: ReadonlySet<string> = new Set(['stage', 'segment']);

const SEVERITY = { allow: 0, capture: 1, hold: 2, deny: 3 } as const;

function neutralColumns({ verdict, findings }: CallEntry): Partial<ReplayRow> {
  if (verdict === 'allow') return {};
  const others = findings.filter(
    (finding): finding is Finding => typeof finding !== 'string' && !STAGE_GUARDS.has(finding.guard),
  );
  const [worst] = others.toSorted((a, b) => severityOf(b) - severityOf(a));
  const neutral = worst === undefined || worst.verdict === 'pass' ? 'allow' : worst.verdict;
  if (neutral === verdict && worst?.rule === decisiveOf({ verdict, findings })?.rule) return {};
  if (worst === undefined || neutral === 'allow') return { neutral_verdict: 'allow' };
  const { guard, rule, reason } = worst;
  return { neutral_verdict: neutral, neutral_guard: guard, neutral_rule: rule, neutral_reason: reason };
}

function severityOf({ verdict }: Finding): number {
  return verdict === 'pass' ? 0 : SEVERITY[verdict];
}

function amountColumns(amount: CallEntry['facts']['amount']): Partial<ReplayRow> {
  if (amount === null) return {};
  if ('fault' in amount) return { amount_fault: amount.fault };
  const stated = BigInt(amount.micros);
  const micros = stated > MICROS_MAX ? MICROS_MAX : stated < -MICROS_MAX ? -MICROS_MAX : stated;
  return { micros, currency: amount.currency };
}

/** The first of the most severe findings, as the engine names it; `undefined` where all passed. */
export function decisiveOf({ verdict, findings }: Pick<CallEntry, 'verdict' | 'findings'>): Finding | undefined {
  if (verdict === 'allow') return undefined;
  return findings.find((finding): finding is Finding => typeof finding !== 'string' && finding.verdict === verdict);
}

function outcomeRow({ seq, at, call, effectiveness, status, facts }: Recorded<OutcomeEntry>): ReplayRow {
  return {
    seq,
    at,
    kind: RowKind.ended,
    call,
    effectiveness,
    ...(status !== null && { status }),
    ...(facts !== undefined && { answer: JSON.stringify(facts) }),
  };
}

function callOf(call: string | null): Partial<ReplayRow> {
  return call === null ? {} : { call };
}
