import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tripsOf } from '../../src/engine/combine.ts';
import type { Event } from '../../src/engine/event.ts';
import { JournalDamaged, JournalLocked } from '../../src/journal/errors.ts';
import { lastPolicy, readJournal } from '../../src/journal/read.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { agent, call, money, policy, routeSet, ruleId } from '../engine/policies.ts';
import { POLICY, asAfterCrash, bytesOf, directory, opened, segmentFiles, written } from './directory.ts';
import { entryOf, note } from './entries.ts';

const notes = [note(2_000, 'one'), note(2_001, 'two'), note(2_002, 'three')];

test('a new journal begins with who took it and the policy in force, whole', async () => {
  const dir = directory();
  await written(dir, []);
  const [recovery, recorded, ...more] = readJournal(dir);
  expect(recovery).toMatchObject({ seq: 1, kind: 'recovery', at: 1_000, epoch: 1, unknown: [] });
  expect(recorded).toMatchObject({ seq: 2, kind: 'policy', file: POLICY.file, text: POLICY.text });
  expect(more).toEqual([]);
  expect(lastPolicy(dir)).toEqual(recorded);
});

test('a policy is recorded again only when it changed', async () => {
  const dir = directory();
  await written(dir, []);
  await written(dir, []);
  const other = { ...POLICY, policy: { ...POLICY.policy, digest: 'f'.repeat(64) } };
  await written(dir, [], 1, { policy: other });
  const kinds = [...readJournal(dir)].map(({ kind }) => kind);
  expect(kinds).toEqual(['recovery', 'policy', 'recovery', 'recovery', 'policy']);
});

test('the journal of a process that still has it open cannot be opened again', async () => {
  const dir = directory();
  const { close } = await opened(dir);
  await expect(opened(dir)).rejects.toThrow(JournalLocked);
  await close();
  await (await opened(dir)).close();
});

test('a clock that went back does not take the journal with it', async () => {
  const dir = directory();
  await written(dir, notes);
  const { lastAt, close } = await opened(dir, { now: () => 5 });
  await close();
  expect(lastAt).toBe(2_002);
});

test('I3 a torn tail is moved aside byte for byte, wherever the line was cut, and told of', async () => {
  const whole = directory();
  await written(whole, notes);
  asAfterCrash(whole);
  const [source = ''] = segmentFiles(whole);
  const bytes = fs.readFileSync(source);
  const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  for (let size = lastLine + 1; size < bytes.length; size += 13) {
    const dir = directory();
    fs.cpSync(whole, dir, { recursive: true });
    const [file = ''] = segmentFiles(dir);
    fs.truncateSync(file, size);

    const { close, quarantined } = await opened(dir);
    await close();
    const [torn] = quarantined;
    expect(torn?.bytes).toBe(size - lastLine);
    expect(fs.readFileSync(path.join(dir, torn?.file ?? ''))).toEqual(bytes.subarray(lastLine, size));
    expect(fs.readFileSync(file)).toEqual(bytes.subarray(0, lastLine));
    expect([...readJournal(dir)].at(-1)).toMatchObject({ kind: 'recovery', epoch: 2, quarantined: torn });
    expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  }
});

test('I3 a page that never reached the disk in the last line is a torn tail', async () => {
  const dir = directory();
  await written(dir, [...notes, note(2_003, 'x'.repeat(5_000))]);
  asAfterCrash(dir);
  const [file = ''] = segmentFiles(dir);
  const bytes = fs.readFileSync(file);
  bytes.fill(0, bytes.length - (bytes.length % 512) - 2_048, bytes.length - (bytes.length % 512) - 1_024);
  fs.writeFileSync(file, bytes);
  const { close, quarantined } = await opened(dir);
  await close();
  expect(quarantined).toHaveLength(1);
});

/** What a crash leaves of one batch whose blocks reached the disk in any order: a hole, and whole lines behind it. */
function withHole(file: string, from: number): void {
  const bytes = fs.readFileSync(file);
  const start = from - (from % 512) + 512;
  fs.writeFileSync(file, bytes.fill(0, start, start + 1_024));
}

test('I3 blocks that never reached the disk tear the tail also where later ones did', async () => {
  const dir = directory();
  const long = Array.from({ length: 4 }, (_, index) => note(2_003 + index, 'x'.repeat(2_500)));
  const { journal, close } = await opened(dir);
  await journal.append(note(2_000, 'acknowledged')).durable();
  const size = bytesOf(dir).length;
  for (const entry of long) journal.append(entry);
  await close();
  asAfterCrash(dir);
  const [file = ''] = segmentFiles(dir);
  withHole(file, size + 3_000);
  const again = await opened(dir);
  await again.close();
  expect(again.quarantined).toHaveLength(1);
  const texts = [...readJournal(dir)].flatMap((record) => (record.kind === 'note' ? [record.text] : []));
  expect(texts).toEqual(['acknowledged', 'x'.repeat(2_500)]);
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
});

