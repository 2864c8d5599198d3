import { ManualClock } from '../../src/std/clock.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { AgentId, CallId, GrantId, UpstreamId } from '../../src/engine/ids.ts';
import { admit } from '../../src/door/judge/admit.ts';
import { RequestReader, type Head } from '../../src/door/judge/reading.ts';
import { Flights } from '../../src/door/flight/flights.ts';
import { Freezer } from '../../src/door/freezer.ts';
import { readHeaders } from '../../src/door/normal/headers.ts';
import { readTarget } from '../../src/door/normal/target.ts';
import { Trail } from '../../src/door/trail.ts';
import { eventsOf } from '../../src/journal/fold.ts';
import type { Entry, Grant, Recorded } from '../../src/journal/index.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';

/** One request of an agent, and how the business took it. */
export interface Asked {
  readonly agent?: string;
  readonly session?: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly target: string;
  readonly body?: unknown;
  readonly headers?: readonly string[];
  /** Since the one before. */
  readonly afterMs?: number;
  readonly effectiveness?: 'effective' | 'ineffective' | 'unknown';
}

export function policyOf(text: string, file = 'policy.yaml'): LoadedPolicy {
  const loaded = loadPolicy(text, file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 1));
  return loaded.value;
}

/** What a door under this policy writes down of these requests, one after another; each ends before the next comes. */
export function journalOf(policy: LoadedPolicy, asked: readonly Asked[]): readonly Recorded[] {
  const records: Recorded[] = [];
  const append = (entry: Entry): void => {
    records.push({ seq: records.length + 1, ...entry, hash: '' });
  };
  const engine = new Engine(policy.policy);
  const clock = new ManualClock(1_700_000_000_000);
  const journal = { append, durable: () => Promise.resolve() };
  const trail = new Trail();
  const freezer = new Freezer({ engine, journal, clock, flights: new Flights(), trail });
  append({ kind: 'policy', at: clock.now(), digest: policy.digest, file: policy.file, text: policy.text });
  const granted = new Set<string>();
  for (const [index, one] of asked.entries()) {
    clock.advance(one.afterMs ?? 1_000);
    const grant = grantOf(one.agent ?? 'bot');
    if (!granted.has(grant.agent)) {
      const { id, ...rest } = grant;
      append({ kind: 'grant', at: clock.now(), grant: id, ...rest, by: 'test' });
      granted.add(grant.agent);
    }
    const read = reading(policy, one, grant, `call_${index}` as CallId, clock.now());
    const { verdict } = admit(read.call, read.wire, { engine, journal, freezer, trail });
    if (verdict !== 'allow' && verdict !== 'capture') continue;
    const effectiveness = one.effectiveness ?? 'effective';
    const outcome = {
      kind: 'outcome' as const,
      at: clock.now(),
      call: read.call.id,
      effectiveness,
      status: { effective: 200, ineffective: 404, unknown: 502 }[effectiveness],
      failure: null,
      durationMs: 5,
      contentType: null,
      answer: null,
      answerBytes: 0,
      facts: { latencyMs: 5 },
    };
    append(outcome);
    for (const event of eventsOf(outcome)) engine.apply(event);
  }
  return records;
}

/** The request as the door reads it under a policy. */
export function reading(policy: LoadedPolicy, asked: Asked, grant: Grant, id: CallId, at: number) {
  const reader = new RequestReader(policy, null);
  const session = asked.session ?? 'session_1';
  const raw = [
    'host',
    'door',
    'content-type',
    'application/json',
    'interlock-session',
    session,
    ...(asked.headers ?? []),
  ];
  const headers = readHeaders(raw);
  const target = readTarget(asked.target);
  if (!headers.ok || !target.ok) throw new Error('the test’s request is none');
  const head: Head = { method: asked.method, headers: headers.value, target: target.value };
  const address = reader.address(head, 'api' as UpstreamId);
  if (!address.ok) throw new Error(address.failure.detail);
  const body = asked.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(asked.body));
  const read = reader.read(head, address.value, body, grant, () => ({ id, at }));
  if (!read.ok) throw new Error(read.failure.detail);
  return read.value;
}

export function grantOf(agent: string): Grant {
  return {
    id: `grant_${agent}` as GrantId,
    tokenHash: agent,
    agent: agent as AgentId,
    task: 'task',
    environment: 'default',
    routes: null,
    expiresAt: 2_000_000_000_000,
    parent: null,
  };
}
