import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { probeIn } from '../../../src/gate/evidence/probe.ts';
import { scenariosIn } from '../../../src/gate/evidence/sandbox.ts';
import { filesOf } from '../../../src/gate/evidence/files.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { runScenario } from '../../../src/lab/sandbox/sandbox.ts';
import { writeSandboxReport } from '../../../src/report/index.ts';
import doubleRefund from '../../../scenarios/double-refund.ts';
import { directory, segmentFiles } from '../../journal/directory.ts';
import { call, outcome } from '../../evidence/shadow/journal.ts';
import { BOT, DAY_MS, dataWith, evidenceOf, MONDAY, policyOf, refund, thought, WITH_IDENTITY } from './journals.ts';

const POLICY = policyOf(WITH_IDENTITY);

function fileOf(text: string, name = 'file'): string {
  const file = path.join(directory(), name);
  fs.writeFileSync(file, text);
  return file;
}

describe('what a probe printed', () => {
  const printed = {
    version: '0.1.0',
    digest: 'a'.repeat(64),
    rules: 'b'.repeat(64),
    found: false,
    seed: 7,
    runs: 1_000,
    calls: 30_000,
    ended: 'runs',
    holes: [],
    bugs: [],
    nearness: [{ whose: 'refunds-bot', what: 'USD a day', bound: '500.00', came: '500.00' }],
  };

  test('is taken as it stands', async () => {
    const hole = { oracle: 'never[0]', text: 'two refunds', story: [] };
    const found = { ...printed, found: true, holes: [hole], bugs: [{ oracle: 'I2', text: 'too much' }] };
    expect(await probeIn(fileOf(JSON.stringify(found)))).toEqual({
      ok: true,
      value: {
        engine: '0.1.0',
        policyDigest: 'a'.repeat(64),
        rulesDigest: 'b'.repeat(64),
        seed: 7,
        runs: 1_000,
        calls: 30_000,
        found: ['never[0]: two refunds', 'I2: too much'],
      },
    });
  });

  test('more money gone than the policy reads off its calls was found too', async () => {
    const exceeded = { whose: 'refunds-bot', what: 'EUR a day', bound: '0.00', came: '500.00', understated: 'mend it' };
    const read = await probeIn(fileOf(JSON.stringify({ ...printed, found: true, nearness: [exceeded] })));
    expect(read).toMatchObject({
      ok: true,
      value: { found: ['refunds-bot: 500.00 EUR a day, where the policy reads at most 0.00: mend it'] },
    });
  });

  test.each<[what: string, text: string, why: string]>([
    ['nothing', '', 'it is not JSON'],
    ['a list', '[]', 'is not what a probe of this version says'],
    [
      'one of a version that did not say which',
      JSON.stringify({ ...printed, version: undefined }),
      'its `version` is not',
    ],
    ['one without the digest of its rules', JSON.stringify({ ...printed, rules: undefined }), 'its `rules` is not'],
    ['a digest that is none', JSON.stringify({ ...printed, digest: 'A'.repeat(64) }), 'its `digest` is not'],
    ['half a run', JSON.stringify({ ...printed, runs: 0.5 }), 'its `runs` is not'],
    ['runs that were not made', JSON.stringify({ ...printed, runs: -1 }), 'its `runs` is not'],
    ['a hole taken out', JSON.stringify({ ...printed, found: true }), 'it says that it found something, and lists 0'],
    [
      'a hole that it did not find',
      JSON.stringify({ ...printed, holes: [{ oracle: 'x', text: 'y' }] }),
      'it says that it found nothing, and lists 1',
    ],
  ])('is refused where it is %s', async (_, text, why) => {
    const read = await probeIn(fileOf(text));
    expect(read).toMatchObject({ ok: false });
    expect(read.ok ? '' : read.failure).toContain(why);
  });
});

