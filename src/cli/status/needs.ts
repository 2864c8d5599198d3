import type { AgentView, Gauge } from '../../control/contract/overview.ts';
import type { Look } from '../desk.ts';
import { visibleLine } from '../../report/visible.ts';
import { roughly } from '../spans.ts';

/** Something that a person should do, and the command that does it or shows more. */
export interface Need {
  readonly weight: 'alarm' | 'warning';
  readonly text: string;
  readonly next: readonly string[];
}

/** A limit that lasts no longer than this at the present pace is told before it is gone. */
const SOON_MS = 3_600_000;
/** Less than this is left of it. */
const NEARLY = 0.9;

/**
 * What needs a person, the most urgent first: what the door cannot do, who is stopped, who waits, what is nearly used up.
 *
 * @param place how the commands name the data directory and the policy
 */
export function needsOf(overview: Look, place: string): readonly Need[] {
  const now = Date.parse(overview.at);
  const { journal, pages, agents } = overview;
  const since = (at: string): string => `${at.slice(11, 16)} UTC (${roughly(now - Date.parse(at))} ago)`;
  return [
    ...(journal.disk === 'full'
      ? [
          alarm(
            `The disk is full${journal.diskSince === null ? '' : ` since ${since(journal.diskSince)}`}: writes are refused until there is room. Kills still work.`,
            [`interlock doctor${place}`],
          ),
        ]
      : []),
    ...agents.flatMap((agent) => (agent.frozen === null ? [] : [stopped(agent, agent.frozen, since, place)])),
    ...agents.flatMap(({ agent, waiting, frozen }) =>
      waiting === 0
        ? []
        : [
            warning(
              `${agent}: ${waiting === 1 ? '1 call waits' : `${waiting} calls wait`} for a person${frozen === null ? '' : '; even approved, nothing is sent while it is frozen'}.`,
              [`interlock approve${place}`],
            ),
          ],
    ),
    ...(pages.abandoned > 0
      ? [
          alarm(`${pages.abandoned} pages reached nobody: their channels did not take them.`, [
            `interlock page test${place}`,
          ]),
        ]
      : []),
    ...agents.flatMap((agent) => (agent.frozen === null ? nearlySpent(agent, place) : [])),
    ...agents.flatMap(({ agent, standing }) =>
      standing?.ground === 'break_glass'
        ? [
            warning(
              `${agent} works by broken glass until ${standing.until ?? 'somebody ends it'}: it has not shown that it may.`,
              [`interlock break-glass end ${agent} --reason … --by …${place}`],
            ),
          ]
        : [],
    ),
  ];
}

function stopped(
  { agent }: AgentView,
  { at, trip, by, reason, people, assent }: NonNullable<AgentView['frozen']>,
  since: (at: string) => string,
  place: string,
): Need {
  const by_ = by.replace(/^human:/, '').replace(/^guard:/, 'the rule ');
  const second =
    assent === null
      ? people === 2
        ? ' Two people must resume it.'
        : ''
      : ` ${assent.by} has said that it may work again; another person must say so until ${assent.until.slice(11, 16)} UTC.`;
  return alarm(
    `${agent} was ${trip === 'kill' ? 'killed' : 'frozen'} at ${since(at)} by ${visibleLine(by_)}: ${visibleLine(by.startsWith('guard:') ? reason.replaceAll('_', ' ') : reason)}.${second}`,
    [`interlock why ${agent}${place}`, `interlock resume ${agent} --reason … --by …${place}`],
  );
}

function nearlySpent({ agent, gauges }: AgentView, place: string): readonly Need[] {
  const gauge = tightest(gauges);
  if (gauge === undefined) return [];
  const soon = gauge.emptyInMs !== null && gauge.emptyInMs <= SOON_MS;
  if (!soon && gauge.share < NEARLY) return [];
  const left = gauge.emptyInMs === null ? '' : `, at this pace used up in ${roughly(gauge.emptyInMs)}`;
  return [
    warning(`${agent}: ${gauge.remaining} of ${gauge.limit} is left of ${gauge.rule}${left}.`, [
      `interlock why ${agent}${place}`,
    ]),
  ];
}

/** The fullest of an agent's limits, or the one that is gone first. */
export function tightest(gauges: readonly Gauge[]): Gauge | undefined {
  return gauges.toSorted(
    (one, other) => inMs(one) - inMs(other) || other.share - one.share || weight(one) - weight(other),
  )[0];
}

const inMs = ({ emptyInMs }: Gauge): number => emptyInMs ?? Number.MAX_SAFE_INTEGER;
/** Of two that are as full, money is what somebody wants to hear of. */
const weight = ({ unit }: Gauge): number => (unit === 'money' ? 0 : 1);

const alarm = (text: string, next: readonly string[]): Need => ({ weight: 'alarm', text, next });
const warning = (text: string, next: readonly string[]): Need => ({ weight: 'warning', text, next });
