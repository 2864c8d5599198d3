import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Outbox, PAGES_MAX, readJournal, type Entry } from '../../src/journal/index.ts';
import { call, EVERYTHING, freeze, held, policyRecord, resume, STANDINGS, stood, tried } from '../notify/records.ts';
import { asAfterCrash, directory, opened, POLICY } from './directory.ts';

const ALL = { pager: EVERYTHING };

/** The place of the record with this number, in a journal whose hashes are its numbers. */
const place = (seq: number): { seq: number; hash: string } => ({ seq, hash: String(seq).padStart(64, '0') });
const id = (seq: number): string => `page_${seq}_${place(seq).hash.slice(0, 12)}`;

function outboxOf(entries: readonly Entry[]): Outbox {
  const outbox = new Outbox();
  entries.forEach((entry, index) => outbox.heard(entry, place(index + 1)));
  return outbox;
}

const kinds = (outbox: Outbox): string[] => [...outbox.pending()].map(({ kind }) => kind);

test('a freeze, a held call and a resume each wait for every channel that wants them, and for no other', () => {
  const outbox = outboxOf([
    policyRecord(1, { everything: EVERYTHING, freezes: ['freeze'] }),
    held(2, 'c1'),
    freeze(3),
    resume(4),
  ]);
  expect([...outbox.pending()].map(({ kind, waiting }) => [kind, Object.keys(waiting)])).toEqual([
    ['hold', ['everything']],
    ['freeze', ['everything', 'freezes']],
    ['resume', ['everything']],
  ]);
});

test('channels are told of what happens while the policy names them, and of nothing before or after', () => {
  const named = [policyRecord(3, ALL), freeze(4, 'other'), policyRecord(5, {}), freeze(6, 'third')];
  const outbox = outboxOf([policyRecord(1, {}), freeze(2), ...named]);
  expect([...outbox.pending()].map(({ agent }) => agent)).toEqual(['other']);
});

test('what is sent or given up is forgotten channel by channel; what failed waits on', () => {
  const entries = [policyRecord(1, { a: EVERYTHING, b: EVERYTHING, c: EVERYTHING }), freeze(2)];
  const outbox = outboxOf([
    ...entries,
    tried(3, id(2), 'a', 'sent'),
    tried(3, id(2), 'b', 'failed', 4),
    tried(3, id(2), 'c', 'abandoned', 9),
    tried(3, 'page_of_another_journal', 'b', 'sent'),
  ]);
  expect(outbox.page(id(2))?.waiting).toEqual({ b: 4 });
  expect(outbox.state()).toMatchObject({ waiting: 1, abandoned: [{ page: id(2), channel: 'c', attempt: 9 }] });
  outbox.heard(tried(4, id(2), 'b', 'sent', 5), place(9));
  expect(kinds(outbox)).toEqual([]);
});

test('every page of one freeze belongs to its first, and the resume ends it', () => {
  const outbox = outboxOf([
    policyRecord(1, ALL),
    freeze(2),
    freeze(3, 'bot', { trip: 'kill' }),
    resume(4),
    freeze(5),
    freeze(6, 'other'),
  ]);
  expect([...outbox.pending()].map(({ incident }) => incident)).toEqual([id(2), id(2), id(2), id(5), id(6)]);
});

const incidents = (outbox: Outbox): unknown[] =>
  [...outbox.pending()].map(({ incident, ends = false }) => [incident, ends]);

test('a demotion stands open until the next promotion, and whatever comes in between belongs to it', () => {
  const outbox = outboxOf([
    policyRecord(1, ALL),
    stood(2, 'promoted'),
    stood(3, 'expiring'),
    stood(4, 'demoted'),
    stood(5, 'demoted', 'other'),
    stood(6, 'promoted'),
    stood(7, 'promoted'),
  ]);
  expect(incidents(outbox)).toEqual([
    [id(2), false],
    [id(3), false],
    [id(3), false],
    [id(5), false],
    [id(3), true],
    [id(7), false],
  ]);
});

test('a broken glass stands open until it is whole, and a demotion that ends it takes it over', () => {
  const whole = outboxOf([policyRecord(1, ALL), stood(2, 'broken'), stood(3, 'broken'), stood(4, 'whole')]);
  expect(incidents(whole)).toEqual([
    [id(2), false],
    [id(2), false],
    [id(2), true],
  ]);
  const fallen = outboxOf([policyRecord(1, ALL), stood(2, 'broken'), stood(3, 'demoted'), stood(4, 'promoted')]);
  expect(incidents(fallen)).toEqual([
    [id(2), false],
    [id(2), false],
    [id(2), true],
  ]);
});

test('what waits in memory holds no envelope', () => {
  const outbox = outboxOf([policyRecord(1, ALL), stood(2, 'promoted')]);
  expect(kinds(outbox)).toEqual(['stage']);
  expect(JSON.stringify(outbox.save())).not.toContain('payload');
});

test('whoever watches an agent has to read from its promotion on, and not at all once it has fallen', () => {
  const up = [policyRecord(1, {}), stood(2, 'promoted'), stood(3, 'expiring'), stood(4, 'broken', 'other')];
  expect([...outboxOf(up).grounds]).toEqual([
    ['bot', 2],
    ['other', 4],
  ]);
  expect([...outboxOf([...up, stood(5, 'demoted')]).grounds]).toEqual([['other', 4]]);
});