describe('what a sandbox wrote', () => {
  test('is its results, and every journal decided again; one that was changed comes out otherwise', async () => {
    const dir = directory();
    const result = await runScenario(doubleRefund, { dir: path.join(dir, 'double-refund') });
    const lost = { ...result, name: 'lost', held: false };
    await writeSandboxReport({ startedAt: '', version: '0.0.9', node: '', scenarios: [result, lost] }, dir);
    const read = await scenariosIn(dir, ['double-refund', 'lost', 'never-run']);
    expect(read).toMatchObject({
      ok: true,
      value: {
        engine: '0.0.9',
        known: ['double-refund', 'lost', 'never-run'],
        results: [
          { name: 'double-refund', held: true },
          { name: 'lost', held: false, rulesDigest: null },
        ],
        redecided: { journals: 1, differing: [] },
      },
    });
    expect(read.ok && read.value.results[0]?.rulesDigest).toMatch(/^[0-9a-f]{64}$/);
    const before = await filesOf(
      { policy: POLICY, dir: '', agent: BOT, to: 'limited', step: null, now: 0, sandboxDir: dir },
      null,
    );
    const [file = ''] = segmentFiles(path.join(dir, 'double-refund', 'journal'));
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"verdict":"deny"', '"verdict":"hold"'));
    expect(await scenariosIn(dir, undefined)).toMatchObject({
      value: { known: ['double-refund', 'lost'], redecided: { journals: 1, differing: ['double-refund'] } },
    });
    const after = await filesOf(
      { policy: POLICY, dir: '', agent: BOT, to: 'limited', step: null, now: 0, sandboxDir: dir },
      null,
    );
    expect(after.map(({ sha256 }) => sha256)).not.toEqual(before.map(({ sha256 }) => sha256));
  });

  test.each([
    ['nothing', undefined],
    ['no version', { scenarios: [] }],
    ['a name that leads elsewhere', { version: '1', scenarios: [{ name: '../other', held: true }] }],
    ['a result that is no yes or no', { version: '1', scenarios: [{ name: 'a', held: 'yes' }] }],
    [
      'one scenario twice',
      {
        version: '1',
        scenarios: [
          { name: 'a', held: false },
          { name: 'a', held: true },
        ],
      },
    ],
  ])('is refused where it has %s', async (_, results) => {
    const dir = directory();
    if (results !== undefined) fs.writeFileSync(path.join(dir, 'results.json'), JSON.stringify(results));
    expect(await scenariosIn(dir, undefined)).toMatchObject({ ok: false });
  });
});

/** Three sessions of one refund each, and a read that its upstream refused. */
const THREE: readonly Entry[] = [
  ...refund('a', MONDAY, { cents: 1_000, task: 't' }),
  ...refund('b', MONDAY + 1_000, { cents: 2_000, task: 't' }),
  ...refund('c', MONDAY + DAY_MS, { cents: 3_000, task: 't' }),
  ...refund('d', MONDAY + DAY_MS, { cents: 3_000, session: 'session_of_c', verdict: 'deny' }),
  call('r', MONDAY + DAY_MS, { session: 'session_of_c' }),
  outcome('r', MONDAY + DAY_MS + 400, { status: 404, durationMs: 400 }),
];

describe('labels', () => {
  const labels = (...all: readonly (readonly [string, boolean | null])[]): string =>
    fileOf(all.map(([id, harmful]) => JSON.stringify({ call: id, harmful })).join('\n'));

  test('say what was wrong beside reviewers, and what the guards did to it', async () => {
    const dir = await dataWith(POLICY, [
      ...THREE,
      thought(MONDAY + 2 * DAY_MS, 'a', 'sane'),
      thought(MONDAY + 2 * DAY_MS, 'b', 'sane'),
    ]);
    const file = labels(['b', true], ['c', false], ['d', true], ['elsewhere', true], ['a', null]);
    const { efficacy, classes, sessions, files } = await evidenceOf(POLICY, dir, { labels: file });
    expect(efficacy).toEqual({ labels: 4, harmful: 2, caught: 1, good: 1, stoppedWrongly: 0 });
    expect(classes[0]?.judged.map(({ session, harmful, call: id }) => [session, harmful, id])).toEqual([
      ['session_of_a', 0, null],
      ['session_of_b', 1, 'b'],
      ['session_of_c', 0, null],
    ]);
    expect(sessions.repeated).toEqual([{ task: 't', runs: 3, clean: 2 }]);
    expect(classes[0]?.agreement).toEqual({
      with: 'reviewers',
      clusters: [
        { events: 1, total: 1 },
        { events: 1, total: 1 },
      ],
    });
    expect(files.map(({ name }) => name)).toEqual(['policy', 'journal', 'labels']);
  });

  test('that say two things stop it all', async () => {
    const dir = await dataWith(POLICY, THREE);
    await expect(evidenceOf(POLICY, dir, { labels: labels(['a', true], ['a', false]) })).rejects.toThrow(
      'it says two things of call `a`',
    );
  });
});

