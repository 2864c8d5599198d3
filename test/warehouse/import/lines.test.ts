import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINE_BYTES_MAX, linesOf, textOf, type Line } from '../../../src/warehouse/import/lines.ts';
import { fileOf } from './shop.ts';

async function all(content: string | Uint8Array): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(fileOf(content))) lines.push(line);
  return lines;
}

test('the lines of a file, joined with line feeds, are the file, packed or not', async () => {
  const texts = fc.array(
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', '')),
    { minLength: 1 },
  );
  await fc.assert(
    fc.asyncProperty(texts, async (lines) => {
      const text = `${lines.join('\n')}\n`;
      const found = lines.map((line) => ({ text: line }));
      expect(await all(text)).toEqual(found);
      expect(await all(gzipSync(text))).toEqual(found);
    }),
    { numRuns: 30 },
  );
});

test('a line that is longer than any call is passed over, and the next one is read', async () => {
  expect(await all(`a\n${'x'.repeat(LINE_BYTES_MAX + 1)}\nb`)).toEqual([{ text: 'a' }, 'too_long', { text: 'b' }]);
});

test('a torn gzip file is an error, not a shorter file', async () => {
  const packed = gzipSync('{"trace_id":"1"}\n'.repeat(1_000));
  await expect(all(packed.subarray(0, packed.length - 20))).rejects.toThrow(/unexpected end of file/);
});

test('a file that unpacks to more than may be held is not read to its end', async () => {
  const bomb = fileOf(gzipSync(Buffer.alloc(1_000_000)));
  expect(await textOf(bomb, 999_999)).toBeUndefined();
  expect(await textOf(bomb, 1_000_000)).toHaveLength(1_000_000);
});
