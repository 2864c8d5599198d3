import { parse } from '@bufbuild/cel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { authority } from '../../../src/policy/cel/authority.ts';
import { evaluator } from '../../../src/policy/cel/condition.ts';
import { compileFast } from '../../../src/policy/cel/fast.ts';
import type { Facts } from '../../../src/policy/cel/facts.ts';
import { DEFER, ERROR, type Outcome } from '../../../src/policy/cel/operators.ts';
import { expression, facts } from './expressions.ts';

/** Parsing is slow, and the machine may be busy. */
const PROPERTY_TIMEOUT_MS = 120_000;

const NOTHING: Facts = { method: 'POST', params: {}, query: {}, body: null, headers: {}, agent: 'bot', task: 't' };

/** What an outcome is, so that the two evaluators' lists and maps need no comparison: a condition's answer is a truth. */
function shown(outcome: unknown): string {
  if (outcome === undefined || outcome === ERROR) return 'error';
  if (typeof outcome === 'object' && outcome !== null) return 'collection';
  return `${typeof outcome} ${outcome as string}`;
}

function fastOutcome(parsed: ReturnType<typeof parse>, about: Facts): Outcome | typeof DEFER {
  const fast = compileFast(parsed.expr);
  if (fast === undefined) return DEFER;
  try {
    return fast(about);
  } catch (error) {
    if (error === DEFER) return DEFER;
    throw error;
  }
}

describe('the fast evaluator', () => {
  const seen = { deferred: 0, truths: 0, errors: 0 };

  test.prop([expression, fc.array(facts, { minLength: 5, maxLength: 5 })], { numRuns: 2_000 })(
    'answers as the authority does',
    (text, requests) => {
      const parsed = parse(text);
      const ask = authority(parsed);
      for (const about of requests) {
        const outcome = fastOutcome(parsed, about);
        seen.deferred += Number(outcome === DEFER);
        seen.truths += Number(typeof outcome === 'boolean');
        seen.errors += Number(outcome === ERROR);
        if (outcome !== DEFER) expect(shown(outcome)).toBe(shown(ask(about)));
      }
    },
    PROPERTY_TIMEOUT_MS,
  );

  test('was asked enough to mean something', () => {
    expect(seen.truths).toBeGreaterThan(100);
    expect(seen.errors).toBeGreaterThan(100);
  });

  test.each([
    ['body.amount <= 20000', true],
    ['body.amount <= 20000 && body.currency in ["usd", "eur"]', true],
    ['has(body.metadata.order) && body.metadata.order.startsWith("o_")', true],
    ['body.items.size() == 2 && body.items[1] == "b"', true],
    ['body.none == 1 || body.amount == 5000', true],
    ['body.none == 1 && body.amount == 1', false],
    ['body.none == 1 || body.amount == 1', undefined],
    ['body.amount + 9223372036854775807 > 0', undefined],
    ['int(body.count) == 12', true],
    ['"order" in body.metadata', true],
    ['body.amount > 100.5', true],
    ['has(body.nothing) || "nothing" in body', false],
    ['body.nothing == null', true],
    ['body.huge + 1.0 > 0.0 && body.huge > 9223372036854775807', true],
    ['9007199254740993 > 9007199254740992.0', false],
    ['body.amount + 1 == 5001', true],
    ['body.amount + 1.0 == 5001.0', undefined],
    ['agent == "bot" ? task == "t" : body.none', true],
  ])('compiles `%s`', (text, expected) => {
    const body = {
      amount: 5000,
      currency: 'usd',
      items: ['a', 'b'],
      count: '12',
      nothing: null,
      huge: 1e300,
      metadata: { order: 'o_1' },
    };
    const about = { ...NOTHING, body };
    const outcome = fastOutcome(parse(text), about);
    expect(outcome).not.toBe(DEFER);
    expect(outcome === ERROR ? undefined : outcome).toBe(expected);
    expect(authority(parse(text))(about)).toBe(expected);
  });

  test.each([
    'body.items.exists(i, i == "b")',
    'body.name.matches("^a+$")',
    'timestamp("2026-01-01T00:00:00Z") < timestamp("2026-01-02T00:00:00Z")',
    '[1] + [2] == [1, 2]',
  ])('leaves `%s` to the authority, which answers it', (text) => {
    const about = { ...NOTHING, body: { items: ['a', 'b'], name: 'aaa' } };
    expect(compileFast(parse(text).expr)).toBeUndefined();
    expect(evaluator(parse(text))(about)).toBe(true);
  });

  test.each(['0x10', '', ' 7', '7 ', '+7', '1_000', '٧', '007', '9223372036854775808'])(
    '`int` refuses the text `%s`',
    (count) => {
      const about = { ...NOTHING, body: { count } };
      for (const text of ['int(body.count) >= 0', 'uint(body.count) >= 0u', 'double(body.count) >= 0.0']) {
        if (count === '9223372036854775808' && text.startsWith('double')) continue;
        expect(evaluator(parse(text))(about)).toBeUndefined();
      }
    },
  );

  test('a pattern that ruins backtracking engines costs the authority no more than its length', () => {
    const run = evaluator(parse('body.note.matches("^(a+)+$")'));
    expect(run({ ...NOTHING, body: { note: `${'a'.repeat(50_000)}!` } })).toBe(false);
  });

  test.prop([fc.string({ unit: 'binary', maxLength: 80 })])(
    'no text makes parsing hang or escape as anything but an error',
    (text) => {
      try {
        evaluator(parse(text))(NOTHING);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    },
  );
});
