import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { append, numbersOf, Pieces } from '../../../src/warehouse/tape/columns.ts';
import { floats } from '../../../src/warehouse/tape/growing.ts';
import { LargeWords } from '../../../src/warehouse/tape/large-words.ts';
import { TextColumn, Words } from '../../../src/warehouse/tape/words.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom('', '\ud800', '\udc00\ud800', 'é', '日本', '\0', '__proto__', 'a\u0100', '\u0100'),
);

test.prop([fc.array(text, { maxLength: 300 }), fc.array(text, { maxLength: 100 })])(
  'the large dictionary gives every text the number that the plain one gives, and the text back, joined or not',
  (texts, more) => {
    const [plain, large] = [new Words('', '?'), new LargeWords('', '?')];
    for (const one of texts) expect(large.id(one)).toBe(plain.id(one));
    const [others, largeOthers] = [new Words(), new LargeWords()];
    for (const one of more) largeOthers.id(one);
    for (const one of more) others.id(one);
    expect(others.whole()).toEqual(largeOthers.whole());
    expect(large.join(largeOthers.whole())).toEqual(plain.join(others.whole()));
    expect(Array.from({ length: large.size }, (_, id) => large.text(id))).toEqual(plain.texts());
    for (const one of [...texts, ...more, 'never']) expect(large.find(one)).toBe(plain.find(one));
  },
);

it('words that were made to share one hash get numbers of their own, without a search through all of them', () => {
  // FNV-1a multiplies by an odd number: whoever knows it finds as many words of one hash as he likes.
  const byHash = new Map<number, string[]>();
  for (let count = 0; count < 400_000; count += 1) {
    const word = count.toString(36).padStart(6, '0');
    let hash = Math.imul(0x811c9dc5, 0x01000193);
    for (const unit of word) hash = Math.imul(hash ^ (unit.codePointAt(0) as number), 0x01000193);
    // The last table has 4,096 places: words that begin to look for one at the same.
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    const place = ((hash ^ (hash >>> 13)) >>> 0) & 4_095;
    if (place < 4) byHash.set(place, [...(byHash.get(place) ?? []), word]);
  }
  const words = [...byHash.values()].flat();
  expect(words.length).toBeGreaterThan(300);
  const large = new LargeWords();
  for (const [id, word] of words.entries()) expect(large.id(word)).toBe(id);
  for (const [id, word] of words.entries()) expect([large.find(word), large.text(id)]).toEqual([id, word]);
});

test.prop([fc.array(text), fc.array(text)])('texts by row are kept as they are, joined or not', (texts, more) => {
  const [column, other] = [new TextColumn(), new TextColumn()];
  for (const one of texts) column.push(one);
  for (const one of more) other.push(one);
  column.join(other.whole());
  expect(Array.from({ length: column.size }, (_, row) => column.get(row))).toEqual([...texts, ...more]);
});

const number = fc.oneof(
  fc.nat(300),
  fc.constantFrom(0, -0, Number.NaN, 1e15, -5, 0.5, 2 ** 53, Infinity, 65_536),
  fc.constant(Number.NaN),
);
test.prop([
  fc.oneof(
    fc.array(number),
    fc.array(fc.nat(9)),
    fc.array(fc.constantFrom(1e12, 1e12 + 70_000)),
    fc.array(fc.constant(Number.NaN)),
  ),
])('a column of numbers comes back from a file as it was, whatever they are', (numbers) => {
  const pieces = new Pieces();
  pieces.add(Uint8Array.of(1, 2, 3));
  const head = pieces.column(numbers);
  const body = new Uint8Array(Buffer.concat(pieces.pieces)).buffer;
  expect([...numbersOf(head, body)]).toEqual(numbers);
  const growing = floats();
  growing.push(7);
  append(growing, head, body);
  expect([...growing.whole()]).toEqual([7, ...numbers]);
});
