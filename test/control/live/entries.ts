import type { CallEntry, OutcomeEntry } from '../../../src/journal/entry.ts';

export const VERDICTS = ['allow', 'deny', 'hold', 'capture'] as const;

interface Called {
  readonly call: string;
  readonly at?: number;
  readonly agent?: string;
  readonly route?: string;
  readonly verdict?: CallEntry['verdict'];
}

/** A call's record as the journal's listeners get it. */
export function callEntry({ call, at = 0, agent = 'a', route = 'read', verdict = 'allow' }: Called): CallEntry {
  const finding = { guard: 'budget', rule: `${agent}.budgets[0]`, verdict, reason: 'budget_exceeded' };
  const entry = {
    kind: 'call',
    at,
    call,
    agent,
    grant: 'grant_1',
    task: 'task_1',
    session: 'session_1',
    stage: 'production',
    route,
    effect: 'money',
    upstream: 'api',
    method: 'POST',
    target: '/v1/refunds',
    headers: {},
    body: '{"card":"4242"}',
    facts: {
      subject: 'charge:1',
      amount: { micros: '12500000', currency: 'USD' },
      items: null,
      fingerprint: call,
      granted: true,
      conditions: {},
    },
    verdict,
    findings: verdict === 'allow' ? [`scope ${agent}.allow[0]`] : [`scope ${agent}.allow[0]`, finding],
    trips: [],
  };
  return entry as unknown as CallEntry;
}

export function outcomeEntry({
  call,
  at = 0,
  status = 200,
}: {
  readonly call: string;
  readonly at?: number;
  readonly status?: number | null;
}): OutcomeEntry {
  return {
    kind: 'outcome',
    at,
    call: call as never,
    effectiveness: 'effective',
    status,
    failure: status === null ? 'reset' : null,
    durationMs: 3,
    contentType: 'application/json',
    answer: 'a secret of the upstream’s',
    answerBytes: 10,
  };
}
