import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { code, markdownTable, prose } from '../../src/report/markdown.ts';

test.each([
  ['a_b*c', String.raw`a\_b\*c`],
  ['<b>&amp;', String.raw`\<b\>&amp;amp;`],
  ['[x](javascript:1)', String.raw`\[x\](javascript:1)`],
  ['@team #1', '&#64;team &#35;1'],
  ['see http://evil.example or www.evil.example', 'see http&#58;//evil.example or www&#46;evil.example'],
  ['one\n# two', 'one &#35; two'],
  ['a|b', String.raw`a\|b`],
  ['\u202Etxt', String.raw`\[U+202E\]txt`],
])('%j is shown as %j', (text, shown) => {
  expect(prose(text)).toBe(shown);
});

test('whatever a text holds, it stays on one line and leaves nothing that Markdown acts on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bare = prose(text).replaceAll(/\\./g, '');
      expect(bare).not.toMatch(/[\n\r<>`*_[\]|~]|@|:\/\//);
    }),
  );
});

test('whatever a text holds, its code span ends where we end it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '|', '\n'), maxLength: 12 }), (text) => {
      const span = code(text);
      const [fence = ''] = /^`+/.exec(span) ?? [];
      const inside = span.slice(fence.length, -fence.length);
      expect(span.endsWith(fence)).toBe(true);
      expect(inside.match(/`+/g) ?? []).not.toContain(fence);
      expect(span).not.toContain('\n');
      expect(span.replaceAll(String.raw`\|`, '')).not.toContain('|');
    }),
  );
});

test('columns of figures stand at the right', () => {
  expect(markdownTable(['What', 'Calls:'], [['a', '1']])).toBe('| What | Calls |\n| --- | ---: |\n| a | 1 |');
});
