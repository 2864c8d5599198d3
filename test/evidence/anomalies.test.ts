import { beforeAll, describe, expect, test } from 'vitest';
import type { AnomalyTest } from '../../src/evidence/anomalies/anomaly.ts';
import type { Anomalies } from '../../src/evidence/anomalies/anomalies.ts';
import { WEIGHT } from '../../src/evidence/anomalies/anomaly.ts';
import type { CallEntry, Entry } from '../../src/journal/entry.ts';
import { evidenceOf } from '../report/shadow/samples.ts';
import { call, outcome } from './shadow/journal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 2, 2, 9);

const listing = (id: string, at: number, session: string): readonly Entry[] => [
  call(id, at, { session, route: 'list_charges' as CallEntry['route'] }),
  outcome(id, at),
];
const look = (id: string, at: number, session: string, charge: string, status = 200): readonly Entry[] => [
  call(id, at, { session, facts: { subject: `charge:${charge}` } }),
  outcome(id, at, { status }),
];

type Made = NonNullable<Parameters<typeof call>[2]>;

function refund(
  id: string,
  at: number,
  session: string,
  charge: string,
  cents: number,
  made: Made = {},
): readonly Entry[] {
  const facts = { subject: `charge:${charge}`, amount: { micros: String(cents * 10_000), currency: 'USD' } };
  const body = `charge=${charge}&amount=${cents}&destination=acct_1`;
  const route = 'create_refund' as CallEntry['route'];
  const entry = call(id, at, {
    session,
    route,
    effect: 'money',
    method: 'POST',
    target: '/v1/refunds',
    body,
    verdict: 'capture',
    ...made,
    facts,
  });
  return entry.verdict === 'capture' ? [entry, outcome(id, at, { origin: 'synthetic' })] : [entry];
}

const denied = (guard = 'once'): Made => ({
  verdict: 'deny',
  findings: [{ guard, rule: `refunds-bot.${guard}[0]` as never, verdict: 'deny', reason: 'no' }],
});

/** Five days of an agent that looks something up and refunds it, an hour apart: nothing to see. */
const QUIET: readonly Entry[] = Array.from({ length: 50 }, (_, index) => {
  const at = START + Math.floor(index / 10) * 24 * HOUR_MS + (index % 10) * HOUR_MS;
  const session = `quiet_${index}`;
  return [
    ...listing(`q${index}a`, at, session),
    ...look(`q${index}b`, at + 1_000, session, `ch_${index}`),
    ...refund(`q${index}c`, at + 2_000, session, `ch_${index}`, 2_000 + 37 * index),
  ];
}).flat();

/** On the last day, two hours after everything else. */
const PLANT = START + 4 * 24 * HOUR_MS + 12 * HOUR_MS;
const at = (minutes: number): number => PLANT + minutes * MINUTE_MS;

const seen = (id: string, minutes: number, charge: string, cents: number, made: Made = {}): readonly Entry[] => [
  ...look(`${id}_look`, at(minutes) - 5_000, id, charge),
  ...refund(id, at(minutes), id, charge, cents, made),
];

