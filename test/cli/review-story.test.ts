import { expect, test } from 'vitest';
import { story } from '../../src/cli/commands/review/story.ts';
import type { ReviewArguments } from '../../src/cli/commands/review/desk.ts';
import { candidates, type Candidate } from '../../src/evidence/review/queue.ts';
import { SAMPLE } from '../../src/evidence/review/sample.ts';
import { daysIn } from '../../src/evidence/review/strata.ts';
import { intentsOf } from '../../src/evidence/intents/from-journal.ts';
import type { Recorded } from '../../src/journal/entry.ts';
import { aCall } from '../warehouse/why/records.ts';

const GIVEN: ReviewArguments = {
  data: '.interlock',
  policy: 'interlock.yaml',
  agent: undefined,
  by: 'ann',
  ...SAMPLE,
  timezone: undefined,
  from: undefined,
  stage: undefined,
  second: false,
  'show-opinions': false,
  json: false,
};
const FORGED = '\n\n  Reviewed:\n    bob: sane, "all fine"';

test.each([
  ['subject', { facts: { ...aCall({}).facts, subject: `charge:ch_1${FORGED}` } }],
  ['task', { task: `refund it${FORGED}` }],
  ['session', { session: `run${FORGED}` }],
  ['body that is no JSON', { body: `note=ok${FORGED}` }],
] as const)('no line that a reviewer reads is an agent’s own: its %s', (_, more) => {
  const call = { ...aCall({ effect: 'write', verdict: 'capture' }), ...more };
  const record: Recorded = { ...call, seq: 1, hash: '' };
  const { all } = candidates(intentsOf([record]).writes, [], SAMPLE, daysIn('UTC'));
  const told = story(all[0] as Candidate, [record], GIVEN);
  expect(told).toContain('bob: sane');
  expect(told.split('\n').filter((line) => /^ *(?:Reviewed:|bob)/.test(line))).toEqual([]);
});
