import { intentOf } from '../../src/journal/facts.ts';
import type { Call } from '../../src/engine/call.ts';
import { callOfRow } from '../../src/replay/call-of-row.ts';
import type { CandidateFacts } from '../../src/replay/candidate-facts.ts';
import { EFFECTIVENESSES, EventKind } from '../../src/warehouse/tape/tape.ts';
import { madeTape, policyText } from './made-tape.ts';

/** The same recording as a journal's lines, bodies and answers of a usual size in them. Chain left out. */
export function madeLines(count: number): readonly string[] {
  const { tape, policy } = madeTape(count);
  const { events, calls, dictionaries } = tape;
  const facts: CandidateFacts = {
    override: () => undefined,
    conditions: (row) =>
      JSON.parse(dictionaries.conditions.text(calls.conditions[row] as number)) as Call['conditions'],
    unknown: () => undefined,
    made: () => true,
  };
  const lines = [
    JSON.stringify({
      seq: 1,
      kind: 'policy',
      at: 0,
      digest: policy.digest,
      file: 'bench.yaml',
      text: policyText(false),
    }),
  ];
  for (let index = 0; index < events.size; index += 1) {
    const row = events.ref[index] as number;
    const at = events.at[index] as number;
    const seq = lines.length + 1;
    const entry = events.kind[index] === EventKind.call ? callEntry(callOfRow(tape, row, facts)) : undefined;
    const effectiveness = EFFECTIVENESSES[events.effectiveness[index] as number];
    const outcome = {
      kind: 'outcome',
      at,
      call: calls.id.get(row),
      effectiveness,
      status: 200,
      failure: null,
      durationMs: 40,
      contentType: 'application/json',
      answer: ANSWER,
      answerBytes: ANSWER.length,
      facts: { latencyMs: 40 },
    };
    lines.push(JSON.stringify({ seq, ...(entry ?? outcome), hash: 'a'.repeat(64) }));
  }
  return lines;
}

const ANSWER = JSON.stringify({
  id: 're_1',
  object: 'refund',
  amount: 500,
  currency: 'usd',
  status: 'succeeded',
  charge: 'ch_1',
  metadata: { note: 'as asked' },
});

function callEntry(call: Call): object {
  const { route, subject } = call;
  const id = subject?.slice(subject.indexOf(':') + 1) ?? '';
  const [method, target] = {
    get_charge: ['GET', `/charges/${id}`],
    create_refund: ['POST', '/refunds'],
    create_payout: ['POST', '/payouts'],
    update_note: ['PUT', `/charges/${id}/note`],
  }[route as string] ?? ['GET', '/'];
  const amount = call.amount !== null && !('fault' in call.amount) ? Number(call.amount.micros / 10_000n) : 0;
  const money = {
    amount,
    reason: 'requested_by_customer',
    metadata: { ticket: `t_${call.fingerprint}`, order: 'o_17', note: 'The customer asked for it.' },
  };
  const body =
    route === 'create_refund'
      ? { charge: id, ...money }
      : route === 'create_payout'
        ? { payee: id, ...money }
        : { note: 'called back' };
  return {
    kind: 'call',
    ...intentOf(call),
    stage: 'production',
    upstream: 'api',
    method,
    target,
    headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'agent/1.0' },
    body: method === 'GET' ? null : JSON.stringify(body),
    verdict: 'allow',
    findings: ['scope allow', 'rate rates[0]', 'budget budgets[0]', 'inflight inflight'],
    trips: [],
  };
}
