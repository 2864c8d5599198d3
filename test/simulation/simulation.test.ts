import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** More: `npm run simulate -- --seeds 10000`. */
const SEEDS = process.env['SIMULATE_SEEDS'] ?? '20';

/** In processes of its own: a story must not depend on what the test runner does between two turns. */
async function simulate(...options: readonly string[]): Promise<readonly string[]> {
  const main = path.join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...options], { maxBuffer: 2 ** 28 }).catch(
    (error: unknown) => error as { readonly stdout: string },
  );
  return stdout.trimEnd().split('\n');
}

test('I1–I8, I11, I12 hold in every story of crashes, failing disks, wrong clocks and broken upstreams', async () => {
  const lines = await simulate('--seeds', SEEDS);
  expect(lines.filter((line) => line.startsWith('seed '))).toEqual([]);
  expect(lines.at(-1)).toMatch(new RegExp(`^${SEEDS} seeds in \\d+ s, 0 promises broken$`));
});

test('one seed is one story, to the byte', async () => {
  const [one, again] = await Promise.all([simulate('--seed', '4', '--trace'), simulate('--seed', '4', '--trace')]);
  const story = (lines: readonly string[]): string => lines.slice(0, -2).join('\n');
  expect(story(one).length).toBeGreaterThan(10_000);
  expect(story(again)).toBe(story(one));
});
