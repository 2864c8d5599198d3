import fc, { type Arbitrary } from 'fast-check';
import type { NoteEntry } from '../../src/journal/entry.ts';
import { note } from './entries.ts';

/** Records with whatever texts agents write: quotes, controls, lone surrogates, all of Unicode. */
export const someNotes: Arbitrary<NoteEntry[]> = fc
  .array(fc.tuple(fc.nat(1_000), fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string())), {
    minLength: 1,
    maxLength: 12,
  })
  .map((notes) => {
    let at = 1_700_000_000_000;
    return notes.map(([laterMs, text]) => note((at += laterMs), text));
  });
