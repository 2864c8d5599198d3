import { formatDuration } from '../../../std/duration.ts';
import type { Route } from '../../../engine/policy.ts';
import { bulk } from './bulk.ts';
import {
  concernsAny,
  forEach,
  isWriteEffect,
  names,
  rulesOf,
  selectorOf,
  windowsOf,
  type Candidate,
  type Suspicion,
} from './suspicion.ts';

/** How often: rates, and how many at a time. */
export function* limits(suspicion: Suspicion): Generator<Candidate> {
  const { never, routes } = suspicion;
  if (routes.length === 0) return;
  if (never !== undefined && 'within' in never && never.kind !== 'money') yield* rates(suspicion, never, routes);
  if (never === undefined || never.kind === 'requests') yield* backoffs(suspicion, routes);
  yield* bulk(suspicion);
  yield* oneAtATime(suspicion, routes);
}

/** A call that fails is sent again at once. */
function* backoffs(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  yield {
    title: `backoff: ${routes.map(({ id }) => id).join(', ')}`,
    gap: `Nothing makes a failed ${names(routes)} wait before it is sent again.`,
    breadth: 2,
    text: forEach(suspicion, (policy, agent) =>
      policy.withItem(['agents', agent, 'backoff'], { ...selectorOf(routes), initial: '5s', attempts: 5 }),
    ),
  };
}

type Counted = Extract<Suspicion['never'], { kind: 'effects' | 'reads' | 'requests' }>;

function* rates(suspicion: Suspicion, never: Counted, routes: readonly Route[]): Generator<Candidate> {
  const { within, over, each } = never;
  const { agents } = suspicion;
  if (over < 1 || each === 'subject') return;
  // Together no more than the rule allows.
  const max = each === 'all' ? Math.floor(over / Math.max(1, agents.length)) : over;
  if (max < 1) return;
  for (const ms of windowsOf(within)) {
    const per = formatDuration(ms);
    yield* fewer(suspicion, routes, max, per);
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

/** A rate that is there, and allows too many. */
function* fewer(suspicion: Suspicion, routes: readonly Route[], max: number, per: string): Generator<Candidate> {
  for (const agent of suspicion.agents) {
    for (const { rule, path } of rulesOf(suspicion, agent, 'rates')) {
      if (!concernsAny(rule, routes)) continue;
      // Another window is another rule: changing it would let more pass in the old one.
      if (rule['per'] !== per || Number(rule['max']) <= max) continue;
      yield {
        title: `rate: at most ${max} per ${per}`,
        gap: `The rate lets ${String(rule['max'])} per ${per} pass, and no more than ${max} may happen.`,
        breadth: 1,
        text: suspicion.policy.withValue([...path, 'max'], max),
      };
    }
  }
}

function* oneAtATime(suspicion: Suspicion, routes: readonly Route[]): Generator<Candidate> {
  const writes = routes.filter(({ effect }) => isWriteEffect(effect));
  if (writes.length === 0 || !suspicion.calls.some(({ isSlow }) => isSlow)) return;
  yield {
    title: `inflight: one ${writes.map(({ id }) => id).join(', ')} at a time`,
    gap: `Nothing keeps two calls of ${names(writes)} from being under way at once.`,
    breadth: 6,
    text: forEach(suspicion, (policy, agent) =>
      policy.withItem(['agents', agent, 'inflight'], { ...selectorOf(writes), max: 1 }),
    ),
  };
}
