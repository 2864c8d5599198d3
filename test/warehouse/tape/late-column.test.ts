import { expect } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { Pieces } from '../../../src/warehouse/tape/columns.ts';
import { counts } from '../../../src/warehouse/tape/growing.ts';
import { LargeWords } from '../../../src/warehouse/tape/large-words.ts';
import { LateColumn } from '../../../src/warehouse/tape/late-column.ts';

const words = fc.array(fc.constantFrom('', 'a', 'b', 'é', 'c\0', '\u{1F98A}', 'longer than the others'), {
  maxLength: 20,
});
const step = fc.oneof(
  fc.record({ kind: fc.constant('rows' as const), texts: words }),
  fc.record({ kind: fc.constant('part' as const), texts: words }),
  fc.record({ kind: fc.constant('asked' as const), texts: fc.constant([]) }),
);

property.prop([fc.array(step, { maxLength: 8 })])(
  'a column that waits has each row’s word, whatever came as a part, whatever row by row, and whenever it is asked for',
  (steps) => {
    const late = new LateColumn(counts(), new LargeWords());
    const expected: string[] = [];
    for (const { kind, texts } of steps) {
      if (kind === 'rows') for (const text of texts) late.push(text);
      else if (kind === 'part') join(late, texts);
      else expect(late.column).toHaveLength(expected.length);
      expected.push(...texts);
    }
    const { column, words: known } = late;
    expect([...column].map((id) => known.text(id))).toEqual(expected);
    // One word, one number, whichever part it came in.
    expect(known.size).toBe(new Set(expected).size);
    expect(late.column).toBe(column);
  },
);

/** As a part's file has it; the body is overwritten afterwards, for nobody may still need it. */
function join(late: LateColumn, texts: readonly string[]): void {
  const own = new LargeWords();
  const ids = texts.map((text) => own.id(text));
  const pieces = new Pieces();
  pieces.add(new Uint8Array(8));
  const head = pieces.column(ids);
  const bytes = Buffer.concat(pieces.pieces);
  const body = new ArrayBuffer(bytes.length);
  new Uint8Array(body).set(bytes);
  const { bytes: written, ends } = own.whole();
  const its = Buffer.from(written);
  late.join(head, { bytes: its, ends: Float64Array.from(ends) }, body);
  new Uint8Array(body).fill(255);
  its.fill(255);
}
