import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentIndexOf, segmentOf, segmentsAmong, snapshotsAmong, tornName } from '../../src/journal/segments.ts';

test('a segment is named by its first record and its epoch', () => {
  expect(segmentOf(81_234, 3).name).toBe('000000081234-000003.ndjson');
  expect(tornName(segmentOf(1, 1), 512)).toBe('000000000001-000001.ndjson-512.torn');
});

test('a listing comes in the order of the records, whatever else lies there', () => {
  const names = [
    '000000000009-000002.ndjson',
    '.DS_Store',
    '000000000009-000001.ndjson',
    'x.ndjson',
    '000000000001-000001.ndjson',
  ];
  expect(segmentsAmong(names).map(({ firstSeq, epoch }) => [firstSeq, epoch])).toEqual([
    [1, 1],
    [9, 1],
    [9, 2],
  ]);
  expect(snapshotsAmong(['000000000100.json', '000000000100.json.7.tmp', '000000000200.json'])).toEqual([200, 100]);
});

test('names sort as their records do', () => {
  const segment = fc.tuple(fc.integer({ min: 1, max: 1e11 }), fc.integer({ min: 1, max: 999_999 }));
  fc.assert(
    fc.property(fc.array(segment), (pairs) => {
      const names = pairs.map(([seq, epoch]) => segmentOf(seq, epoch).name);
      expect(segmentsAmong(names).map(({ name }) => name)).toEqual(names.toSorted());
    }),
  );
});

test('a record lies in the last segment that begins at or before it', () => {
  const segments = [segmentOf(1, 1), segmentOf(11, 2), segmentOf(11, 3), segmentOf(21, 3)];
  expect([1, 10, 11, 20, 21, 99].map((seq) => segmentIndexOf(segments, seq))).toEqual([0, 0, 2, 2, 3, 3]);
});
