import { formatMoney, type Money } from '../../std/money.ts';
import type { Limit } from '../shadow/limits.ts';
import { MEANT } from '../shadow/scope.ts';
import { equals, literal, numberIn, textIn, type Source } from '../shadow/source.ts';
import { KEPT_EACH, points, WEIGHT, type Anomaly, type TestResult } from './anomaly.ts';
import { moneyOf, one, place } from './row.ts';
import { said, scored, VALUES_MIN, Z_MIN } from './robust.ts';

/** In logarithms: amounts within some 5 % of each other count as the same. */
const SAME = 0.05;

/** Writes of far more money than their route usually moves. */
export async function largeAmounts(source: Source): Promise<TestResult> {
  const amounts = `SELECT seq, "at", call, session, route, subject, amount_micros, currency FROM scoped
    WHERE ${MEANT} AND amount_micros > 0`;
  const rows = await source.rows(`SELECT *, exp(med)::DOUBLE AS typical, count(*) OVER ()::DOUBLE AS found
    FROM (${scored(amounts, 'ln(amount_micros::DOUBLE)', ['route', 'currency'], SAME)})
    WHERE n >= ${VALUES_MIN} AND z > ${Z_MIN} ORDER BY z DESC, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const money = moneyOf(row);
    const z = numberIn(row, 'z');
    const typical = typicalOf(numberIn(row, 'typical'), money.currency);
    return {
      ...place(row),
      test: 'large_amount',
      score: WEIGHT.large_amount + points(z - Z_MIN),
      what: `${textIn(row, 'route')} of ${formatMoney(money)}, where half of them are at most ${typical}`,
      why: `${said(z)} robust deviations above the median of ${numberIn(row, 'n')} amounts of this route, in logarithms; from ${Z_MIN} on it is listed`,
      money: [money],
      behind: one(row),
    };
  });
  return { test: 'large_amount', found: numberIn(rows[0] ?? {}, 'found'), strongest };
}

/** A median from logarithms is no exact amount: three digits of it say enough. */
function typicalOf(micros: number, currency: string): string {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, micros))) - 2);
  return `about ${formatMoney({ micros: BigInt(Math.round(micros / scale)) * BigInt(scale), currency })}`;
}

/** The last tenth below a limit, and the tenth before it. */
const TENTH = 10n;
const NEAR_MIN = 3;

/** Amounts that gather right below a limit, as if it were known and kept clear of. */
export async function nearLimits(source: Source, limits: readonly Limit[]): Promise<TestResult> {
  const found: Anomaly[] = [];
  for (const limit of limits.filter(({ kind }) => kind === 'largest' || kind === 'approval')) {
    const anomaly = await nearLimit(source, limit);
    if (anomaly !== null) found.push(anomaly);
  }
  return { test: 'near_limit', found: found.length, strongest: found.slice(0, KEPT_EACH) };
}

async function nearLimit(source: Source, { kind, rule, routes, money }: Limit): Promise<Anomaly | null> {
  const tenth = money.micros / TENTH;
  const holds = `${MEANT} AND route IN (${routes.map(literal).join(', ')}) AND ${equals('currency', money.currency)}`;
  const near = `${holds} AND amount_micros > ${money.micros - tenth} AND amount_micros <= ${money.micros}`;
  const [row = {}] =
    await source.rows(`SELECT count(*)::DOUBLE AS calls, min("at") AS "at", sum(amount_micros)::VARCHAR AS amount_micros,
    any_value(currency) AS currency, to_json(arg_min(call, seq, 3))::VARCHAR AS shown,
    (SELECT count(*) FROM scoped WHERE ${holds} AND amount_micros > ${money.micros - 2n * tenth}
      AND amount_micros <= ${money.micros - tenth})::DOUBLE AS "before" FROM scoped WHERE ${near}`);
  const [calls, before] = [numberIn(row, 'calls'), numberIn(row, 'before')];
  if (calls < NEAR_MIN || calls <= 2 * before + NEAR_MIN - 1) return null;
  const name = kind === 'approval' ? 'the amount above which a person must approve' : 'the largest amount allowed';
  return {
    ...place(row),
    test: 'near_limit',
    score: WEIGHT.near_limit + points(calls / (before + 1) - 2),
    what: `${calls} amounts lie in the last tenth below ${formatMoney(money)}, ${name} (${rule})`,
    why: `${before === 0 ? 'none lie' : before === 1 ? 'only 1 lies' : `only ${before} lie`} in the tenth before it; amounts that nobody steers thin out towards a limit`,
    money: [moneyOf(row)],
    behind: one(row, near),
  };
}

const FIELDS = [
  'payee',
  'destination',
  'recipient',
  'account',
  'iban',
  'to',
  'email',
  'wallet',
  'payment_method',
  'payment_method_id',
];
/** A payee that is new at first is no news. */
const PAYMENTS_BEFORE = 20;

/** Money to somebody who got none before, once the agent has paid for a while. The largest first. */
export async function newPayees(source: Source): Promise<TestResult> {
  const json = FIELDS.map((field) => `json_extract_string(body, '$.${field}')`).join(', ');
  const form = `nullif(regexp_extract(body, '(?:^|&)(?:${FIELDS.join('|')})=([^&]*)', 1), '')`;
  const rows =
    await source.rows(`WITH paid AS (SELECT s.seq, s."at", s.call, s.session, s.route, s.subject, s.amount_micros, s.currency,
      CASE WHEN json_valid(body) THEN coalesce(${json}) ELSE ${form} END AS payee
      FROM scoped s JOIN calls USING (call) WHERE s.meant AND s.effect = 'money' AND body IS NOT NULL),
    numbered AS (SELECT *, row_number() OVER (PARTITION BY route, payee ORDER BY seq) AS nth,
      row_number() OVER (PARTITION BY route ORDER BY seq) - 1 AS "before",
      count(*) OVER (PARTITION BY route ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier FROM paid WHERE payee IS NOT NULL),
    fresh AS (SELECT *, sum((nth = 1)::INT) OVER (PARTITION BY route ORDER BY seq) AS payees FROM numbered)
    SELECT *, count(*) OVER ()::DOUBLE AS found FROM fresh
    WHERE nth = 1 AND before >= ${PAYMENTS_BEFORE} AND payees * 4 <= before
    ORDER BY amount_micros DESC NULLS LAST, seq LIMIT ${KEPT_EACH}`);
  const strongest = rows.map((row): Anomaly => {
    const money: Money | null = row['amount_micros'] === null ? null : moneyOf(row);
    return {
      ...place(row),
      test: 'new_payee',
      score: WEIGHT.new_payee,
      what: `${textIn(row, 'route')}${money === null ? '' : ` of ${formatMoney(money)}`} to ${textIn(row, 'payee')}, who got nothing before`,
      why: `${numberIn(row, 'before')} earlier payments of this route went to ${numberIn(row, 'payees') - 1} others`,
      money: money === null ? [] : [money],
      behind: one(row),
    };
  });
  return { test: 'new_payee', found: numberIn(rows[0] ?? {}, 'found'), strongest };
}