test('I7 the same hole before a batch that was written when it was none is damage, and a start refuses', async () => {
  const dir = directory();
  const { journal, close } = await opened(dir);
  const size = bytesOf(dir).length;
  for (let index = 0; index < 4; index += 1) journal.append(note(2_003, 'x'.repeat(2_500)));
  await journal.durable();
  await journal.append(note(2_004, 'written when those were on the disk')).durable();
  await close();
  asAfterCrash(dir);
  const [file = ''] = segmentFiles(dir);
  withHole(file, size + 3_000);
  const damaged = bytesOf(dir);
  await expect(opened(dir)).rejects.toThrow(JournalDamaged);
  expect(bytesOf(dir)).toEqual(damaged);
});

test.each<[string, (bytes: Buffer) => void]>([
  ['a stray NUL', (bytes) => bytes.fill(0, bytes.length - 100, bytes.length - 99)],
  ['another last byte', (bytes) => bytes.fill(0x8a, bytes.length - 1)],
])(
  'I7 a last line with %s is no torn tail: it may have been acknowledged, so a start refuses',
  async (_what, change) => {
    const dir = directory();
    await written(dir, notes);
    asAfterCrash(dir);
    const [file = ''] = segmentFiles(dir);
    const bytes = fs.readFileSync(file);
    change(bytes);
    fs.writeFileSync(file, bytes);
    await expect(opened(dir)).rejects.toThrow(JournalDamaged);
  },
);

test('I3 starts that crash before they tell of a torn tail leave it for the next to tell', async () => {
  const dir = directory();
  await written(dir, notes);
  asAfterCrash(dir);
  const [file = ''] = segmentFiles(dir);
  fs.truncateSync(file, fs.statSync(file).size - 10);
  const told = directory();
  fs.cpSync(dir, told, { recursive: true });
  await (await opened(told)).close();
  asAfterCrash(told);
  // The tail is cut and quarantined, and the second writer's record is torn in its turn.
  const [, second = ''] = segmentFiles(told);
  fs.truncateSync(second, 40);
  const { close, quarantined } = await opened(told);
  await close();
  expect(quarantined.map(({ bytes }) => bytes)).toEqual([expect.any(Number), 40]);
  expect([...readJournal(told)].at(-1)).toMatchObject({
    kind: 'recovery',
    epoch: 3,
    quarantined: quarantined[1],
    quarantinedBefore: [quarantined[0]],
  });
  expect(await verifyJournal(told)).toMatchObject({ ok: true });
});

test('I7 damage anywhere else refuses to open, names file and byte, and changes nothing', async () => {
  const dir = directory();
  await written(dir, notes);
  fs.rmSync(path.join(dir, 'snapshots'), { recursive: true });
  const [file = ''] = segmentFiles(dir);
  const whole = fs.readFileSync(file);
  for (let offset = 10; offset < whole.length - 1; offset += 29) {
    const changed = Buffer.from(whole);
    changed[offset] = changed[offset] === 0x41 ? 0x42 : 0x41;
    fs.writeFileSync(file, changed);
    const lineStart = whole.lastIndexOf(0x0a, offset - 1) + 1;
    const refusal = await opened(dir).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(JournalDamaged);
    expect(refusal).toMatchObject({ file, offset: lineStart });
    expect(bytesOf(dir)).toEqual(changed);
  }
  fs.writeFileSync(file, whole);
  await (await opened(dir)).close();
});

test('I3 calls that were open at a crash are unknown afterwards, and stay spent', async () => {
  const rule = { rule: ruleId('bot.budgets[0]'), routes: routeSet('refund'), max: money('10 USD') };
  const budgets = [{ ...rule, per: { kind: 'rolling', ms: 3_600_000 }, each: 'agent', onTrip: 'deny' }] as const;
  const inForce = { ...POLICY, policy: policy([agent('bot', { budgets })]) };
  const dir = directory();
  const first = await opened(dir, { policy: inForce });
  const spend = call('c1', { at: 1_000, amount: money('8 USD') });
  const decision = first.engine.decide(spend);
  expect(decision.verdict).toBe('allow');
  const event: Event = { kind: 'decided', call: spend, verdict: 'allow', trips: tripsOf(decision) };
  first.engine.apply(event);
  await first.journal.append(entryOf(event)).durable();
  await first.close();

  for (let restart = 0; restart < 3; restart += 1) {
    const { engine, close } = await opened(dir, { policy: inForce });
    expect([...engine.open()]).toEqual([]);
    expect(engine.decide(call('c2', { at: 2_000, amount: money('3 USD') })).verdict).toBe('deny');
    expect(engine.decide(call('c3', { at: 2_000, amount: money('2 USD') })).verdict).toBe('allow');
    await close();
  }
  const unknown = [...readJournal(dir)].flatMap((entry) => (entry.kind === 'recovery' ? [entry.unknown] : []));
  expect(unknown).toEqual([[], ['c1'], [], []]);
});
