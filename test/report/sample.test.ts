import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Small enough to be read on a phone's connection, and to stay in the repository. */
const SAMPLE_BYTES_MAX = 150_000;

test('the sample in the repository is small, has no script, and asks the network for nothing', async () => {
  const page = await readFile(new URL('../../reports/sample/index.html', import.meta.url), 'utf8');
  expect(Buffer.byteLength(page)).toBeLessThan(SAMPLE_BYTES_MAX);
  expect(page).toContain('scenarios held</h1>');
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).not.toMatch(/<script|<img|url\(|@import|\ssrc=/);
});
