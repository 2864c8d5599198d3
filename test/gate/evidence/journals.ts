import type { AgentId } from '../../../src/engine/ids.ts';
import type { Claim } from '../../../src/engine/standings.ts';
import type { AssessmentEntry, Entry, PolicyEntry } from '../../../src/journal/entry.ts';
import type { StandingCause, StandingEntry } from '../../../src/journal/standing-entry.ts';
import { gatherEvidence } from '../../../src/gate/evidence/gather.ts';
import type { Asked } from '../../../src/gate/evidence/asked.ts';
import type { GateEvidence } from '../../../src/gate/evidence/evidence.ts';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/index.ts';
import { REFUNDS } from '../../evidence/shadow/policy.ts';
import { call, journalIn, outcome } from '../../evidence/shadow/journal.ts';
import { directory } from '../../journal/directory.ts';

export const BOT = 'refunds-bot' as AgentId;
/** A Monday, noon in UTC. */
export const MONDAY = Date.UTC(2026, 2, 2, 12);
export const DAY_MS = 86_400_000;

/** The refunds policy, with the agent's own identity. */
export const WITH_IDENTITY = REFUNDS.replace(
  '    stage: shadow\n',
  '    stage: shadow\n    identity: { version: 1.4.2, model: gpt-5 }\n',
);

export function policyOf(text: string, documents: Readonly<Record<string, string>> = {}): LoadedPolicy {
  const loaded = loadPolicy(text, 'interlock.yaml', {
    include: () => ({ ok: false, failure: 'there is none' }),
    document: (name) => ({ ok: true, value: Buffer.from(documents[name] ?? '') }),
  });
  if (loaded.ok) return loaded.value;
  throw new Error(JSON.stringify(loaded.failure));
}

export function inForce(at: number, { digest, file, text, documents }: LoadedPolicy): PolicyEntry {
  return { kind: 'policy', at, digest, file, text, documents };
}

export function stood(at: number, cause: StandingCause, claims: readonly Claim[] = []): StandingEntry {
  const place = { was: 'shadow', stands: claims[0]?.stage ?? 'shadow' } as const;
  return { kind: 'standing', at, agent: BOT, policy: '', claims, ...place, cause, by: 'gate:test', reason: 'a test' };
}

export function thought(at: number, id: string, opinion: AssessmentEntry['opinion'], by = 'ann'): AssessmentEntry {
  return { kind: 'assessment', at, call: id as AssessmentEntry['call'], agent: BOT, opinion, by, reason: 'seen' };
}

/** A refund that shadow captured, in a session of its own but for what is said otherwise. */
export function refund(
  id: string,
  at: number,
  made: Parameters<typeof call>[2] & { readonly cents?: number } = {},
): Entry[] {
  const { cents = 2_000, ...more } = made;
  const facts = { subject: `charge:${id}`, amount: { micros: String(cents * 10_000), currency: 'USD' } };
  const entry = call(id, at, {
    route: 'create_refund' as never,
    effect: 'money',
    method: 'POST',
    target: '/v1/refunds',
    session: `session_of_${id}`,
    verdict: 'capture',
    ...more,
    facts: { ...facts, ...more.facts },
  });
  const stopped = entry.verdict === 'deny' || entry.verdict === 'hold';
  return [entry, ...(stopped ? [] : [outcome(id, at, { origin: 'synthetic' })])];
}

/** A data directory with these records behind the first policy's. */
export async function dataWith(first: LoadedPolicy, entries: readonly Entry[]): Promise<string> {
  const dir = directory();
  await journalIn(dir, first, entries);
  return dir;
}

/** The evidence for `limited`; a failure fails the test. */
export async function evidenceOf(policy: LoadedPolicy, dir: string, more: Partial<Asked> = {}): Promise<GateEvidence> {
  const gathered = await gatherEvidence({ policy, dir, agent: BOT, to: 'limited', step: null, now: MONDAY, ...more });
  if (gathered.ok) return gathered.value;
  throw new Error(gathered.failure);
}