test('a dispute is harm until it is settled', async () => {
  const dir = await dataWith(POLICY, [
    ...THREE,
    thought(MONDAY + 2 * DAY_MS, 'a', 'sane'),
    thought(MONDAY + 2 * DAY_MS, 'a', 'wrong', 'ben'),
    thought(MONDAY + 2 * DAY_MS, 'b', 'unsure'),
  ]);
  const { classes, review } = await evidenceOf(POLICY, dir);
  expect(classes[0]?.judged).toMatchObject([{ session: 'session_of_a', harmful: 1, call: 'a' }]);
  // Who is unsure has looked, and left it open.
  expect(review).toEqual({ chosen: 4, reviewed: 1 });
});

test('what people did goes before what they think: the same action, amount and target', async () => {
  const dir = await dataWith(POLICY, [...THREE, thought(MONDAY + 2 * DAY_MS, 'a', 'wrong')]);
  const actuals = fileOf(
    'session,action,subject,amount,currency\nsession_of_a,create_refund,charge:a,10.00,USD\nsession_of_b,create_refund,charge:b,99.00,USD\n',
  );
  const { classes, load } = await evidenceOf(POLICY, dir, { actuals: { place: actuals } });
  expect(classes[0]?.agreement).toEqual({
    with: 'actuals',
    clusters: [
      { events: 1, total: 1 },
      { events: 0, total: 1 },
    ],
  });
  expect(load.find(({ name }) => name === 'money')).toEqual({ name: 'money', agent: [10, 20, 30], baseline: [10, 99] });
  expect(classes[1]?.agreement).toBeNull();
});

test('beside a journal of the same time stand its sessions, and only those of that time', async () => {
  const dir = await dataWith(POLICY, THREE);
  const theirs = (id: string, at: number): Entry[] =>
    [...refund(id, at, { agent: 'desk' as never, session: id, verdict: 'allow', cents: 5_000 })].map((entry) =>
      entry.kind === 'outcome'
        ? { ...entry, origin: 'recorded' as const, durationMs: 90, status: id === 'x' ? 500 : 200 }
        : entry,
    );
  const baselineDir = await dataWith(POLICY, [
    ...theirs('early', MONDAY - 1),
    ...theirs('x', MONDAY + 5),
    ...theirs('y', MONDAY + 6),
    ...theirs('late', MONDAY + 9 * DAY_MS),
  ]);
  const { load, upstream } = await evidenceOf(POLICY, dir, { baselineDir });
  const one = (events: number) => ({ events, total: 1 });
  expect(upstream).toEqual({
    sent: 1,
    failed: 1,
    sessions: [one(1)],
    baseline: { sent: 2, failed: 1, sessions: [one(1), one(0)] },
  });
  expect(load).toEqual([
    { name: 'calls', agent: [1, 1, 3], baseline: [1, 1] },
    { name: 'duration', agent: [0, 0, 0], baseline: [0, 0] },
    { name: 'money', agent: [10, 20, 30], baseline: [50, 50] },
    { name: 'latency', agent: [400], baseline: [90, 90] },
  ]);
});