test('that a promotion ends soon is told once, also after a restart', () => {
  const outbox = outboxOf([policyRecord(1, ALL), stood(2, 'promoted'), stood(3, 'expiring')]);
  const loaded = Outbox.load(JSON.parse(JSON.stringify(outbox.save())) as ReturnType<Outbox['save']>);
  const { agent } = stood(3, 'expiring');
  expect(loaded.wasToldOfEnd(agent, 'promotion_1')).toBe(true);
  expect(loaded.wasToldOfEnd(agent, 'promotion_2')).toBe(false);
});

test('a call that tripped is the page of its freeze until the freeze is recorded, and alone where a crash came between', () => {
  const trips = [{ trip: 'kill', guard: 'runaway', rule: 'bot.triggers[0]', reason: 'runaway' }] as const;
  const tripping = call(2, 'c9', { verdict: 'deny', trips });
  const cut = outboxOf([policyRecord(1, ALL), tripping]);
  expect([...cut.pending()]).toMatchObject([
    { id: id(2), kind: 'freeze', cause: { trip: 'kill', by: 'guard:bot.triggers[0]', call: 'c9' } },
  ]);
  const whole = outboxOf([policyRecord(1, ALL), tripping, freeze(2, 'bot', { call: tripping.call })]);
  expect([...whole.pending()]).toMatchObject([{ id: id(3), incident: id(3), kind: 'freeze' }]);
});

test('a held call that is sent again while it waits asks nobody again', () => {
  const first = held(2, 'c1');
  const [finding] = first.findings;
  if (typeof finding !== 'object') throw new Error('it is held by a finding');
  const again = { ...held(3, 'c2'), findings: ['scope bot.allow[0]', { ...finding, earlier: first.call }] };
  expect(kinds(outboxOf([policyRecord(1, ALL), first, again, again]))).toEqual(['hold']);
  const other = { ...held(4, 'c3'), findings: [{ ...finding, earlier: first.call }, finding] };
  expect(kinds(outboxOf([policyRecord(1, ALL), first, other]))).toEqual(['hold', 'hold']);
});

test('beyond the bound held calls give way before freezes, the oldest first, and nothing is dropped by itself', () => {
  const holds = Array.from({ length: PAGES_MAX }, (_, index) => held(3 + index, `c${index}`));
  const outbox = outboxOf([policyRecord(1, ALL), freeze(2), ...holds, freeze(9_000, 'other')]);
  expect(outbox.excess().map(({ id: page }) => page)).toEqual([id(3), id(4)]);
  expect(kinds(outbox)).toHaveLength(PAGES_MAX + 2);
});

const someEntry = fc.oneof(
  fc.constantFrom('bot', 'other').map((agent) => freeze(0, agent)),
  fc.constantFrom('bot', 'other').map((agent) => resume(0, agent)),
  fc.constantFrom('c1', 'c2').map((one) => held(0, one)),
  fc
    .record({ how: fc.constantFrom(...Object.keys(STANDINGS)), agent: fc.constantFrom('bot', 'other') })
    .map(({ how, agent }) => stood(0, how as keyof typeof STANDINGS, agent)),
  fc
    .record({
      seq: fc.integer({ min: 1, max: 20 }),
      channel: fc.constantFrom('a', 'b'),
      outcome: fc.constantFrom('sent', 'failed', 'abandoned'),
    })
    .map(({ seq, channel, outcome }) => tried(0, id(seq), channel, outcome)),
  fc
    .constantFrom<Parameters<typeof policyRecord>[1]>({}, { a: EVERYTHING }, { a: ['freeze'], b: EVERYTHING })
    .map((channels) => policyRecord(0, channels)),
);

test('an outbox saved anywhere and loaded again goes on as the one that heard everything', () => {
  fc.assert(
    fc.property(fc.array(someEntry, { maxLength: 30 }), fc.nat(30), (entries, cut) => {
      const half = outboxOf(entries.slice(0, cut));
      const loaded = Outbox.load(JSON.parse(JSON.stringify(half.save())) as ReturnType<Outbox['save']>);
      entries
        .slice(cut)
        .forEach((entry, index) => loaded.heard(entry, place(Math.min(cut, entries.length) + index + 1)));
      const whole = outboxOf(entries);
      expect([...loaded.pending()]).toEqual([...whole.pending()]);
      expect(loaded.state()).toEqual(whole.state());
    }),
  );
});

const PAGED = { ...POLICY, notify: [{ name: 'pager', on: EVERYTHING }] };

test.each(['closed cleanly', 'crashed'])(
  'a journal that %s gives the next writer what still waits, by the same ids',
  async (how) => {
    const dir = directory();
    const { journal, outbox, close } = await opened(dir, { policy: PAGED });
    journal.append(freeze(2_000));
    journal.append(freeze(2_000, 'other'));
    const [first, second] = [...outbox.pending()];
    journal.append(tried(2_001, first?.id ?? '', 'pager', 'sent'));
    await close();
    expect(fs.existsSync(path.join(dir, 'snapshots'))).toBe(true);
    if (how === 'crashed') asAfterCrash(dir);

    const next = await opened(dir, { policy: PAGED });
    expect([...next.outbox.pending()]).toEqual([second]);
    const record = [...readJournal(dir, { tail: 'live' })].find(
      (one) => one.kind === 'freeze' && one.agent === 'other',
    );
    expect(second?.id).toBe(`page_${record?.seq}_${record?.hash.slice(0, 12)}`);
    await next.close();
  },
);

test('an outbox calls its listener in the same step as the record, with its number', () => {
  const outbox = outboxOf([policyRecord(1, ALL)]);
  const heard: number[] = [];
  outbox.listen((seq) => heard.push(seq));
  outbox.heard(call(2, 'c1'), place(2));
  outbox.heard(freeze(3), place(3));
  expect(heard).toEqual([3]);
});
