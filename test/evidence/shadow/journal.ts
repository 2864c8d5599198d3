import type { Call } from '../../../src/engine/call.ts';
import type { CallEntry, Entry, OutcomeEntry, Recorded } from '../../../src/journal/entry.ts';
import { openJournal, readJournal } from '../../../src/journal/index.ts';
import type { LoadedPolicy } from '../../../src/policy/index.ts';

/** Journals in a fresh directory, written by the journal's own writer, of records that the test made. */
export async function journalIn(dir: string, policy: LoadedPolicy, entries: readonly Entry[]): Promise<void> {
  const start = entries[0]?.at ?? 0;
  const onFailure = (error: Error): never => {
    throw error;
  };
  const opened = await openJournal({ dir, policy, now: () => start, onFailure });
  for (const [index, entry] of entries.entries()) {
    opened.journal.append(entry);
    if (index % 1_000 === 999) await opened.journal.durable();
  }
  await opened.journal.durable();
  await opened.close();
}

export const recordsIn = (dir: string): readonly Recorded[] => [...readJournal(dir, { tail: 'live' })];

type Made = Omit<Partial<CallEntry>, 'facts'> & { readonly facts?: Partial<CallEntry['facts']> };

/** A call that was let through, but for what is said otherwise. */
export function call(id: string, at: number, made: Made = {}): CallEntry {
  const { facts, ...rest } = made;
  return {
    kind: 'call',
    at,
    call: id as Call['id'],
    agent: 'refunds-bot' as CallEntry['agent'],
    grant: 'grant_1' as CallEntry['grant'],
    task: 'task_1',
    session: 'session_1',
    stage: 'shadow',
    route: 'get_charge' as CallEntry['route'],
    effect: 'read',
    upstream: 'payments',
    method: 'GET',
    target: '/v1/charges/ch_1',
    headers: {},
    body: null,
    verdict: 'allow',
    findings: ['freeze freeze', 'scope refunds-bot.allow[0]'],
    trips: [],
    ...rest,
    facts: {
      subject: null,
      amount: null,
      items: null,
      fingerprint: `f_${id}`,
      granted: true,
      conditions: {},
      ...facts,
    },
  };
}

export function outcome(id: string, at: number, made: Partial<OutcomeEntry> = {}): OutcomeEntry {
  return {
    kind: 'outcome',
    at,
    call: id as OutcomeEntry['call'],
    effectiveness: 'effective',
    status: 200,
    failure: null,
    durationMs: 40,
    contentType: 'application/json',
    answer: '{}',
    answerBytes: 2,
    ...made,
  };
}
