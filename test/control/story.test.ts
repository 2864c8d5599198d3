import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shown } from '../../src/control/contract/story.ts';
import { shownOf } from '../../src/control/why/shown.ts';
import { readArchive } from '../../src/warehouse/why/read-archive.ts';
import type { Told } from '../../src/warehouse/why/told.ts';
import { tellWhy } from '../../src/warehouse/why/why.ts';
import { plantNight, recordsOfNight, type Night } from '../warehouse/why/night.ts';

let night: Night;
let told: (asked: string) => Promise<Told>;

beforeAll(async () => {
  night = await plantNight();
  const archive = readArchive(recordsOfNight(night.dir));
  told = (asked) => tellWhy(archive, asked);
});
afterAll(() => rmSync(path.dirname(night.dir), { recursive: true }));

test('every kind of answer is laid out as the contract says, and tells its summary word for word', async () => {
  const asked = [...Object.values(night.calls), 'cus_9', 'refunds-bot', 'nothing_of_the_kind', 'wibble cus_9'];
  const kinds = new Set<string>();
  for (const question of asked) {
    const story = await told(question);
    const shown = Shown.parse(shownOf(story));
    expect(shown.kind).toBe(story.kind);
    kinds.add(shown.kind);
    if ('summary' in story && 'summary' in shown) expect(shown.summary).toEqual(story.summary);
  }
  expect(kinds).toContain('call');
  expect(kinds).toContain('account');
  expect(kinds).toContain('nothing');
});

test('a call’s story is in the order of time, has the call itself once, and every rule that stopped it first', async () => {
  for (const call of Object.values(night.calls)) {
    const shown = shownOf(await told(call));
    if (shown.kind !== 'call') continue;
    const times = shown.moments.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(shown.moments.filter(({ main }) => main)).toHaveLength(1);
    const stopped = shown.findings.findLastIndex(({ verdict }) => verdict !== 'pass');
    expect(shown.findings.slice(0, stopped + 1).every(({ verdict }) => verdict !== 'pass')).toBe(true);
  }
});

test('a ledger says of every write what came of it', async () => {
  const shown = shownOf(await told('cus_9'));
  if (shown.kind !== 'account') throw new Error(`an account was asked for, and came ${shown.kind}`);
  expect(shown.ledger.lines.length).toBeGreaterThan(0);
  for (const line of shown.ledger.lines) expect(line.outcome).not.toBe('');
});
