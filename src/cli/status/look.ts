import type { AgentView, Gauge } from '../../control/contract/overview.ts';
import type { Look } from '../desk.ts';
import { wrapped } from '../../report/why/terminal.ts';
import { roughly } from '../spans.ts';
import { table, type Cell, type Column } from '../terminal/columns.ts';
import type { Paint } from '../terminal/paint.ts';
import { needsOf, tightest, type Need } from './needs.ts';

/** How a look is laid out, and how the commands in it name this place. */
export interface Layout {
  readonly paint: Paint;
  readonly width: number;
  readonly place: string;
}

const COLUMNS: readonly Column[] = [
  { head: 'AGENT', align: 'left', shrinksTo: 12 },
  { head: 'STAGE', align: 'left', shrinksTo: 10 },
  { head: 'STATE', align: 'left' },
  { head: 'SPENT OF THE TIGHTEST LIMIT', align: 'left', shrinksTo: 22 },
  { head: 'FLYING', align: 'right' },
  { head: 'WAIT', align: 'right' },
  { head: '/S', align: 'right' },
];

/** What every agent is doing, for a person: first what needs one, with the command to type; then a line for each agent. */
export function lookText(overview: Look, layout: Layout): string {
  const { paint, width, place } = layout;
  const needs = needsOf(overview, place);
  const rows = overview.agents.map((agent) => agentRow(agent, paint));
  return [
    ...head(overview, layout),
    '',
    ...(needs.length === 0
      ? [paint.good('Nothing needs a person.')]
      : needs.flatMap((need) => needLines(need, layout))),
    '',
    ...table(COLUMNS, rows, width, paint.bold),
  ].join('\n');
}

function head(
  { at, environment, policy, startedAt, journal, traffic, mocked }: Look,
  { paint, width }: Layout,
): readonly string[] {
  const running =
    startedAt === null
      ? 'no door runs here; this is its journal'
      : `the door runs since ${roughly(Date.parse(at) - Date.parse(startedAt))}, ${perSecond(traffic.perSecond)} calls a second`;
  const where = `${at.slice(0, 19)}Z  environment ${environment}, policy ${policy.digest.slice(0, 12)}, record ${journal.seq}; ${running}`;
  return [
    ...(mocked ? [paint.alarm('MOCK: nothing real is behind this door.')] : []),
    ...wrapped(where, width).map(paint.quiet),
  ];
}

function needLines({ weight, text, next }: Need, { paint, width }: Layout): readonly string[] {
  const mark = weight === 'alarm' ? '! ' : '- ';
  const [first = '', ...rest] = wrapped(text, width - mark.length);
  return [
    paint[weight](mark + first),
    ...rest.map((line) => paint[weight](`  ${line}`)),
    // A command is copied: it is never broken.
    ...next.map((command) => `    ${command}`),
  ];
}

function agentRow(
  { agent, stage, step, frozen, gauges, inFlight, waiting, traffic }: AgentView,
  paint: Paint,
): readonly Cell[] {
  const gauge = tightest(gauges);
  return [
    { text: agent, paint: paint.bold },
    { text: step === null ? stage : `${stage}, ${step}` },
    state(frozen, paint),
    { text: gauge === undefined ? 'no limit' : spent(gauge), ...(gauge !== undefined && weighed(gauge.share, paint)) },
    { text: String(inFlight) },
    { text: String(waiting), ...(waiting > 0 && { paint: paint.warning }) },
    { text: perSecond(traffic.perSecond) },
  ];
}

function state(frozen: AgentView['frozen'], paint: Paint): Cell {
  if (frozen === null) return { text: 'works', paint: paint.good };
  return { text: frozen.trip === 'kill' ? 'KILLED' : 'FROZEN', paint: paint.alarm };
}

/** Where it is told in colour, too. */
const MUCH = 0.8;

function weighed(share: number, paint: Paint): { readonly paint?: Paint['alarm'] } {
  if (share >= 1) return { paint: paint.alarm };
  return share >= MUCH ? { paint: paint.warning } : {};
}

/** `82 %: 412.00 of 500.00 USD`; a narrow terminal cuts off the end, and a share that is cut says something else. */
function spent({ used, limit, share, unit, guard }: Gauge): string {
  const currency = /^\S+ (?<currency>[A-Z]{3})$/.exec(limit)?.groups?.['currency'];
  const number = currency === undefined ? used : used.replace(` ${currency}`, '');
  const what = unit === 'calls' ? ' calls' : unit === 'other' ? ` ${guard}` : '';
  return `${Math.round(share * 100)} %: ${number} of ${limit}${what}`;
}

function perSecond(rate: number): string {
  return rate === 0 ? '0' : rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}
