import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RATE_SECONDS, TrafficCount } from '../../../src/control/live/traffic.ts';
import { VERDICTS, callEntry, outcomeEntry } from './entries.ts';

const START = Date.UTC(2026, 0, 15, 3, 0, 0) + 417;

const history = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.nat(900), fc.nat(15_000)),
    agent: fc.constantFrom('a', 'b'),
    verdict: fc.constantFrom(...VERDICTS),
    status: fc.constantFrom(undefined, null, 200, 404, 500, 503),
  }),
  { maxLength: 60, size: 'max' },
);

test('traffic is what a list of everything says: each verdict, what failed, the last call, and the pace of ten seconds', () => {
  fc.assert(
    fc.property(history, fc.nat(20_000), (steps, laterMs) => {
      const agents = new Map<string, string>();
      const traffic = new TrafficCount(START, ({ call }) => agents.get(call) as never);
      const all: { at: number; agent: string; verdict: string; failed: boolean }[] = [];
      let at = START;
      for (const [index, { gapMs, agent, verdict, status }] of steps.entries()) {
        at += gapMs;
        const id = `call_${index}`;
        agents.set(id, agent);
        traffic.heard(callEntry({ call: id, at, agent, verdict }));
        if (status !== undefined) traffic.heard(outcomeEntry({ call: id, at, status }));
        all.push({ at, agent, verdict, failed: status === null || (status ?? 0) >= 500 });
      }
      const now = at + laterMs;
      for (const agent of ['a', 'b', undefined]) {
        const mine = all.filter((one) => agent === undefined || one.agent === agent);
        const of = (verdict: string): number => mine.filter((one) => one.verdict === verdict).length;
        const from = (Math.floor(now / 1_000) - RATE_SECONDS + 1) * 1_000;
        const recent = mine.filter((one) => one.at >= from).length;
        const seconds = Math.max(1, Math.min(now - from, now - START) / 1_000);
        expect(agent === undefined ? traffic.all(now) : traffic.of(agent as never, now)).toEqual({
          perSecond: Math.round((recent / seconds) * 10) / 10,
          calls: mine.length,
          allowed: of('allow'),
          denied: of('deny'),
          held: of('hold'),
          captured: of('capture'),
          failed: mine.filter(({ failed }) => failed).length,
        });
        if (agent !== undefined) expect(traffic.lastCallAt(agent as never)).toBe(mine.at(-1)?.at ?? null);
      }
    }),
    { numRuns: 300 },
  );
});
