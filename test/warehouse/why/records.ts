import type { AgentId, CallId, GrantId, RouteId } from '../../../src/engine/ids.ts';
import type { CallEntry, GrantEntry, NoteEntry, OutcomeEntry } from '../../../src/journal/entry.ts';

/** Records as a door writes them, with what a test cares for put in. */

export function aCall(more: Partial<CallEntry>): CallEntry {
  return {
    kind: 'call',
    at: 2_000,
    call: 'call_w' as CallId,
    agent: 'bot' as AgentId,
    grant: 'grant_1' as GrantId,
    task: 'task',
    session: 's1',
    stage: 'production',
    route: 'create_payout' as RouteId,
    effect: 'money',
    upstream: 'payments',
    method: 'POST',
    target: '/payouts',
    headers: {},
    body: null,
    facts: { subject: null, amount: null, items: null, fingerprint: 'f', granted: true, conditions: {} },
    verdict: 'allow',
    findings: [],
    trips: [],
    ...more,
  };
}

export function anAnswer(more: Partial<OutcomeEntry>): OutcomeEntry {
  const { answer = null } = more;
  return {
    kind: 'outcome',
    at: 1_000,
    call: 'call_w' as CallId,
    effectiveness: 'effective',
    status: 200,
    failure: null,
    durationMs: 5,
    contentType: 'application/json',
    answerBytes: Buffer.byteLength(answer ?? ''),
    answer,
    ...more,
  };
}

export function aGrant(more: Partial<GrantEntry>): GrantEntry {
  return {
    kind: 'grant',
    at: 0,
    grant: 'grant_1' as GrantId,
    tokenHash: '0'.repeat(64),
    agent: 'bot' as AgentId,
    task: 'task',
    environment: 'production',
    routes: null,
    expiresAt: 1_000_000,
    parent: null,
    by: 'human:ana',
    ...more,
  };
}

export function aNote(more: Partial<NoteEntry>): NoteEntry {
  return {
    kind: 'note',
    at: 1_500,
    agent: 'bot' as AgentId,
    grant: 'grant_1' as GrantId,
    session: 's1',
    call: null,
    text: 'a thought',
    ...more,
  };
}
