import { expect, test } from 'vitest';
import { summarySentences } from '../../../src/report/shadow/headline.ts';
import { fortnight } from '../../evidence/shadow/fortnight.ts';
import { evidenceOf } from './samples.ts';

test('a report on an import says that its writes were made there, also those that guards would have refused', async () => {
  const door = fortnight().filter(({ kind }) => kind !== 'outcome');
  const calls = door.flatMap((entry) => (entry.kind === 'call' && entry.effect !== 'read' ? [entry] : []));
  const ends = calls.map(({ call, at }, index) => ({
    kind: 'outcome' as const,
    at,
    call,
    effectiveness: index % 4 === 0 ? ('ineffective' as const) : ('effective' as const),
    status: index % 4 === 0 ? 402 : 200,
    failure: null,
    durationMs: 1,
    contentType: null,
    answer: null,
    answerBytes: 0,
    origin: 'recorded' as const,
  }));
  const after = new Map(ends.map((end) => [end.call, end]));
  const entries = door.flatMap((entry) => {
    const end = entry.kind === 'call' ? after.get(entry.call) : undefined;
    return end === undefined ? [entry] : [entry, end];
  });
  const evidence = await evidenceOf(entries);
  const own = calls.filter(({ agent, before }) => agent === 'refunds-bot' && before === undefined);
  const done = own.filter(({ call }) => after.get(call)?.effectiveness === 'effective');
  const despite = done.filter(({ verdict }) => verdict === 'deny' || verdict === 'hold');
  expect(despite.length).toBeGreaterThan(0);
  const { recorded } = evidence.overview;
  expect([recorded.writes.count, recorded.effective.count, recorded.despite.count]).toEqual([
    own.length,
    done.length,
    despite.length,
  ]);
  const text = summarySentences(evidence).join(' ');
  expect(text).toContain(
    `Its writes are from a recording: ${done.length} of ${own.length} recorded writes took effect there`,
  );
  expect(text).toContain(`${despite.length} writes among them that guards would have refused or held`);
  expect(text).not.toContain('None of its writes was sent');
});
