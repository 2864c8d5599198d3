import { expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import {
  agreementOf,
  cohensKappa,
  krippendorffsAlpha,
  type Rating,
} from '../../../src/evidence/statistics/agreement.ts';

/** Two raters’ table as pairs: `cells[row][column]` units that the first put in `row` and the second in `column`. */
function pairsOf(cells: readonly (readonly number[])[]): [string, string][] {
  return cells.flatMap((row, first) =>
    row.flatMap((count, second) =>
      Array.from({ length: count }, (): [string, string] => [String(first), String(second)]),
    ),
  );
}

test('Cohen 1960, table 1: 200 diagnoses by two judges, kappa 0.492', () => {
  const cells = [
    [88, 14, 18],
    [10, 40, 10],
    [2, 6, 12],
  ];
  expect(cohensKappa(pairsOf(cells))).toBeCloseTo(0.492, 3);
});

test('50 grant proposals read by two readers (20, 5, 10, 15): kappa 0.4', () => {
  expect(
    cohensKappa(
      pairsOf([
        [20, 5],
        [10, 15],
      ]),
    ),
  ).toBeCloseTo(0.4, 12);
});

/** One text per observer, a value per unit; `.` where there is none. */
function unitsOf(...observers: readonly string[]): string[][] {
  return (observers[0] ?? '')
    .split('')
    .map((_, unit) => observers.map((row) => row[unit] ?? '.').filter((one) => one !== '.'));
}

test('Krippendorff 2011, example A: two observers, binary, alpha 0.095', () => {
  expect(krippendorffsAlpha(unitsOf('0100000010', '1110010000'))).toBeCloseTo(0.095, 3);
});

test('Krippendorff 2011, example B: two observers, nominal, alpha 0.692', () => {
  expect(krippendorffsAlpha(unitsOf('aabbdcccedda', 'babbbccceddd'))).toBeCloseTo(0.692, 3);
});

test('Krippendorff 2011, example C: four observers, nominal, data missing, alpha 0.743', () => {
  const units = unitsOf('123321412...', '1233224125.3', '.3332342251.', '12332441251.');
  expect(krippendorffsAlpha(units)).toBeCloseTo(0.743, 3);
});

test('nothing rated twice is no agreement, and one word for all is not beyond chance', () => {
  expect(krippendorffsAlpha([['sane'], ['wrong']])).toBeNull();
  expect(
    krippendorffsAlpha([
      ['sane', 'sane'],
      ['sane', 'sane'],
    ]),
  ).toBeNull();
  expect(cohensKappa([['sane', 'sane']])).toBeNull();
  expect(agreementOf([])).toEqual({ units: 0, percent: null, kappa: null, alpha: null });
});

test('kappa is for two: a third reviewer leaves alpha alone', () => {
  const ratings = (unit: string, values: Readonly<Record<string, string>>): Rating[] =>
    Object.entries(values).map(([by, value]) => ({ unit, by, value }));
  const two = [...ratings('1', { ann: 'sane', bob: 'sane' }), ...ratings('2', { ann: 'wrong', bob: 'sane' })];
  expect(agreementOf(two)).toMatchObject({ units: 2, percent: 0.5, kappa: 0 });
  // Three pairs on unit 3, one of them alike: 1 + 0 + 1 of 1 + 1 + 3.
  const three = [...two, ...ratings('3', { ann: 'sane', bob: 'wrong', cy: 'sane' }), ...ratings('4', { cy: 'sane' })];
  expect(agreementOf(three)).toMatchObject({ units: 3, percent: 2 / 5, kappa: null });
});

const opinions = fc.array(
  fc.tuple(fc.constantFrom('sane', 'wrong', 'unsure'), fc.constantFrom('sane', 'wrong', 'unsure')),
  {
    minLength: 1,
    maxLength: 60,
  },
);

property.prop([opinions])(
  'it does not matter who is named first, and raters who agree on all have kappa and alpha 1',
  (pairs) => {
    const swapped = pairs.map(([one, other]): [string, string] => [other, one]);
    expect(cohensKappa(swapped)).toEqual(cohensKappa(pairs));
    const alike = pairs.map(([one]): [string, string] => [one, one]);
    const several = new Set(pairs.map(([one]) => one)).size > 1;
    if (several) expect(cohensKappa(alike)).toBeCloseTo(1, 12);
    else expect(cohensKappa(alike)).toBeNull();
    if (several) expect(krippendorffsAlpha(alike)).toBeCloseTo(1, 12);
  },
);

test('on one call there is no kappa and no alpha: chance explains all or nothing', () => {
  const one = [
    { unit: 'a', by: 'ann', value: 'sane' },
    { unit: 'a', by: 'bob', value: 'wrong' },
  ];
  expect(agreementOf(one)).toEqual({ units: 1, percent: 0, kappa: null, alpha: null });
});
