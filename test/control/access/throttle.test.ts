import { describe, expect, test } from 'vitest';
import {
  ADDRESSES_MAX,
  FAILURES_MAX,
  FAILURES_WITHIN_MS,
  LOCKED_MS,
  placeOf,
  STRANGERS_PER_SECOND,
  Throttle,
} from '../../../src/control/access/throttle.ts';

function throttled(): {
  readonly throttle: Throttle;
  readonly pass: (ms: number) => void;
  readonly fail: (address: string, times?: number) => number;
} {
  let at = 1_000_000;
  const throttle = new Throttle({ now: () => at });
  return {
    throttle,
    pass: (ms) => void (at += ms),
    /** How many of so many attempts were looked at. */
    fail: (address, times = 1) => {
      let looked = 0;
      for (let count = 0; count < times; count += 1) {
        if (throttle.ask(address).kind === 'wait') continue;
        looked += 1;
        throttle.failed(address);
      }
      return looked;
    },
  };
}

describe('whoever guesses', () => {
  test('is looked at so often, then waits, then may try again', () => {
    const { throttle, pass, fail } = throttled();
    expect(fail('10.0.0.1', FAILURES_MAX + 5)).toBe(FAILURES_MAX);
    expect(throttle.ask('10.0.0.1')).toEqual({ kind: 'wait', retryAfterSeconds: LOCKED_MS / 1_000 });
    expect(throttle.ask('10.0.0.2')).toEqual({ kind: 'go' });
    pass(LOCKED_MS);
    expect(throttle.ask('10.0.0.1')).toEqual({ kind: 'go' });
  });

  test('slowly enough is no guesser', () => {
    const { pass, fail } = throttled();
    for (let minute = 0; minute < 20; minute += 1) {
      expect(fail('10.0.0.1', FAILURES_MAX - 1)).toBe(FAILURES_MAX - 1);
      pass(FAILURES_WITHIN_MS);
    }
  });

  test('from many addresses slows down strangers, and not those who have been here', () => {
    const { throttle, pass } = throttled();
    throttle.succeeded('10.0.0.1');
    let looked = 0;
    for (let index = 0; index < 100; index += 1) if (throttle.ask(`10.1.${index}.1`).kind === 'go') looked += 1;
    expect(looked).toBe(STRANGERS_PER_SECOND);
    expect(throttle.ask('10.0.0.9')).toEqual({ kind: 'wait', retryAfterSeconds: 1 });
    expect(throttle.ask('10.0.0.1')).toEqual({ kind: 'go' });
    pass(1_000);
    expect(throttle.ask('10.0.0.9')).toEqual({ kind: 'go' });
  });

  test('with more addresses than are remembered is locked all the same for as long as a lock lasts', () => {
    expect(ADDRESSES_MAX).toBeGreaterThan((STRANGERS_PER_SECOND * LOCKED_MS) / 1_000);
  });

  test('fills the journal with nothing: locks are told at most every ten seconds, with how many there were', () => {
    const { throttle, pass } = throttled();
    const told: unknown[] = [];
    for (let index = 0; index < 30; index += 1) {
      for (let count = 0; count < FAILURES_MAX; count += 1) told.push(throttle.failed(`10.2.0.${index}`));
      pass(1_000);
    }
    expect(told.filter((lock) => lock !== undefined)).toEqual([
      { address: '10.2.0.0', failures: FAILURES_MAX, others: 0 },
      { address: '10.2.0.10', failures: FAILURES_MAX, others: 9 },
      { address: '10.2.0.20', failures: FAILURES_MAX, others: 9 },
    ]);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0:0:ffff::2', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0001:1:2:3:4', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, place) => expect(placeOf(address)).toBe(place));
