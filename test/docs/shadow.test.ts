import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPage } from './page.ts';
import { runPage, withAnswers } from './run-page.ts';

/** As the pages of the guards are: `UPDATE_DOCS=1` writes what really came. */
test('docs/shadow.md shows what happens', async () => {
  const page = readPage(path.join(import.meta.dirname, '../../docs/shadow.md'));
  const right = await withAnswers(page, await runPage(page));
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page.file, right);
  else expect(page.text).toBe(right);
});
