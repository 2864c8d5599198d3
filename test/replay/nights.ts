import fc from 'fast-check';
import { replayRows } from '../../src/warehouse/tape/rows.ts';
import { TapeRecorder } from '../../src/warehouse/tape/tape-recorder.ts';
import type { Tape } from '../../src/warehouse/tape/tape.ts';
import type { Night, NightPlan } from './night.ts';

export const AGENTS = ['ada', 'bob', 'cyd'];

export const nights = (together: boolean): fc.Arbitrary<NightPlan> =>
  fc.record({
    sessions: fc.array(fc.record({ agent: fc.constantFrom(...AGENTS), seed: fc.nat(), startsAt: fc.nat(60_000) }), {
      minLength: 2,
      maxLength: 7,
    }),
    humans: fc.array(
      fc.record({
        agent: fc.constantFrom(...AGENTS),
        at: fc.nat(120_000),
        deed: fc.constantFrom('kill' as const, 'resume' as const, 'resume' as const),
      }),
      { maxLength: 3 },
    ),
    callsEach: fc.integer({ min: 1, max: 14 }),
    together: fc.constant(together),
  });

export function tapeOf({ records }: Night): Tape {
  const recorder = new TapeRecorder();
  for (const record of records) for (const row of replayRows(record)) recorder.row(row);
  return recorder.done();
}
