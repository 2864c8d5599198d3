import { expect, test } from 'vitest';
import { verifyPromotion } from '../../src/promotion/index.ts';
import { REFUSAL_CODES } from '../../src/promotion/refusal.ts';
import { FORGED_ENVELOPES } from './forged-envelopes.ts';
import { FORGED_STATEMENTS } from './forged-statements.ts';
import { demand, gate, VALID } from './forgery.ts';
import { GRANTED } from './granted.ts';
import { PROMOTIONS_OF_OTHERS } from './promotions-of-others.ts';

const FORGERIES = [...FORGED_ENVELOPES, ...FORGED_STATEMENTS, ...PROMOTIONS_OF_OTHERS];

test('a promotion holds for the agent, policy and journal that it was made for', () => {
  const verified = verifyPromotion(VALID, demand);
  expect(verified).toEqual({
    ok: true,
    value: { promotion: GRANTED, signedBy: gate.verifierKey.split('+').slice(0, 2).join('+') },
  });
});

test.each(FORGERIES)('$attack is refused: $code', ({ text, at = {}, code, says }) => {
  const verified = verifyPromotion(text, { ...demand, ...at });
  expect(verified).toMatchObject({ ok: false, failure: { code } });
  const { message } = (verified as { failure: { message: string } }).failure;
  expect(message).toMatch(says);
  // One sentence that says what is wrong and one that says what to do, and nothing that could steer a terminal.
  expect(message).toMatch(/^[A-Z].*[^.]\. [A-Z].*\.$|^[A-Z].*: .*\.$/);
  expect(message).toMatch(/^[ -~…]+$/);
});

test('every refusal has a forgery that meets it', () => {
  const met = new Set(FORGERIES.map(({ code }) => code));
  expect([...met].toSorted()).toEqual(REFUSAL_CODES.toSorted());
});
