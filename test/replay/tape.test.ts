import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import { callOf } from '../../src/journal/facts.ts';
import { factsOf, findingsJson, type CallEntry, type Recorded } from '../../src/journal/index.ts';
import { callOfRow } from '../../src/replay/call-of-row.ts';
import type { CandidateFacts } from '../../src/replay/candidate-facts.ts';
import { replayRows } from '../../src/warehouse/tape/rows.ts';
import { replay } from '../../src/replay/index.ts';
import { TapeRecorder } from '../../src/warehouse/tape/tape-recorder.ts';
import { journalOf, policyOf } from './door-journal.ts';

/** Texts that agents and attackers choose. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '__proto__', 'constructor', 'null', '=', '\t', 'é', '日本', '{}'),
);
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one, { nil: null });

/** Every member that a call can have: one that is added to it is missing here, and does not compile. */
type Every<T> = { readonly [Key in keyof Required<T>]: fc.Arbitrary<T[Key] | null> };
const members: Every<Omit<Call, 'id' | 'at'>> = {
  agent: text as never,
  grant: text as never,
  task: text,
  session: text,
  route: text as never,
  effect: fc.constantFrom('read', 'write', 'money', 'destructive'),
  subject: maybe(text),
  amount: fc.oneof(
    fc.constant(null),
    fc.constantFrom({ fault: 'missing' } as const, { fault: 'malformed' } as const, { fault: 'currency' } as const),
    fc.record({
      micros: fc.oneof(
        fc.bigInt({ min: -(10n ** 6n), max: 10n ** 12n }),
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      ),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    }),
  ),
  items: maybe(fc.nat(2 ** 31 - 1)),
  fingerprint: text,
  envelope: maybe(text),
  key: maybe(text),
  unanswerable: maybe(fc.record({ reason: text, detail: text, hint: text })),
  granted: fc.boolean(),
  conditions: fc.dictionary(
    fc.constantFrom('a.allow[0]', 'a.allow[1]'),
    fc.constantFrom(true, false, 'error' as const),
  ),
  particulars: maybe(
    fc.record({
      shape: fc.array(text, { maxLength: 2 }),
      parameters: fc.constant({}),
      segment: maybe(text),
      precondition: fc.constant(null),
      payment: fc.constant(null),
    }),
  ),
  before: maybe(text) as never,
};
const optional = ['envelope', 'key', 'unanswerable', 'before'];

const calls = fc.array(fc.record(members), { minLength: 1, maxLength: 6 }).map((all) =>
  all.map((one, place): Call => {
    const present = Object.entries(one).filter(([name, value]) => value !== null || !optional.includes(name));
    return { id: `call_${place}`, at: place, ...Object.fromEntries(present) } as unknown as Call;
  }),
);

function recordOf(call: Call, seq: number): Recorded<CallEntry> {
  const { id, at, agent, grant, task, session, route, effect, before } = call;
  const entry = {
    kind: 'call' as const,
    at,
    call: id,
    agent,
    grant,
    task,
    session,
    route,
    effect,
    facts: factsOf(call),
  };
  const wire = { stage: 'production' as const, upstream: 'api', method: 'GET', target: '/', headers: {}, body: null };
  const decided = { verdict: 'allow' as const, findings: findingsJson([]), trips: [] };
  return { seq, ...entry, ...wire, ...decided, ...(before !== undefined && { before }), hash: '' };
}

test.prop([calls], { numRuns: 200 })('a tape gives every call back as the journal has it, whatever it holds', (all) => {
  const recorder = new TapeRecorder();
  const records = all.map((call, place) => recordOf(call, place + 1));
  for (const record of records) for (const row of replayRows(record)) recorder.row(row);
  const tape = recorder.done();
  const facts: CandidateFacts = {
    override: () => undefined,
    conditions: (row) =>
      JSON.parse(tape.dictionaries.conditions.text(tape.calls.conditions[row] as number)) as Call['conditions'],
    unknown: () => undefined,
    made: () => true,
  };
  expect(records.map((_, row) => callOfRow(tape, row, facts))).toEqual(records.map((record) => callOf(record)));
});

it('a journal whose calls stand before any policy, or whose policy nobody can read, is refused with the record', () => {
  const policy = policyOf(`
version: 1
upstreams: { api: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } } }
routes: { get: { match: GET /x, upstream: api, effect: read } }
agents: { bot: { stage: production, allow: [get] } }
`);
  const records = journalOf(policy, [{ method: 'GET', target: '/x' }]);
  const headless = records.filter(({ kind }) => kind !== 'policy');
  expect(replay([{ name: 'x', journal: headless }], [policy])).toMatchObject({
    ok: false,
    failure: expect.stringContaining('no policy stands before'),
  });
  const spoiled = records.map((record) => (record.kind === 'policy' ? { ...record, text: 'version: 99' } : record));
  expect(replay([{ name: 'x', journal: spoiled }], [policy])).toMatchObject({
    ok: false,
    failure: expect.stringContaining('cannot read the policy'),
  });
  expect(replay([{ name: 'x', journal: [] }], [policy])).toMatchObject({ ok: true, value: { recorded: { calls: 0 } } });
  // An end that nobody began, one that comes twice, a freeze of somebody unknown, a resume of somebody who is not frozen.
  const outcome = records.find(({ kind }) => kind === 'outcome') as Recorded;
  const odd: Recorded[] = [
    ...records,
    outcome,
    { ...outcome, call: 'call_nobody' } as Recorded,
    {
      seq: 9,
      kind: 'freeze',
      at: 0,
      agent: '__proto__',
      trip: 'kill',
      by: 'human:x',
      reason: '',
      call: null,
      severed: [],
      hash: '',
    } as unknown as Recorded,
    { seq: 10, kind: 'resume', at: 0, agent: 'bot', by: 'human:x', reason: '', hash: '' } as unknown as Recorded,
    {
      seq: 11,
      kind: 'review',
      at: 0,
      agent: 'bot',
      call: 'call_nobody',
      approved: true,
      by: 'x',
      reason: '',
      hash: '',
    } as unknown as Recorded,
  ];
  expect(replay([{ name: 'x', journal: odd }], [policy])).toMatchObject({
    ok: true,
    value: { candidates: [{ certainty: { exact: 1 } }] },
  });
});
