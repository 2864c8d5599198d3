import { parse } from '@bufbuild/cel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { authority } from '../../../src/policy/cel/authority.ts';
import { evaluator, parseCondition } from '../../../src/policy/cel/condition.ts';
import type { Facts } from '../../../src/policy/cel/facts.ts';
import { expression, facts } from './expressions.ts';

/** Parsing is slow, and the machine may be busy. */
const PROPERTY_TIMEOUT_MS = 120_000;

/** Only truths decide; all else denies alike. */
const truth = (outcome: unknown): unknown => (typeof outcome === 'boolean' ? outcome : 'none');

describe('`response`, in a precondition', () => {
  const seen = { truths: 0 };

  test.prop([expression, fc.array(facts, { minLength: 3, maxLength: 3 })], { numRuns: 500 })(
    'means to the fast evaluator what it means to the authority',
    (text, requests) => {
      const parsed = parse(text.replaceAll(/\bbody\b/g, 'response.body'));
      const [fast, slow] = [evaluator(parsed), authority(parsed)];
      for (const { body, ...request } of requests) {
        const about: Facts = { ...request, body: null, response: { status: 200, body } };
        seen.truths += Number(typeof slow(about) === 'boolean');
        expect(truth(fast(about))).toBe(truth(slow(about)));
      }
    },
    PROPERTY_TIMEOUT_MS,
  );

  test('was asked enough to mean something', () => {
    expect(seen.truths).toBeGreaterThan(50);
  });

  test.each([
    ['response.body.x == 1', true, []],
    ['response.headers.x == 1', true, ['an answer has a `status` and a `body`, no `headers`']],
    ['response["header"] == 1', true, ['an answer has a `status` and a `body`, no `header`']],
    ['response.body.x == 1', false, ['unknown variable `response`']],
    ['reponse.body.x == 1', true, ['unknown variable `reponse`']],
  ])('%s is scrutinised, about an answer: %s', (source, answer, messages) => {
    const { flaws } = parseCondition(source, { params: [], integer: undefined, answer });
    expect(flaws.map(({ message }) => message)).toEqual(messages);
  });
});
