import type { AgentId } from '../../engine/ids.ts';
import type { Level } from '../../engine/guard.ts';
import { STAGES } from '../../engine/standings.ts';
import { unready } from '../health/readiness.ts';
import type { Premises } from '../premises.ts';
import { gauge, one, type Family, type Sample } from './family.ts';

/** Limits that are shown: a policy with more shows those of its first agents. */
export const LEVELS_MAX = 2_000;
const MILLI = 1_000;

/** How the door is at a scrape: read off its state, and of the policy as it is now. */
export function now(premises: Premises): readonly Family[] {
  return [...ofAgents(premises), ...ofTheJournal(premises), ...ofTheDoor(premises)];
}

function ofAgents({ engine, policy, door, clock }: Premises): readonly Family[] {
  const at = clock.now();
  const agents = [...policy.policy.agents.keys()];
  const each = (value: (agent: AgentId) => number): Sample[] => agents.map((agent) => one(value(agent), { agent }));
  const holds = Map.groupBy(engine.holds.pending(at), ({ agent }) => agent);
  return [
    gauge(
      'interlock_frozen',
      '1: the agent reaches no upstream until a person resumes it',
      each((agent) => Number(engine.frozen(agent) !== undefined)),
    ),
    gauge(
      'interlock_in_flight',
      'Calls that were admitted and have not ended',
      each((agent) => door.flights.countOf(agent)),
    ),
    gauge(
      'interlock_stage',
      '1 at the stage where the agent stands',
      agents.flatMap((agent) => {
        const { stage } = engine.standings.of(agent, at);
        return STAGES.map((name) => one(Number(name === stage), { agent, stage: name }));
      }),
    ),
    gauge(
      'interlock_limit_used_ratio',
      'How much of a limit is used, 0 to 1; above 1 where what nobody saw the outcome of was more than was left',
      agents.flatMap((agent) => [...usedOf(engine.levels(agent, at), agent)]).slice(0, LEVELS_MAX),
    ),
    gauge(
      'interlock_holds_waiting',
      'Calls that wait for a person',
      each((agent) => holds.get(agent)?.length ?? 0),
    ),
    gauge(
      'interlock_hold_expiry_timestamp_seconds',
      'When the first of the calls that wait lapses',
      [...holds].map(([agent, waiting]) =>
        one(Math.min(...waiting.map(({ expiresAt }) => expiresAt)) / MILLI, { agent }),
      ),
      's',
    ),
    gauge(
      'interlock_claim_expiry_timestamp_seconds',
      'When what the agent stands on ends by itself: a promotion, or a broken glass',
      agents.flatMap((agent) => {
        const until = engine.standings.of(agent, at).claim?.until;
        return until == null ? [] : [one(until / MILLI, { agent })];
      }),
      's',
    ),
  ];
}

/** One for each rule: where a rule counts several things apart, the fullest. */
function usedOf(levels: readonly Level[], agent: AgentId): IterableIterator<Sample> {
  const fullest = new Map<string, Sample>();
  for (const { guard, rule, fill } of levels) {
    const limit = Number(fill.limit);
    const value = limit === 0 ? 1 : Number(fill.used) / limit;
    const before = fullest.get(`${guard} ${rule}`);
    if (before === undefined || before.value < value)
      fullest.set(`${guard} ${rule}`, one(value, { agent, guard, rule }));
  }
  return fullest.values();
}

function ofTheJournal({ log, clock }: Premises): readonly Family[] {
  const { disk, head, health } = log;
  const behindMs = health.behindSince === null ? 0 : Math.max(0, clock.now() - health.behindSince);
  return [
    gauge('interlock_journal_sequence', 'The last record’s number', [one(head.seq)]),
    gauge(
      'interlock_journal_last_record_timestamp_seconds',
      'When the last record was made',
      [one(head.at / MILLI)],
      's',
    ),
    gauge(
      'interlock_journal_behind_seconds',
      'For how long the oldest record waits that is not on the disk',
      [one(behindMs / MILLI)],
      's',
    ),
    gauge(
      'interlock_journal_disk_full',
      '1: the disk is full; writes are refused, and what must be recorded comes from the reserve',
      [one(Number(disk.kind === 'full'))],
    ),
    ...(disk.kind === 'full'
      ? [
          gauge(
            'interlock_journal_reserve_bytes',
            'What is left of the reserve, while the disk is full',
            [one(disk.reserveBytes)],
            'By',
          ),
        ]
      : []),
  ];
}

function ofTheDoor(premises: Premises): readonly Family[] {
  const { door, outbox, policy } = premises;
  const reasons = new Set(unready(premises).map(({ code }) => code));
  return [
    gauge('interlock_ready', 'What /readyz says', [one(Number(reasons.size === 0))]),
    gauge(
      'interlock_not_ready',
      '1: why /readyz says no',
      CODES.map((reason) => one(Number(reasons.has(reason)), { reason })),
    ),
    gauge('interlock_connections', 'Connections of agents and strangers', [one(door.connections.count)]),
    gauge('interlock_body_bytes', 'Bytes of requests in memory', [one(door.bodies.bytes)], 'By'),
    gauge('interlock_pages_waiting', 'What people are still to be told', [one(outbox.state().waiting)]),
    gauge('interlock_policy_info', 'The policy in force', [
      one(1, { digest: policy.digest, environment: policy.environment }),
    ]),
  ];
}

const CODES = [
  'journal_failed',
  'journal_closed',
  'journal_stalled',
  'disk_full',
  'draining',
] as const satisfies readonly ReturnType<typeof unready>[number]['code'][];
