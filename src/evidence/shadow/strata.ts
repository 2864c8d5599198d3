import type { AgentId, RouteId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { UNROUTED } from '../../replay/request-again.ts';
import { formatMoney } from '../../std/money.ts';
import type { AmountBands } from './amounts.ts';
import { behind, FIRST_CALLS, SHOWN_CALLS, type Behind } from './behind.ts';
import { allowedRoutes } from './limits.ts';
import { FROM_UPSTREAM, localTime, MEANT, type Scope } from './scope.ts';
import { equals, literal, numberIn, textIn, type Source } from './source.ts';

/** How much evidence there is of one kind of situation. */
export interface Stratum {
  readonly name: string;
  /** What an agent that may write would be trusted in: the writes it meant here. Of faults, the calls that met one. */
  readonly behind: Behind;
  readonly enough: Enough;
}

export type Enough = 'none' | 'thin' | 'enough';

export interface Dimension {
  readonly name: string;
  /** `writes`, or `calls` where the situation is no property of a write. */
  readonly counts: 'writes' | 'calls';
  readonly strata: readonly Stratum[];
}

/** Where the agent's writes lie, two ways at once. */
export interface Crossing {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly Behind[])[];
}

export interface Strata {
  readonly dimensions: readonly Dimension[];
  /** Writes by route and by part of the day, on weekdays and at weekends. */
  readonly crossing: Crossing;
}

/** Thirty cases without a fault still leave room for one in ten (95 %, rule of three). Fewer are thin. */
export const ENOUGH = 30;

const enough = (count: number): Enough => (count === 0 ? 'none' : count < ENOUGH ? 'thin' : 'enough');
const stratum = (name: string, own: Behind): Stratum => ({ name, behind: own, enough: enough(own.count) });

export async function strataOf(
  source: Source,
  scope: Scope,
  amounts: readonly AmountBands[],
  loaded: LoadedPolicy | null,
): Promise<Strata> {
  const local = localTime(scope.timeZone);
  const routes = await writeRoutes(source, loaded, scope.agent as AgentId);
  const effects = await writeEffects(source, loaded, routes);
  const dimensions: Dimension[] = [
    await writesBy(
      source,
      'Route',
      'route',
      routes.map((route) => ({ name: route, key: route, where: equals('route', route) })),
    ),
    await writesBy(
      source,
      'Effect',
      'effect',
      effects.map((effect) => ({ name: effect, key: effect, where: equals('effect', effect) })),
    ),
    await writesBy(
      source,
      'Weekday',
      'local_weekday',
      WEEKDAYS.map((name, index) => ({ name, key: String(index + 1), where: `isodow(${local}) = ${index + 1}` })),
    ),
    await writesBy(source, 'Part of the week', 'local_weekday > 5', [
      { name: 'weekdays', key: 'false', where: `isodow(${local}) <= 5` },
      { name: 'weekend', key: 'true', where: `isodow(${local}) > 5` },
    ]),
    await writesBy(
      source,
      'Hour',
      'local_hour',
      HOURS.map((hour) => ({
        name: `${String(hour).padStart(2, '0')}:00`,
        key: String(hour),
        where: `hour(${local}) = ${hour}`,
      })),
    ),
    ...amounts.map((each) => amountDimension(each)),
    await faultsMet(source),
  ];
  return { dimensions, crossing: await crossingOf(source, local, routes) };
}

interface Case {
  readonly name: string;
  readonly where: string;
}

/** A case that one value of a grouping stands for. */
interface GroupedCase extends Case {
  readonly key: string;
}

/** The writes that were meant, grouped by an expression over `scoped`: local hours are columns there, and dear to work out again. */
async function writesBy(source: Source, name: string, by: string, cases: readonly GroupedCase[]): Promise<Dimension> {
  const rows = await source.rows(
    `SELECT (${by})::VARCHAR AS "key", ${FIRST_CALLS} FROM scoped WHERE ${MEANT} GROUP BY 1`,
  );
  const found = new Map(rows.map((row) => [textIn(row, 'key'), row]));
  const strata = cases.map(({ name: own, key, where }) =>
    stratum(own, behind(found.get(key) ?? {}, `${MEANT} AND ${where}`)),
  );
  return { name, counts: 'writes', strata };
}

