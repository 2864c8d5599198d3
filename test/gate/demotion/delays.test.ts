import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { percent } from '../../../src/gate/demotion/crossing.ts';
import { RateAlarm } from '../../../src/gate/statistics/rate-alarm.ts';
import { prng } from '../../../src/std/prng.ts';

const PAGE = path.join(import.meta.dirname, '../../../docs/demotion.md');
const CONFIDENCE = 0.999;
const RUNS = 300;
const SESSIONS_MAX = 20_000;

/** Line, true rate, and how many good sessions came before. */
const ROWS = [
  [0.01, 0.02, 0],
  [0.01, 0.05, 0],
  [0.01, 0.05, 500],
  [0.01, 0.2, 0],
  [0.01, 0.2, 500],
  [0.01, 1, 0],
  [0.01, 1, 500],
  [0.1, 0.2, 0],
  [0.1, 0.5, 0],
  [0.1, 1, 0],
] as const;

function delay(limit: number, rate: number, before: number, seed: number): number {
  const random = prng(seed);
  const alarm = new RateAlarm(limit);
  for (let session = 0; session < before; session += 1) alarm.hear(random.next() < limit / 10);
  for (let session = 1; session < SESSIONS_MAX; session += 1) {
    alarm.hear(random.next() < rate);
    if (alarm.crossed(CONFIDENCE)) return session;
  }
  return SESSIONS_MAX;
}

function row([limit, rate, before]: (typeof ROWS)[number]): string {
  const delays = Array.from({ length: RUNS }, (_, index) => delay(limit, rate, before, index + 1)).toSorted(
    (a, b) => a - b,
  );
  const at = (part: number): number => delays[Math.floor(part * RUNS)] ?? 0;
  const history = before === 0 ? '' : `, after ${before} good ones`;
  return `| ${percent(limit)} | ${percent(rate)}${history} | ${at(0.5)} | ${at(0.9)} |`;
}

test('the page says how long it takes until an agent is demoted, as simulated', () => {
  const page = readFileSync(PAGE, 'utf8');
  const [head = '', between = '', tail = ''] = page.split(/(?<=<!-- delays -->\n)|(?=<!-- \/delays -->)/);
  const [titles = '', line = ''] = between.split('\n');
  const table = [titles, line, ...ROWS.map(row), ''].join('\n');
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, head + table + tail);
  expect(between, 'UPDATE_DOCS=1 writes it anew').toBe(table);
});
