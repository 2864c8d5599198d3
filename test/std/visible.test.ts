import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TEXT_SHOWN_MAX, visible, visibleJson } from '../../src/std/visible.ts';

describe('visible', () => {
  test.each([
    ['a right-to-left override', 'pay \u202E001 USD', 'pay [U+202E]001 USD'],
    ['an isolate', '\u2066x\u2069', '[U+2066]x[U+2069]'],
    ['a terminal escape', '\u001B[2J', '[U+001B][2J'],
    ['NUL', 'a\u0000b', 'a[U+0000]b'],
    ['a C1 control', '\u0085', '[U+0085]'],
    ['a zero-width space in an id', 'ch_\u200B1', 'ch_[U+200B]1'],
    ['a joiner that disguises an id', 'ch_1\u200D2', 'ch_1[U+200D]2'],
    ['tag characters that smuggle text', 'ok\u{E0041}', 'ok[U+E0041]'],
    ['a lone surrogate', 'a\uD800', 'a[U+D800]'],
    ['a noncharacter', '\uFFFF', '[U+FFFF]'],
    ['a carriage return', 'a\rb', 'a[U+000D]b'],
    ['forty marks on one letter', `z${'\u0300'.repeat(40)}`, `z${'\u0300'.repeat(8)}[…]`],
  ])('names %s', (_, text, shown) => expect(visible(text)).toBe(shown));

  test.each(['line\nand\ttab', 'naïve café', 'العربية', 'นี้', '👩‍👩‍👧 ❤️', '12.34 USD', 'नमस्‍ते'])(
    'leaves %j as it is',
    (text) => expect(visible(text)).toBe(text),
  );

  test('an overlong text is cut, and the cut is counted', () => {
    expect(visible('x'.repeat(TEXT_SHOWN_MAX + 912))).toBe(`${'x'.repeat(TEXT_SHOWN_MAX)}… (+912)`);
  });

  test('a cut never splits a character', () => {
    const cut = visible(`${'x'.repeat(TEXT_SHOWN_MAX - 1)}😀😀`);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).not.toContain('\uFFFD');
  });

  test('showing what is shown already changes nothing, for any short text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => visible(visible(text)) === visible(text)));
  });
});

describe('visibleJson', () => {
  test('parses to the very value, for any text, and holds nothing unseen', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) }),
        (text) => {
          const json = visibleJson(JSON.stringify(text));
          expect(JSON.parse(json)).toBe(text);
          expect(json).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_C}\u200B\uFEFF]/u);
        },
      ),
    );
  });
});