const EFFECTS = ['write', 'money', 'destructive'];
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** What goes wrong around an agent; one that never met a fault has not been seen with one. */
const FAULTS: readonly Case[] = [
  {
    name: 'refused by its upstream (4xx)',
    where: `status >= 400 AND status < 500 AND status <> 429 AND ${FROM_UPSTREAM}`,
  },
  { name: 'told to slow down (429)', where: `status = 429 AND ${FROM_UPSTREAM}` },
  { name: 'upstream failed (5xx)', where: `status >= 500 AND ${FROM_UPSTREAM}` },
  { name: 'no answer, or a broken one', where: `failure IS NOT NULL AND ${FROM_UPSTREAM}` },
  { name: 'slow answer (over 5 s)', where: 'duration_ms > 5000' },
  { name: 'denied by a guard', where: "verdict = 'deny'" },
  { name: 'held for a person', where: "verdict = 'hold'" },
];

/** One statement for all of them: a call may meet several. */
async function faultsMet(source: Source): Promise<Dimension> {
  const one = ({ where }: Case, index: number): string =>
    `count(*) FILTER (WHERE ${where})::DOUBLE AS calls${index},
     to_json(arg_min(call, seq, ${SHOWN_CALLS}) FILTER (WHERE ${where}))::VARCHAR AS shown${index}`;
  const [row = {}] = await source.rows(`SELECT ${FAULTS.map(one).join(', ')} FROM scoped`);
  const strata = FAULTS.map(({ name, where }, index) =>
    stratum(name, behind({ calls: row[`calls${index}`], shown: row[`shown${index}`] }, where)),
  );
  return { name: 'Fault met', counts: 'calls', strata };
}

/** Bands that the limits allow and nothing ever used are the ones to see. */
function amountDimension({ currency, bands }: AmountBands): Dimension {
  const strata = bands.map(({ from, below, meant }) => {
    const name = from === null ? 'below zero' : `${formatMoney(from)} to ${formatMoney(below)}`;
    return stratum(name, meant);
  });
  return { name: `Amount, ${currency}`, counts: 'writes', strata };
}

/** Those that it may have, and those that it had. */
async function writeEffects(
  source: Source,
  loaded: LoadedPolicy | null,
  routes: readonly string[],
): Promise<readonly string[]> {
  const used = await source.rows(`SELECT DISTINCT effect FROM scoped WHERE effect <> 'read' AND ${ROUTED}`);
  const allowed = routes.map((route) => loaded?.policy.routes.get(route as RouteId)?.effect);
  const known = new Set<string | undefined>([...used.map((row) => textIn(row, 'effect')), ...allowed]);
  return EFFECTS.filter((effect) => known.has(effect));
}

/** Allowed by the policy, used or not; and used under an earlier policy. */
async function writeRoutes(source: Source, loaded: LoadedPolicy | null, agent: AgentId): Promise<readonly string[]> {
  const allowed =
    loaded === null
      ? []
      : allowedRoutes(loaded, agent).filter((route) => loaded.policy.routes.get(route)?.effect !== 'read');
  const rows = await source.rows(
    `SELECT route FROM scoped WHERE effect <> 'read' AND ${ROUTED} GROUP BY 1 ORDER BY count(*) DESC, 1`,
  );
  return [...new Set([...rows.map((row) => textIn(row, 'route')), ...allowed])].slice(0, ROUTES_MAX);
}

/** What no route of the policy describes is refused whatever it would do: it is no situation to have evidence of. */
const ROUTED = `route <> ${literal(UNROUTED)}`;

/** A policy of a thousand routes is read in the JSON; the most used come first. */
const ROUTES_MAX = 200;

const PARTS = ['night', 'morning', 'afternoon', 'evening'];

async function crossingOf(source: Source, local: string, routes: readonly string[]): Promise<Crossing> {
  const rows =
    await source.rows(`SELECT route, (local_weekday > 5)::INT::DOUBLE AS weekend, (local_hour // 6)::DOUBLE AS part, ${FIRST_CALLS}
    FROM scoped WHERE ${MEANT} GROUP BY 1, 2, 3`);
  const found = new Map(
    rows.map((row) => [`${textIn(row, 'route')} ${numberIn(row, 'weekend')} ${numberIn(row, 'part')}`, row]),
  );
  const columns = [0, 1].flatMap((weekend) => PARTS.map((_, part) => ({ weekend, part })));
  return {
    rows: routes,
    columns: columns.map(({ weekend, part }) => `${weekend === 1 ? 'weekend' : 'weekday'} ${PARTS[part] ?? ''}`),
    cells: routes.map((route) =>
      columns.map(({ weekend, part }) => {
        const week = weekend === 1 ? `isodow(${local}) > 5` : `isodow(${local}) <= 5`;
        const where = `${MEANT} AND ${equals('route', route)} AND ${week} AND hour(${local}) // 6 = ${part}`;
        return behind(found.get(`${route} ${weekend} ${part}`) ?? {}, where);
      }),
    ),
  };
}
