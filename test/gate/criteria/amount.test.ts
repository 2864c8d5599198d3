import { expect, test } from 'vitest';
import { base, days, edges, ofClass } from './edges.ts';
import { CREDIT, criterion, DAY_MS, demanding, FIRST, NOW, REFUND, shownOf } from './shown.ts';

edges({
  days: [
    ['to the millisecond', days({ last: FIRST + 14 * DAY_MS }), { outcome: 'pass', margin: '0 days to spare' }],
    [
      'a millisecond less',
      days({ last: FIRST + 14 * DAY_MS - 1 }),
      { outcome: 'inconclusive', margin: '0.1 days short', daysLeft: 0 },
    ],
    [
      'they go by while it works',
      days({ first: NOW - 4.5 * DAY_MS, last: NOW - DAY_MS }),
      { outcome: 'inconclusive', margin: '10.5 days short', daysLeft: 10 },
    ],
    [
      'no call',
      days({ first: null, last: null }),
      { outcome: 'inconclusive', observed: '0 days, with calls on 11 weekdays and 4 weekend days' },
    ],
    ['none demanded', days({ first: null }), { outcome: 'waived', required: 'none' }, demanding({ days: 0 })],
  ],
  sessions: [
    [
      'enough',
      { sessions: { writing: 100, all: 100, repeated: [] } },
      { outcome: 'pass', margin: '0 sessions to spare' },
    ],
    [
      'one less, of five a day',
      { sessions: { writing: 99, all: 100, repeated: [] } },
      { outcome: 'inconclusive', margin: '1 session short', lacking: '1 session lacks; let it work on', daysLeft: 1 },
    ],
    [
      'none yet',
      { sessions: { writing: 0, all: 3, repeated: [] } },
      { outcome: 'inconclusive', margin: '100 sessions short' },
    ],
    [
      'what an hour shows is no rate of days',
      { sessions: { writing: 10, all: 10, repeated: [] }, ...days({ first: NOW - 3_600_000 }) },
      { outcome: 'inconclusive', daysLeft: 9 },
    ],
  ],
  writes: [
    ['enough', ofClass({ meant: 50 }), { outcome: 'pass', class: REFUND }],
    ['one less', ofClass({ meant: 49, stopped: 0 }), { outcome: 'inconclusive', observed: '49 writes', daysLeft: 1 }],
    [
      'never used',
      ofClass({ meant: 0 }),
      {
        outcome: 'inconclusive',
        lacking:
          'create_refund: the agent never used it, although it may; give it work that needs it, or take the route out of its `allow`',
      },
    ],
    [
      'another figure for this class',
      ofClass({ meant: 199 }),
      { outcome: 'inconclusive', required: '200 or more' },
      demanding({ classes: new Map([[REFUND, { writes: 200 }]]) }),
    ],
    [
      'another figure for another class',
      ofClass({ meant: 199 }),
      { outcome: 'pass', required: '50 or more' },
      demanding({ classes: new Map([[CREDIT, { writes: 200 }]]) }),
    ],
    ['nothing that writes', { classes: [] }, { outcome: 'inconclusive', class: null }],
  ],
  strata: [
    ['weekdays', ofClass({ weekdays: 20 }), { outcome: 'pass' }, undefined, 'writes on weekdays'],
    // Eleven weekdays brought 19: one more takes one, which in the worst case comes after a weekend.
    [
      'too few on weekdays',
      ofClass({ weekdays: 19 }),
      { outcome: 'inconclusive', daysLeft: 2 },
      undefined,
      'writes on weekdays',
    ],
    [
      'too few at weekends',
      ofClass({ weekend: 4 }),
      { outcome: 'inconclusive', daysLeft: 4 },
      undefined,
      'writes at weekends',
    ],
    [
      'none at weekends',
      ofClass({ weekend: 0 }),
      { outcome: 'inconclusive', lacking: 'create_refund: 5 writes lack; let it work on through more of them' },
      undefined,
      'writes at weekends',
    ],
    [
      'a band that is allowed',
      ofClass({
        amounts: [
          { band: '< 10 USD', meant: 9, allowed: true },
          { band: '10–100 USD', meant: 4, allowed: true },
        ],
      }),
      { outcome: 'inconclusive', margin: '1 write short' },
      undefined,
      'writes in each band of amounts',
    ],
    [
      'a band that a person let it into',
      ofClass({
        amounts: [
          { band: '< 10 USD', meant: 5, allowed: true },
          { band: '10–100 USD', meant: 4, allowed: false },
        ],
      }),
      { outcome: 'pass', observed: '5 of < 10 USD' },
      undefined,
      'writes in each band of amounts',
    ],
    [
      'money without an amount',
      ofClass({ amounts: [] }),
      { outcome: 'inconclusive', observed: 'no amount' },
      undefined,
      'writes in each band of amounts',
    ],
    ['faults', { faults: { calls: 5, shown: [] } }, { outcome: 'pass' }, undefined, 'calls that met a fault'],
    [
      'too few faults',
      { faults: { calls: 4, shown: [] } },
      { outcome: 'inconclusive', daysLeft: 5 },
      undefined,
      'calls that met a fault',
    ],
  ],
});

test('no time is promised where no more will come', () => {
  const ended = { basis: { ...base.basis, until: NOW - DAY_MS }, sessions: { writing: 50, all: 50, repeated: [] } };
  expect(criterion('sessions', shownOf(ended))).not.toHaveProperty('daysLeft');
  expect(criterion('days', shownOf({ ...ended, ...days({ last: FIRST + DAY_MS }) }))).not.toHaveProperty('daysLeft');
});
