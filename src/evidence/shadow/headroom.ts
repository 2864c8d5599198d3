import type { Effect } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import { blastRadius, type LoadedPolicy } from '../../policy/index.ts';
import type { Money } from '../../std/money.ts';
import { behind, LARGEST_CALLS, type Behind } from './behind.ts';
import { allowedRoutes, limitsOf, type Limit } from './limits.ts';
import { MEANT, TAKEN } from './scope.ts';
import { equals, literal, microsIn, numberIn, textIn, type Row, type Source } from './source.ts';

/** What the policy lets happen at most, beside the most that was ever meant. */
export interface Headroom {
  readonly digest: string;
  readonly file: string;
  readonly money: readonly MoneyHeadroom[];
  readonly calls: readonly CallHeadroom[];
  readonly amounts: readonly AmountHeadroom[];
  /** Budgets of the agent, or of all agents, beside the agent's own peak. */
  readonly budgets: readonly BudgetHeadroom[];
  /** Allowed, and never called. */
  readonly unused: readonly { readonly route: string; readonly effect: Effect }[];
  readonly destructive: readonly string[];
  readonly pii: readonly string[];
}

/** The peaks of the last 24 hours, whenever those were the worst. */
export interface MoneyHeadroom {
  /** `null`: no rule says in which currency. */
  readonly currency: string | null;
  /** The most in a day; `null`: no rule bounds it. */
  readonly allowed: Money | null;
  readonly used: Money | null;
  readonly behind: Behind | null;
}

export interface CallHeadroom {
  readonly effect: Effect;
  /** In an hour; `null`: no rule bounds it. */
  readonly allowed: number | null;
  readonly used: number;
  readonly behind: Behind | null;
}

export interface AmountHeadroom {
  readonly limit: Limit;
  readonly used: Money | null;
  readonly behind: Behind | null;
}

