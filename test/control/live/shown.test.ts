import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallLine, LINES_MAX } from '../../../src/control/contract/live.ts';
import { AWAITED_MAX, Every, EVERY_MAX, OUTCOMES_KEPT, Sample } from '../../../src/control/live/shown.ts';
import { callEntry, outcomeEntry, VERDICTS } from './entries.ts';

const come = fc.record({
  agent: fc.constantFrom('a', 'b', 'c'),
  route: fc.constantFrom('read', 'refund', 'payout'),
  verdict: fc.constantFrom(...VERDICTS),
  ends: fc.boolean(),
});
/** From nothing to a flood. */
const windows = fc.array(
  fc.oneof(fc.array(come, { maxLength: 20 }), fc.array(come, { minLength: 61, maxLength: 400, size: 'max' })),
  {
    minLength: 1,
    maxLength: 4,
  },
);

const keyOf = ({ agent, route, verdict }: { agent: string; route: string; verdict: string }): string =>
  `${agent} ${route} ${verdict}`;

describe('a sample of a flood', () => {
  test('shows all while they are few, and else the newest of every verdict, agent and route, and fills up with the newest', () => {
    fc.assert(
      fc.property(windows, (flood) => {
        const sample = new Sample();
        let seq = 0;
        for (const calls of flood) {
          const came = calls.map((one) => ({ ...one, seq: ++seq, call: `call_${seq}` }));
          for (const one of came) {
            sample.called(callEntry(one), one.seq);
            if (one.ends) sample.ended(outcomeEntry(one));
          }
          const batch = sample.take();
          if (came.length === 0) {
            expect(batch).toBeUndefined();
            continue;
          }
          const shown = batch?.calls ?? [];
          expect(batch?.seen).toBe(came.length);
          expect(shown.map((line) => line.seq)).toEqual(shown.map((line) => line.seq).sort((a, b) => a - b));
          for (const line of shown) CallLine.parse(line);
          expect(shown.length).toBe(Math.min(came.length, LINES_MAX));
          const newest = new Map(came.map((one) => [keyOf(one), one.seq]));
          const seqs = new Set(shown.map((line) => line.seq));
          for (const [key, last] of newest) expect(seqs.has(last), key).toBe(true);
          // What is not the newest of its kind is there only as one of the newest of all.
          const others = came.filter((one) => newest.get(keyOf(one)) !== one.seq).map((one) => one.seq);
          const filled = others.filter((one) => seqs.has(one));
          expect(filled).toEqual(others.slice(others.length - filled.length));
          // Every end of what was shown, and of nothing else.
          const ended = came.filter((one) => one.ends && seqs.has(one.seq)).map(({ call }) => call);
          expect(batch?.outcomes.map(({ call }) => call)).toEqual(ended);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('an end that comes later is told then, once', () => {
    const sample = new Sample();
    sample.called(callEntry({ call: 'slow' }), 1);
    expect(sample.take()).toMatchObject({ seen: 1, outcomes: [] });
    sample.ended(outcomeEntry({ call: 'slow' }));
    sample.ended(outcomeEntry({ call: 'never shown' }));
    expect(sample.take()).toEqual({
      seen: 0,
      calls: [],
      outcomes: [{ call: 'slow', status: 200, failure: null, durationMs: 3 }],
    });
    sample.ended(outcomeEntry({ call: 'slow' }));
    expect(sample.take()).toBeUndefined();
  });

  test('carries nothing of a request or an answer but what rules took from it', () => {
    const sample = new Sample();
    sample.called(callEntry({ call: 'one', verdict: 'deny' }), 1);
    sample.ended(outcomeEntry({ call: 'one' }));
    const text = JSON.stringify(sample.take());
    expect(text).not.toMatch(/4242|secret/);
    expect(text).toMatch(/"subject":"charge:1","amount":"12.50 USD","verdict":"deny","rule":"a.budgets\[0\]"/);
  });

  test('where more kinds come than fit, held and denied calls are what is shown', () => {
    const sample = new Sample();
    for (let index = 0; index < 200; index += 1) {
      const verdict = index % 10 === 0 ? 'hold' : index % 10 === 1 ? 'deny' : 'allow';
      sample.called(callEntry({ call: `call_${index}`, agent: `agent_${index}`, verdict }), index + 1);
    }
    const verdicts = sample.take()?.calls.map(({ verdict }) => verdict) ?? [];
    expect(verdicts).toHaveLength(LINES_MAX);
    expect(verdicts.filter((verdict) => verdict === 'hold')).toHaveLength(20);
    expect(verdicts.filter((verdict) => verdict === 'deny')).toHaveLength(20);
  });

  test('forgets the oldest of what waits for its end, and of ends that wait to be told', () => {
    const sample = new Sample();
    for (let seq = 1; seq <= AWAITED_MAX + 10; seq += 1) {
      sample.called(callEntry({ call: `call_${seq}` }), seq);
      sample.take();
    }
    for (let seq = 1; seq <= AWAITED_MAX + 10; seq += 1) sample.ended(outcomeEntry({ call: `call_${seq}` }));
    expect(sample.take()?.outcomes[0]?.call).toBe('call_11');
    sample.called(callEntry({ call: 'first' }), 1);
    sample.ended(outcomeEntry({ call: 'first' }));
    for (let more = 0; more < OUTCOMES_KEPT; more += 1) sample.ended(outcomeEntry({ call: `other_${more}` }));
    expect(sample.take()).toMatchObject({ seen: 1, outcomes: [] });
  });
});

test('whoever wants every call gets every one, up to what may wait; what is left out is counted', () => {
  const every = new Every();
  const few = EVERY_MAX / 4;
  for (let seq = 1; seq < few; seq += 1) every.called(callEntry({ call: `call_${seq}` }), seq);
  expect(every.isPressing).toBe(false);
  every.called(callEntry({ call: 'one more' }), few);
  expect(every.isPressing).toBe(true);
  expect(every.take()).toMatchObject({ seen: few, calls: { length: few } });
  for (let seq = 1; seq <= EVERY_MAX + 5; seq += 1) every.called(callEntry({ call: `call_${seq}` }), seq);
  expect(every.take()).toMatchObject({ seen: EVERY_MAX + 5, calls: { length: EVERY_MAX } });
  expect(every.take()).toBeUndefined();
});
