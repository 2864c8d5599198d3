import { formatDuration } from '../../../std/duration.ts';
import type { Route } from '../../../engine/policy.ts';
import { PolicyText } from './policy-text.ts';
import {
  concernsAny,
  forEach,
  isWriteEffect,
  names,
  rulesOf,
  selectorOf,
  type Candidate,
  type Suspicion,
} from './suspicion.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A calendar day is an hour longer where clocks go back. */
const LONGEST_DAY_MS = DAY_MS + HOUR_MS;

/** How often: rates, and how many at a time. */
export function* limits(suspicion: Suspicion): Generator<Candidate> {
  const { never, routes } = suspicion;
  if (routes.length === 0) return;
  if (never !== undefined && 'within' in never && never.kind !== 'money') yield* rates(suspicion, never, routes);
  yield* oneAtATime(suspicion, routes);
}

type Counted = Extract<Suspicion['never'], { kind: 'effects' | 'reads' | 'requests' }>;

function* rates(suspicion: Suspicion, never: Counted, routes: readonly Route[]): Generator<Candidate> {
  const { within, over, each } = never;
  const { agents } = suspicion;
  if (within.kind === 'ever' || over < 1 || each === 'subject') return;
  const perMs = within.kind === 'rolling' ? [within.ms] : [DAY_MS, LONGEST_DAY_MS];
  // Together no more than the rule allows.
  const max = each === 'all' ? Math.floor(over / Math.max(1, agents.length)) : over;
  if (max < 1) return;
  for (const ms of perMs) {
    const per = formatDuration(ms);
    yield* adjusted(suspicion, routes, max, per);
    yield {
      title: `rate: ${routes.map(({ id }) => id).join(', ')} at most ${max} per ${per}`,
      gap: `No rate bounds ${names(routes)} to ${max} per ${per}.`,
      breadth: 4,
      text: forEach(suspicion, (policy, agent) =>
        policy.withItem(['agents', agent, 'rates'], { ...selectorOf(routes), max, per }),
      ),
    };
  }
}

/** A rate that is there, with the rule's number and window, and for its routes. */
function* adjusted(suspicion: Suspicion, routes: readonly Route[], max: number, per: string): Generator<Candidate> {
  for (const agent of suspicion.agents) {
    for (const { rule, path } of rulesOf(suspicion, agent, 'rates')) {
      if (!concernsAny(rule, routes)) continue;
      const fewer = rule['max'] === max ? suspicion.policy.text : suspicion.policy.withValue([...path, 'max'], max);
      const differs = rule['per'] !== per;
      const text = differs && fewer !== undefined ? new PolicyText(fewer).withValue([...path, 'per'], per) : fewer;
      yield {
        title: `rate: at most ${max} per ${per}`,
        gap: `The rate lets ${String(rule['max'])} per ${String(rule['per'])} pass, and no more than ${max} per ${per} may happen.`,
        breadth: 1,
        text,
      };
    }
  }
}

function* oneAtATime(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  const writes = routes.filter(({ effect }) => isWriteEffect(effect));
  if (writes.length === 0) return;
  yield {
    title: `inflight: one ${writes.map(({ id }) => id).join(', ')} at a time`,
    gap: `Nothing keeps two calls of ${names(writes)} from being under way at once.`,
    breadth: 6,
    text: forEach(suspicion, (policy, agent) =>
      policy.withItem(['agents', agent, 'inflight'], { ...selectorOf(writes), max: 1 }),
    ),
  };
}
