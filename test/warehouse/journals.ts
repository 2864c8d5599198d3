import fc, { type Arbitrary } from 'fast-check';
import type { AgentId, CallId, GrantId, RouteId } from '../../src/engine/ids.ts';
import type { CallEntry, Entry, OutcomeEntry } from '../../src/journal/entry.ts';

/** What the generated records are made of; times never decrease. */
type Step =
  | {
      readonly kind: 'call';
      readonly agent: number;
      readonly session: number;
      readonly id: number;
      readonly verdict: 'allow' | 'deny' | 'hold' | 'capture';
      readonly micros: number | 'fault' | 'huge' | null;
      readonly text: string;
    }
  | { readonly kind: 'outcome'; readonly of: number; readonly effective: boolean; readonly text: string }
  | { readonly kind: 'note'; readonly agent: number; readonly session: number; readonly text: string }
  | { readonly kind: 'freeze' | 'resume' | 'refusal' | 'recovery' | 'policy'; readonly agent: number };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '{"id":"ch_1","__proto__":{"a":1}}',
    '{"data":[{"id":"ch_2","customer":"cus_9"}]}',
    '%41b_1',
    String.raw`{"id":"\u0063h_3"}`,
    '{"cut":"o',
  ),
);
const small = fc.nat(2);

const step: Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      agent: small,
      session: small,
      id: fc.nat(4),
      verdict: fc.constantFrom('allow', 'allow', 'allow', 'deny', 'hold', 'capture'),
      micros: fc.oneof(fc.nat(5_000_000), fc.constantFrom('fault' as const, 'huge' as const, null)),
      text,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('outcome' as const), of: fc.nat(30), effective: fc.boolean(), text }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('note' as const), agent: small, session: small, text }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('freeze', 'resume', 'refusal', 'recovery', 'policy'), agent: small }),
  },
);

/** Records as a door might write them, and as none would: outcomes long after their calls, twice, or of no call at all. */
export const someJournal: Arbitrary<readonly Entry[]> = fc
  .array(fc.tuple(step, fc.oneof(fc.nat(1_000), fc.nat(86_400_000 * 2))), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let at = 1_700_000_000_000;
    let calls = 0;
    return steps.map(([one, laterMs]) => {
      at += laterMs;
      if (one.kind === 'call') calls += 1;
      return entryOf(one, at, calls);
    });
  });

const agentOf = (number: number): AgentId => `bot-${number}` as AgentId;
const callOf = (number: number): CallId => `call_${number}` as CallId;

function entryOf(step: Step, at: number, calls: number): Entry {
  switch (step.kind) {
    case 'call':
      return call(step, at, calls);
    case 'outcome':
      return outcome(step, at, calls);
    case 'note':
      return {
        kind: 'note',
        at,
        agent: agentOf(step.agent),
        grant: 'grant_1' as GrantId,
        session: `s${step.session}`,
        call: calls === 0 ? null : callOf(calls),
        text: step.text,
      };
    case 'freeze':
      return {
        kind: 'freeze',
        at,
        agent: agentOf(step.agent),
        trip: 'freeze',
        by: 'human:ann',
        reason: 'odd',
        call: null,
        severed: calls === 0 ? [] : [callOf(calls)],
      };
    case 'resume':
      return { kind: 'resume', at, agent: agentOf(step.agent), by: 'human:ann', reason: 'fine' };
    case 'refusal':
      return {
        kind: 'refusal',
        at,
        status: 400,
        reason: 'ambiguous',
        detail: 'two readings',
        agent: null,
        grant: null,
        method: 'GET',
        target: '/%zz',
      };
    case 'recovery':
      return { kind: 'recovery', at, epoch: 2, unknown: calls === 0 ? [] : [callOf(calls)] };
    default:
      return { kind: 'policy', at, digest: `digest-${at}`, file: 'interlock.yaml', text: 'version: 1\n' };
  }
}

function call(step: Extract<Step, { kind: 'call' }>, at: number, number: number): CallEntry {
  const { verdict, micros } = step;
  const amount =
    micros === null
      ? null
      : micros === 'fault'
        ? { fault: 'negative' }
        : { micros: micros === 'huge' ? '10000000000000000000000' : String(micros), currency: 'USD' };
  const finding = {
    guard: 'rate',
    rule: 'bot.rates[0]' as never,
    verdict: verdict === 'allow' ? 'pass' : verdict,
    reason: 'rate_exceeded',
    limit: '3 per 1h',
    hint: 'Wait "a" bit.',
  } as const;
  return {
    kind: 'call',
    at,
    call: callOf(number),
    agent: agentOf(step.agent),
    grant: 'grant_1' as GrantId,
    task: 'refund ch_1',
    session: `s${step.session}`,
    stage: 'production',
    route: 'create_refund' as RouteId,
    effect: 'money',
    upstream: 'shop',
    method: 'POST',
    target: `/v1/charges/ch_${step.id}?expand=a%20b`,
    headers: { 'content-type': 'application/json' },
    body: step.text,
    facts: {
      subject: `charge:ch_${step.id}`,
      amount,
      items: null,
      fingerprint: `f${step.id}`,
      granted: true,
      conditions: {},
    },
    verdict,
    findings: verdict === 'allow' ? ['scope bot.allow[0]'] : ['scope bot.allow[0]', finding],
    trips: [],
  };
}

function outcome(step: Extract<Step, { kind: 'outcome' }>, at: number, calls: number): OutcomeEntry {
  return {
    kind: 'outcome',
    at,
    call: callOf(Math.max(0, calls - step.of)),
    effectiveness: step.effective ? 'effective' : 'ineffective',
    status: step.effective ? 200 : 404,
    failure: null,
    durationMs: 12.5,
    contentType: 'application/json',
    answer: step.text,
    answerBytes: step.text.length,
  };
}
