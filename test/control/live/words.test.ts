import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LINES_MAX } from '../../../src/control/contract/live.ts';
import { BEAT_EVERY_MS } from '../../../src/control/contract/pace.ts';
import { AT_ONCE_EVERY_MS, CALLS_EVERY_MS, OVERVIEW_EVERY_MS, WATCHERS_MAX } from '../../../src/control/live/feed.ts';
import { EVERY_MAX } from '../../../src/control/live/shown.ts';
import { SLOW_MS } from '../../../src/control/live/watcher.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/control-room.md'), 'utf8');

test('what the page on the control room says of the stream is what the code does', () => {
  expect(page).toContain(`| a second |`);
  expect(OVERVIEW_EVERY_MS).toBe(1_000);
  expect(page).toContain(`In a flood of them one every ${AT_ONCE_EVERY_MS} ms`);
  expect(page).toContain(`| \`calls\` | four times a second, if there were any | ${CALLS_EVERY_MS} ms |`);
  expect(page).toContain('| `beat` | every two seconds |');
  expect(BEAT_EVERY_MS).toBe(2_000);
  expect(page).toContain(`\`calls\` has at most ${LINES_MAX} of them`);
  expect(page).toContain(`every call is told, ${EVERY_MAX.toLocaleString('en')} at a time at most`);
  expect(page).toContain(`${WATCHERS_MAX} streams may be open at a time`);
  expect(page).toContain('After ten seconds it is told `slow`');
  expect(SLOW_MS).toBe(10_000);
});
