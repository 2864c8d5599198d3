import type { AgentId, CallId, GrantId, RouteId } from '../../engine/ids.ts';
import { RequestReader } from '../../door/judge/reading.ts';
import { callOf } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Doer } from '../oracles/oracle.ts';
import { Preparations } from '../probe/prepared.ts';
import { allowances, type Evidence } from './evidence.ts';
import type { AgentRun } from './scenario.ts';
import type { Arrival } from './witness.ts';

/** Whose call each arrival is, by its number; `null`: nobody's that the journal knows. */
export type Doers = readonly (Doer | null)[];

/** Behind the door: whose the journal says it is. */
export function guardedDoers(evidence: Pick<Evidence, 'arrivals' | 'records'>): Doers {
  return allowances(evidence).map(({ call }) => (call === undefined ? null : callOf(call.record)));
}

/**
 * Without a door nobody reads the requests, so they are read here as the door would have: the same request is the same route,
 * subject and amount in both runs. One that the door could not have read is still this agent's.
 */
export function unguardedDoers(policy: LoadedPolicy, { agent, task }: AgentRun, arrivals: readonly Arrival[]): Doers {
  const reader = new RequestReader(policy, null);
  const preparations = new Preparations(reader);
  const grant = {
    id: 'unguarded' as GrantId,
    tokenHash: '',
    agent: agent as AgentId,
    task,
    environment: policy.environment,
    routes: null,
    expiresAt: Infinity,
    parent: null,
  };
  return arrivals.map(({ at, upstream, method, target, body, contentType, session }, number) => {
    const id = `arrival_${number}` as CallId;
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    const prepared = preparations.of({ upstream, method, target, headers, body: body ?? '' }, session ?? '');
    const unread: Doer = {
      id,
      at,
      agent: grant.agent,
      grant: grant.id,
      task,
      session: session ?? grant.id,
      route: '(unread)' as RouteId,
      effect: 'destructive',
      subject: null,
      amount: null,
    };
    if (!prepared.ok) return unread;
    const { head, address, bytes } = prepared.value;
    const read = reader.read(head, address, bytes, grant, () => ({ id, at }));
    return read.ok ? read.value.call : unread;
  });
}
