import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyJournal } from '../../../src/journal/index.ts';
import { Arena, TRANSPORTS, type Observation, type TransportName } from './arena.ts';
import { attack, type Attack } from './attack.ts';
import { CORPUS } from './corpus.ts';
import { REGRESSIONS } from './regressions.ts';
import { violationsOf } from './views.ts';

// What `npm test` has time for; `npm run fuzz -- --cases N --seed S` sends as many as one likes.
const CASES = 250;
const SEED = 4;

describe.each(Object.keys(TRANSPORTS) as TransportName[])('I9 with mutated requests, over %s', (transport) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(transport);
  });
  afterAll(() => arena.close());

  const send = (text: string, ending: Attack['ending'] = 'at-once'): Promise<Observation> =>
    arena.send(text.replaceAll('‹token›', arena.token), { cuts: [], port: 'own', ending });

  test.each(CORPUS.map((text) => [text.slice(0, text.indexOf(' HTTP')), text]))(
    'unchanged, %s is sent on',
    async (_, text) => {
      const seen = await send(text);
      expect(violationsOf(seen, arena.token)).toEqual([]);
      expect(seen.told.answers.map(({ status }) => status)).toEqual([200]);
      expect(seen.received).toHaveLength(1);
    },
  );

  test.each(REGRESSIONS)('once found: %s', async (_, statuses, text) => {
    const seen = await send(text, 'patient');
    expect(violationsOf(seen, arena.token)).toEqual([]);
    expect(seen.told.answers.map(({ status }) => status)).toEqual(statuses);
    expect(seen.received).toHaveLength(statuses.filter((status) => status === 200).length);
  });

  test(`${CASES} of them: what is judged, what is journalled and what the upstream receives are the same`, async () => {
    const outcomes = new Set<string>();
    let sent = 0;
    const property = fc.asyncProperty(attack, async (one) => {
      const seen = await arena.run(one);
      sent += seen.received.length;
      for (const entry of seen.recorded) if (entry.kind === 'refusal') outcomes.add(entry.reason);
      expect(violationsOf(seen, arena.token)).toEqual([]);
    });
    await fc.assert(property, { seed: SEED, numRuns: CASES });
    // A mutation that never gets past the door, or is never refused, proves nothing.
    expect(sent).toBeGreaterThan(CASES / 4);
    expect(outcomes.size).toBeGreaterThan(12);
    expect(await verifyJournal(arena.dir)).toMatchObject({ ok: true });
  });
});
