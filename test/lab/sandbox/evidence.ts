import type { AgentId, CallId, GrantId, RouteId, RuleId } from '../../../src/engine/ids.ts';
import type { CallEntry, Entry, FreezeEntry, ResumeEntry } from '../../../src/journal/entry.ts';
import type { Evidence } from '../../../src/lab/sandbox/evidence.ts';
import type { Placed } from '../../../src/lab/sandbox/records.ts';
import type { Arrival, Deed } from '../../../src/lab/sandbox/witness.ts';
import type { LedgerEntry } from '../../../src/lab/world/world.ts';
import { loadPolicy } from '../../../src/policy/index.ts';

const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  bot:
    stage: sandbox
    allow: [create_refund]
    once:
      - { route: create_refund, per: subject }
    budgets:
      - { max: 25 USD, per: day, timezone: UTC }
`;

/** Every record takes as much of the file; only the order counts. */
const RECORD_BYTES = 100;

const BOT = { agent: 'bot' as AgentId, grant: 'grant_1' as GrantId, task: 'test', session: 's1' };
const PASSED = { guard: 'scope', rule: 'bot.allow' as RuleId, verdict: 'pass', reason: 'ok' } as const;

export function refundCall(at: number, charge: string): CallEntry {
  return {
    kind: 'call',
    at,
    call: `call_${charge}_${at}` as CallId,
    ...BOT,
    stage: 'sandbox',
    route: 'create_refund' as RouteId,
    effect: 'money',
    upstream: 'payments',
    method: 'POST',
    target: '/v1/refunds',
    headers: {},
    body: `charge=${charge}&amount=1000`,
    facts: {
      subject: `charge:${charge}`,
      amount: { micros: '10000000', currency: 'USD' },
      items: null,
      fingerprint: charge,
      granted: true,
      conditions: {},
    },
    verdict: 'allow',
    findings: [PASSED],
    trips: [],
  };
}

export function frozen(at: number, trip: FreezeEntry['trip']): FreezeEntry {
  return { kind: 'freeze', at, agent: BOT.agent, trip, by: 'human:ann', reason: 'enough', call: null, severed: [] };
}

export function resumed(at: number): ResumeEntry {
  return { kind: 'resume', at, agent: BOT.agent, by: 'human:ann', reason: 'looked at it' };
}

/** Records as they stand in a journal, one after the other. */
export function placed(...entries: readonly Entry[]): readonly Placed[] {
  return entries.map((entry, index) => ({
    record: { ...entry, seq: index + 1, hash: '' },
    endsAt: (index + 1) * RECORD_BYTES,
  }));
}

/** A refund request that left for the business when so many records were on file. */
export function arrived(at: number, charge: string, recordsOnFile: number): Arrival {
  const body = `charge=${charge}&amount=1000`;
  const journalBytes = recordsOnFile * RECORD_BYTES;
  return { at, upstream: 'payments', method: 'POST', target: '/v1/refunds', body, journalBytes };
}

export function refunded(at: number, charge: string, arrival: number | undefined): Deed {
  return { upstream: 'payments', arrival, entries: [refundEntry(at, charge)] };
}

export function refundEntry(at: number, charge: string): LedgerEntry {
  const moneyOut = { micros: 10_000_000n, currency: 'USD' };
  return { at, kind: 'refund', subject: `charge:${charge}`, moneyOut, write: true };
}

/** Two honest refunds within the budget, journalled first; with changes. */
export function evidence(changes: Partial<Evidence> = {}): Evidence {
  const loaded = loadPolicy(POLICY, 'test.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const records = placed(refundCall(1, 'a'), refundCall(3, 'b'));
  return {
    policy: loaded.value.policy,
    agents: 'written',
    unguardedHarm: [refundEntry(1, 'a')],
    guardedHarm: [],
    arrivals: [arrived(2, 'a', 1), arrived(4, 'b', 2)],
    deeds: [refunded(2, 'a', 0), refunded(4, 'b', 1)],
    records,
    journalBytes: (changes.records ?? records).at(-1)?.endsAt ?? 0,
    answered: 2,
    verified: { held: true, detail: '' },
    redecided: { held: true, detail: '' },
    secrets: { 'the key': 'sk_test_secret' },
    files: { 'segments/1.ndjson': Buffer.from('nothing to see') },
    ...changes,
  };
}