export interface BudgetHeadroom {
  readonly limit: Limit;
  readonly used: Money;
  readonly behind: Behind | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export async function headroomOf(source: Source, loaded: LoadedPolicy, agent: AgentId): Promise<Headroom | null> {
  const radius = blastRadius(loaded).agents.find((each) => each.agent === agent);
  if (radius === undefined) return null;
  const limits = limitsOf(loaded, agent);
  return {
    digest: loaded.digest,
    file: loaded.file,
    money: await moneyHeadroom(source, radius.moneyPerDay),
    calls: await inTurn(radius.callsPerHour, async ({ effect, calls }): Promise<CallHeadroom> => {
      const peak = await peakCalls(source, effect);
      return { effect, allowed: calls === undefined ? null : Number(calls), ...peak };
    }),
    amounts: await inTurn(
      limits.filter(({ kind }) => kind === 'largest' || kind === 'approval'),
      (limit) => largest(source, limit),
    ),
    budgets: await inTurn(
      limits.filter(({ kind, per }) => kind === 'budget' && per !== undefined),
      (limit) => budget(source, limit),
    ),
    unused: await unusedRoutes(source, loaded, agent),
    destructive: radius.destructive,
    pii: radius.pii,
  };
}

/** One after the other: they share one connection. */
async function inTurn<From, To>(items: readonly From[], made: (item: From) => Promise<To>): Promise<readonly To[]> {
  const all: To[] = [];
  for (const item of items) all.push(await made(item));
  return all;
}

/** Every currency that the policy allows, and every one that was used although no rule names it. */
async function moneyHeadroom(
  source: Source,
  bounds: readonly { readonly currency: string | null; readonly micros: bigint | undefined }[],
): Promise<readonly MoneyHeadroom[]> {
  const used = await source.rows(
    `SELECT DISTINCT currency FROM scoped WHERE ${MEANT} AND currency IS NOT NULL ORDER BY 1`,
  );
  const named = new Set(bounds.map(({ currency }) => currency));
  const unnamed = used.map((row) => textIn(row, 'currency')).filter((currency) => !named.has(currency));
  const all = [...bounds, ...unnamed.map((currency) => ({ currency, micros: undefined }))];
  return inTurn(all, async ({ currency, micros }): Promise<MoneyHeadroom> => {
    if (currency === null) return { currency, allowed: null, used: null, behind: null };
    const peak = await peakMoney(source, `${MEANT} AND ${equals('currency', currency)}`, DAY_MS);
    const allowed = micros === undefined ? null : { micros, currency };
    return { currency, allowed, used: { micros: peak.micros, currency }, behind: peak.behind };
  });
}

interface Peak {
  readonly micros: bigint;
  readonly behind: Behind | null;
}

/** The most in any window (t − W, t] of this length, not only in those that begin at a full hour. */
async function peakMoney(source: Source, holds: string, windowMs: number): Promise<Peak> {
  const [row = {}] = await source.rows(`SELECT "at"::DOUBLE AS "at", total::VARCHAR AS most FROM (SELECT seq, "at",
    sum(amount_micros) OVER (ORDER BY "at" RANGE BETWEEN ${windowMs - 1} PRECEDING AND CURRENT ROW) AS total
    FROM scoped WHERE ${holds} AND amount_micros IS NOT NULL) ORDER BY total DESC, seq LIMIT 1`);
  if (row['most'] === undefined) return { micros: 0n, behind: null };
  const where = `${holds} AND epoch_ms(ts) > ${numberIn(row, 'at') - windowMs} AND epoch_ms(ts) <= ${numberIn(row, 'at')}`;
  return { micros: microsIn(row, 'most'), behind: await largestCalls(source, where) };
}

async function peakCalls(
  source: Source,
  effect: Effect,
): Promise<{ readonly used: number; readonly behind: Behind | null }> {
  const holds = `effect = ${literal(effect)} AND verdict IN ('allow', 'capture')`;
  const [row = {}] = await source.rows(`SELECT "at"::DOUBLE AS "at", calls::DOUBLE AS calls FROM (SELECT seq, "at",
    count(*) OVER (ORDER BY "at" RANGE BETWEEN ${HOUR_MS - 1} PRECEDING AND CURRENT ROW) AS calls
    FROM scoped WHERE ${holds}) ORDER BY calls DESC, seq LIMIT 1`);
  if (row['calls'] === undefined) return { used: 0, behind: null };
  const where = `${holds} AND epoch_ms(ts) > ${numberIn(row, 'at') - HOUR_MS} AND epoch_ms(ts) <= ${numberIn(row, 'at')}`;
  return { used: numberIn(row, 'calls'), behind: await largestCalls(source, where) };
}

async function largestCalls(source: Source, where: string): Promise<Behind> {
  const [row = {}] = await source.rows(`SELECT ${LARGEST_CALLS} FROM scoped WHERE ${where}`);
  return behind(row, where);
}

/** A budget counts a repeat with the same key as well: so does the engine, whose limit it is. */
const ofLimit = ({ kind, routes, money }: Limit): string =>
  `${kind === 'budget' ? TAKEN : MEANT} AND route IN (${routes.map(literal).join(', ')}) AND ${equals('currency', money.currency)}`;

/** What a person had approved says nothing of what goes without one. */
async function largest(source: Source, limit: Limit): Promise<AmountHeadroom> {
  const where = `${ofLimit(limit)}${limit.kind === 'approval' ? ' AND approval IS NULL' : ''}`;
  const [row = {}] = await source.rows(
    `SELECT max(amount_micros)::VARCHAR AS largest, ${LARGEST_CALLS} FROM scoped WHERE ${where}`,
  );
  if (numberIn(row, 'calls') === 0) return { limit, used: null, behind: null };
  return {
    limit,
    used: { micros: microsIn(row, 'largest'), currency: limit.money.currency },
    behind: behind(row, where),
  };
}

/** The peak of the budget's own window; per task or grant it is the agent's peak all the same, so it may exceed the limit. */
async function budget(source: Source, limit: Limit): Promise<BudgetHeadroom> {
  const { currency } = limit.money;
  const where = ofLimit(limit);
  const peak = limit.per === 'day' ? await peakDay(source, where) : await peakMoney(source, where, limit.per ?? DAY_MS);
  return { limit, used: { micros: peak.micros, currency }, behind: peak.behind };
}

/** Calendar days are the report's, which are the budget's wherever its budgets agree on a zone. */
async function peakDay(source: Source, holds: string): Promise<Peak> {
  const [row = {}] =
    await source.rows(`SELECT sum(amount_micros)::VARCHAR AS total, min("at")::DOUBLE AS first, max("at")::DOUBLE AS last
    FROM scoped WHERE ${holds} AND amount_micros IS NOT NULL GROUP BY local_day ORDER BY sum(amount_micros) DESC, local_day LIMIT 1`);
  if (row['total'] === undefined) return { micros: 0n, behind: null };
  const where = `${holds} AND epoch_ms(ts) >= ${numberIn(row, 'first')} AND epoch_ms(ts) <= ${numberIn(row, 'last')}`;
  return { micros: microsIn(row, 'total'), behind: await largestCalls(source, where) };
}

async function unusedRoutes(source: Source, loaded: LoadedPolicy, agent: AgentId): Promise<Headroom['unused']> {
  const used = new Set(
    (await source.rows('SELECT DISTINCT route FROM scoped')).map((row: Row) => textIn(row, 'route')),
  );
  return allowedRoutes(loaded, agent).flatMap((route) => {
    const effect = loaded.policy.routes.get(route)?.effect;
    return used.has(route) || effect === undefined ? [] : [{ route, effect }];
  });
}