/** What each test is for, once; the call that it must name is called after it. */
const PLANTED: Readonly<Record<AnomalyTest, readonly Entry[]>> = {
  trip: [
    call('trip', at(0), {
      ...denied('runaway'),
      session: 'trip',
      trips: [{ trip: 'freeze', guard: 'runaway', rule: 'r', reason: 'x' }],
    }),
  ],
  refused_then_through: [
    ...look('through_look', at(10) - 5_000, 'through', 'ch_r'),
    ...refund('through_first', at(10), 'through', 'ch_r', 4_000, denied()),
    ...refund('refused_then_through', at(12), 'through', 'ch_r', 3_000),
  ],
  after_failed_read: [
    ...look('failed_look', at(20), 'failed', 'ch_f', 503),
    ...refund('after_failed_read', at(21), 'failed', 'ch_f', 3_000),
  ],
  rests_on_made_up: seen('rests_on_made_up', 30, 'ch_m', 3_000, { rests: { how: 'value', on: [] } }),
  repeated_in_session: [
    ...seen('repeated_in_session', 40, 'ch_t', 3_000),
    ...refund('repeated_again', at(41), 'repeated_in_session', 'ch_t', 3_100),
  ],
  kept_trying: ['kept_trying', 'kept_2', 'kept_3'].flatMap((id, index) =>
    refund(id, at(50 + index), 'kept', 'ch_k', 3_000, denied()),
  ),
  near_limit: ['near_limit', 'near_2', 'near_3', 'near_4'].flatMap((id, index) =>
    seen(id, 90 + 90 * index, `ch_n${index}`, 9_500 + index),
  ),
  large_amount: seen('large_amount', 70, 'ch_l', 48_000),
  new_payee: seen('new_payee', 80, 'ch_p', 3_000, { body: 'charge=ch_p&amount=3000&destination=acct_2' }),
  without_reading: refund('without_reading', at(95), 'unread', 'ch_u', 3_000),
  burst: Array.from({ length: 10 }, (_, index) => (index === 0 ? 'burst' : `burst_${index}`)).flatMap((id, index) => [
    ...look(`${id}_look`, at(480) + 2 * index, 'burst', `ch_b${index}`),
    ...refund(id, at(480) + 2 * index + 1, 'burst', `ch_b${index}`, 3_000),
  ]),
  busy_hour: Array.from({ length: 16 }, (_, index) =>
    listing(index === 0 ? 'busy_hour' : `busy_${index}`, at(540) + index * MINUTE_MS, `busy_${index}`),
  ).flat(),
  new_route: [
    call('new_route', at(600), {
      session: 'new',
      route: 'cancel_subscription' as CallEntry['route'],
      effect: 'destructive',
      verdict: 'capture',
    }),
    outcome('new_route', at(600), { origin: 'synthetic' }),
  ],
  long_session: Array.from({ length: 20 }, (_, index) =>
    look(index === 0 ? 'long_session' : `long_${index}`, at(620 + 90 * index), 'long', `ch_x${index}`),
  ).flat(),
  repeated_across_sessions: [
    ...seen('repeated_across_sessions', 110, 'ch_a', 3_000),
    ...seen('across_again', 120, 'ch_a', 3_000),
  ],
};

const inOrder = (entries: readonly Entry[]): readonly Entry[] => entries.toSorted((a, b) => a.at - b.at);

describe('anomalies', () => {
  let found: Anomalies;
  beforeAll(async () => {
    found = (await evidenceOf(inOrder([...QUIET, ...Object.values(PLANTED).flat()]))).anomalies;
  });

  test.each(Object.keys(PLANTED) as readonly AnomalyTest[])('%s names the call that was planted for it', (name) => {
    const own = found.ranked.filter((anomaly) => anomaly.test === name);
    expect(own.flatMap(({ behind }) => behind.calls)).toContain(name);
    expect(found.tests.find((each) => each.test === name)?.found).toBeGreaterThanOrEqual(own.length);
  });

  test('a read after a read that failed is no write after one', async () => {
    const reads = [
      ...look('first', at(0), 'reader', 'ch_z', 503),
      ...look('second', at(1), 'reader', 'ch_z'),
      ...look('third', at(2), 'reader', 'ch_y', 404),
      ...look('fourth', at(3), 'reader', 'ch_y', 404),
    ];
    const { anomalies } = await evidenceOf(inOrder([...QUIET, ...reads]));
    expect(anomalies.ranked.filter(({ test: name }) => name === 'after_failed_read')).toEqual([]);
  });

  test('writes that are spread over a whole minute are a burst, and as many over ten minutes are none', async () => {
    const spread = (id: string, stepMs: number): readonly Entry[] =>
      Array.from({ length: 10 }, (_, index) => [
        ...look(`${id}_look${index}`, at(480) + stepMs * index, id, `ch_${id}${index}`),
        ...refund(`${id}_${index}`, at(480) + stepMs * index + 1, id, `ch_${id}${index}`, 3_000),
      ]).flat();
    const { anomalies } = await evidenceOf(inOrder([...QUIET, ...spread('dense', 5_900), ...spread('sparse', 60_000)]));
    const bursts = anomalies.ranked.filter(({ test: name }) => name === 'burst');
    expect(bursts.map(({ session, behind }) => [session, behind.count])).toEqual([['dense', 10]]);
  });

  test('they are ranked by score, and a score lies within ten of its test’s weight', () => {
    const scores = found.ranked.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const { test: name, score } of found.ranked) {
      expect(score).toBeGreaterThanOrEqual(WEIGHT[name]);
      expect(score).toBeLessThan(WEIGHT[name] + 10);
    }
  });

  test('where nothing is unusual, no test finds anything', async () => {
    const { anomalies } = await evidenceOf(QUIET);
    expect(anomalies.tests.filter(({ found: count }) => count > 0)).toEqual([]);
    expect(anomalies.ranked).toEqual([]);
  });
});
