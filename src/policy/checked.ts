import { assert } from '../std/assert.ts';
import { parseDuration } from '../std/duration.ts';
import { parseMoney, type Money } from '../std/money.ts';

/** Texts of a policy that its checks let through: one that does not read now is a gap in those checks. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  assert(ms !== undefined, `the duration \`${text}\` was checked when the policy was read`);
  return ms;
}

export function moneyOf(text: string): Money {
  const money = parseMoney(text);
  assert(money !== undefined, `the amount \`${text}\` was checked when the policy was read`);
  return money;
}
