import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Claim } from '../../../src/engine/standings.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { directory } from '../../journal/directory.ts';
import { dataWith, evidenceOf, MONDAY, policyOf, refund, stood, WITH_IDENTITY } from './journals.ts';

/** Starts in shadow, and may climb to production over a ramp of two steps. */
const LADDER = policyOf(
  `${WITH_IDENTITY.replace(
    'stage: shadow\n',
    'stage: production\n    segment: [{ route: create_refund, by: subject, share: [1%, 5%] }]\n',
  )}promotion: { limited: {}, production: {} }\n`,
);

const HOUR_MS = 3_600_000;
const promotion = (step: number): Claim => ({
  stage: 'limited',
  step,
  until: null,
  ground: 'promotion',
  id: `p${step}`,
});
const glass: Claim = {
  stage: 'limited',
  step: null,
  until: MONDAY + HOUR_MS,
  ground: 'break_glass',
  id: 'glass_1',
};
const promoted = (at: number, ...steps: number[]): Entry =>
  stood(at, { what: 'promoted', promotion: `p${steps.at(-1)}`, envelope: '' }, steps.map(promotion));
const broken = (at: number, ...others: Claim[]): Entry =>
  stood(at, { what: 'break_glass', stage: 'limited', until: MONDAY + HOUR_MS }, [...others, glass]);
const whole = (at: number, ...others: Claim[]): Entry => stood(at, { what: 'glass_ended' }, others);
const inLimited = (id: string, at: number): Entry[] => refund(id, at, { stage: 'limited', verdict: 'allow' });

const shownFor = async (to: 'limited' | 'production', step: number | null, entries: readonly Entry[]) => {
  const { basis, classes, days } = await evidenceOf(LADDER, await dataWith(LADDER, entries), { to, step });
  return { calls: classes[0]?.shown, since: basis.since, reset: basis.reset, last: days.last };
};

describe('attack: climbing on what was done at a stage that was not earned', () => {
  test('an agent for which the glass was broken, and which was never promoted, has shown nothing for production', async () => {
    const entries = [broken(MONDAY), ...inLimited('a', MONDAY + 1), whole(MONDAY + 2), ...inLimited('b', MONDAY + 3)];
    expect(await shownFor('production', null, entries)).toMatchObject({
      calls: [],
      reset: 'step 2 of `limited` is not open',
    });
  });

  test('for production only what it did at the last step of its ramp counts', async () => {
    const entries = [
      promoted(MONDAY, 1),
      ...inLimited('first', MONDAY + 1),
      promoted(MONDAY + 2, 1, 2),
      ...inLimited('last', MONDAY + 3),
    ];
    expect(await shownFor('production', null, entries)).toMatchObject({ calls: ['last'], since: MONDAY + 2 });
    expect(await shownFor('production', null, entries.slice(0, -3))).toMatchObject({ calls: [] });
  });

  test('while the glass is broken nothing of its stage counts, nor what came before that', async () => {
    const entries = [
      promoted(MONDAY, 1),
      ...inLimited('before', MONDAY + 1),
      broken(MONDAY + 2, promotion(1)),
      ...inLimited('under', MONDAY + 3),
    ];
    const reset = 'the glass was broken for it, and what it did then it had not earned';
    expect(await shownFor('limited', 2, entries)).toEqual({ calls: [], since: MONDAY + HOUR_MS, reset, last: null });
    // Nobody wrote down that its time is over, and it is.
    const later = [...entries, ...inLimited('behind', MONDAY + HOUR_MS)];
    expect(await shownFor('limited', 2, later)).toMatchObject({ calls: ['behind'], last: MONDAY + HOUR_MS });
    const mended = [...entries, whole(MONDAY + 4, promotion(1)), ...inLimited('behind', MONDAY + 5)];
    expect(await shownFor('limited', 2, mended)).toMatchObject({ calls: ['behind'], since: MONDAY + 4, reset });
  });

  test('a glass broken for another stage takes nothing from the evidence of this one', async () => {
    const entries = [...refund('a', MONDAY), broken(MONDAY + 1), ...inLimited('b', MONDAY + 2), whole(MONDAY + 3)];
    expect(await shownFor('limited', 1, [...entries, ...refund('c', MONDAY + 4)])).toMatchObject({
      calls: ['a', 'c'],
      reset: null,
    });
  });
});

describe('attack: evidence that nobody’s door saw, or that nobody hashed', () => {
  test('calls of a recording that was imported count for nothing, and that is said', async () => {
    const entries = [
      ...refund('told', MONDAY, { grant: 'grant_import_1' as never }),
      ...refund('seen', MONDAY + 1, { grant: 'grant_00000000000000aa' as never }),
    ];
    const { classes, sessions, journal, days } = await evidenceOf(LADDER, await dataWith(LADDER, entries), { step: 1 });
    expect([classes[0]?.shown, classes[0]?.meant, sessions.all, days.first]).toEqual([['seen'], 1, 1, MONDAY + 1]);
    expect(journal.imported).toBe(1);
  });

  test('what a directory links to is hashed like what lies in it', async () => {
    const [dir, elsewhere] = [await dataWith(LADDER, []), directory()];
    const other = await dataWith(LADDER, []);
    writeFileSync(path.join(elsewhere, 'wide'), 'one');
    symlinkSync(path.join(elsewhere, 'wide'), path.join(other, 'wide'));
    symlinkSync('.', path.join(other, 'again'));
    const hashed = async (): Promise<string | undefined> =>
      (await evidenceOf(LADDER, dir, { step: 1, baselineDir: other })).files.find(({ name }) => name === 'baseline')
        ?.sha256;
    const before = await hashed();
    writeFileSync(path.join(elsewhere, 'wide'), 'two');
    expect(await hashed()).not.toBe(before);
  });
});
