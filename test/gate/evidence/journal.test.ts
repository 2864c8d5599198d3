import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { redecideCommand } from '../../../src/cli/commands/audit/redecide.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { tripsOf } from '../../../src/engine/combine.ts';
import { gatherEvidence } from '../../../src/gate/evidence/gather.ts';
import { enginesOf } from '../../../src/gate/evidence/journal.ts';
import type { CallEntry, Entry } from '../../../src/journal/entry.ts';
import { callOf, findingsJson } from '../../../src/journal/facts.ts';
import { eventsOf } from '../../../src/journal/fold.ts';
import { ENGINE_VERSION, redecide } from '../../../src/journal/index.ts';
import type { LoadedPolicy } from '../../../src/policy/index.ts';
import { openWarehouse } from '../../../src/warehouse/index.ts';
import { directory, segmentFiles } from '../../journal/directory.ts';
import {
  BOT,
  DAY_MS,
  dataWith,
  evidenceOf,
  inForce,
  MONDAY,
  policyOf,
  refund,
  thought,
  WITH_IDENTITY,
} from './journals.ts';

const POLICY = policyOf(WITH_IDENTITY);
const FREEZE = { trip: 'kill', call: null, severed: [] } as const;

/** The same calls as the policy's own engine decides them, one after another. */
function decided(policy: LoadedPolicy, entries: readonly Entry[]): readonly Entry[] {
  const engine = new Engine(policy.policy);
  return entries.map((entry) => {
    const made = entry.kind === 'call' ? decidedCall(engine, entry) : entry;
    for (const event of eventsOf(made)) engine.apply(event);
    return made;
  });
}

function decidedCall(engine: Engine, entry: CallEntry): CallEntry {
  const decision = engine.decide(callOf(entry));
  return { ...entry, verdict: decision.verdict, findings: findingsJson(decision.findings), trips: tripsOf(decision) };
}

const REFUNDS = ['a', 'b', 'c', 'd'].flatMap((id, index) => refund(id, MONDAY + index * 1_000));

test('a journal that this engine decides alike says so by one digest, and one that it does not names the first call', async () => {
  const entries = decided(POLICY, REFUNDS);
  const dir = await dataWith(POLICY, entries);
  const { journal } = await evidenceOf(POLICY, dir);
  const { recorded, now, ...rest } = journal.redecided;
  expect(rest).toEqual({ calls: 4, differences: 0, first: null });
  expect(now).toBe(recorded);
  expect(recorded).toBe(redecide(dir, () => POLICY.policy).decisions.recorded);
  const forged = entries.map((entry): Entry =>
    entry.kind === 'call' && entry.call === 'c' ? { ...entry, verdict: 'allow' } : entry,
  );
  const other = (await evidenceOf(POLICY, await dataWith(POLICY, forged))).journal.redecided;
  expect(other).toMatchObject({
    differences: 1,
    now,
    first: { call: 'c', recorded: 'verdict allow', now: 'verdict capture' },
  });
  expect(other.recorded).not.toBe(recorded);
});

test('`interlock audit redecide` says the same digest, so that CI can compare journals that it does not have', async () => {
  const dir = await dataWith(POLICY, decided(POLICY, REFUNDS));
  const told: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void told.push(line));
  onTestFinished(() => log.mockRestore());
  for (const json of [true, false]) await redecideCommand.handler({ data: dir, json } as never);
  const { now } = (await evidenceOf(POLICY, dir)).journal.redecided;
  expect(JSON.parse(told[0] ?? '')).toEqual({
    calls: 4,
    different: 0,
    decisions: { recorded: now, now },
    engine: ENGINE_VERSION,
    differences: [],
  });
  expect(told[1]).toContain(`\nDecisions: sha256:${now}`);
});

test('which versions of the engine wrote what counts is told, those of before not', async () => {
  const started = (epoch: number, engine?: string): Entry => ({
    kind: 'recovery',
    at: MONDAY,
    epoch,
    unknown: [],
    ...(engine !== undefined && { engine }),
  });
  // Records 1 and 2 are the journal's own.
  const starts = [started(2, '0.0.1'), started(3, '0.0.2'), ...refund('a', MONDAY), started(4)];
  const warehouse = await openWarehouse(await dataWith(POLICY, starts));
  expect(await enginesOf(warehouse, 5, 7)).toEqual(['0.0.2', null]);
  expect(await enginesOf(warehouse, 5, 6)).toEqual(['0.0.2']);
  expect(await enginesOf(warehouse, 1, 3)).toEqual([ENGINE_VERSION, '0.0.1']);
  warehouse.close();
});

test('an empty journal, and one without a call, show nothing, and every class that there is to show', async () => {
  const dir = directory();
  fs.mkdirSync(path.join(dir, 'segments'));
  for (const [data, head] of [
    [dir, null],
    [await dataWith(POLICY, []), { seq: 2 }],
  ] as const) {
    const evidence = await evidenceOf(POLICY, data);
    if (head === null) expect(evidence.journal.head).toBeNull();
    else expect(evidence.journal.head).toMatchObject(head);
    expect(evidence.journal).toMatchObject({ problems: [], redecided: { calls: 0, differences: 0 } });
    expect(
      evidence.classes.map(({ route, meant, judged, agreement }) => ({ route, meant, judged, agreement })),
    ).toEqual(
      ['create_refund', 'send_credit', 'update_charge', 'cancel_subscription'].map((route) => ({
        route,
        meant: 0,
        judged: [],
        agreement: null,
      })),
    );
    expect(evidence.classes[0]?.amounts.map(({ band, meant }) => `${band}: ${meant}`)).toEqual([
      '< 10 USD: 0',
      '10–100 USD: 0',
    ]);
    expect(evidence).toMatchObject({
      sessions: { all: 0, writing: 0, repeated: [] },
      load: [],
      review: { chosen: 0, reviewed: 0 },
    });
    expect(evidence.days).toMatchObject({ first: null, last: null, weekdays: 0, weekend: 0, calendar: [] });
  }
});

test('a torn last line is what a crash leaves: what stands before it counts', async () => {
  const dir = await dataWith(POLICY, REFUNDS);
  const whole = await evidenceOf(POLICY, dir);
  fs.appendFileSync(segmentFiles(dir).at(-1) ?? '', '{"seq":99,"kind":"call","at"');
  expect(await evidenceOf(POLICY, dir)).toEqual(whole);
});

test('of a damaged journal nothing counts, and the damage is told with its place', async () => {
  const dir = await dataWith(POLICY, [...REFUNDS, thought(MONDAY + DAY_MS, 'a', 'sane')]);
  const [file = ''] = segmentFiles(dir);
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"micros":"20000000"', '"micros":"20000001"'));
  const { journal, classes, sessions, basis, files } = await evidenceOf(POLICY, dir);
  expect(journal.problems).toHaveLength(1);
  expect(journal.problems[0]).toMatch(
    /^segments\/\d+-\d+\.ndjson, byte \d+ \(line 3, record 3\): the hash of record 3 does not match/,
  );
  expect([journal.head, basis.since, sessions.all]).toEqual([null, null, 0]);
  expect(classes.map(({ meant }) => meant)).toEqual([0, 0, 0, 0]);
  expect(files.map(({ name }) => name)).toEqual(['policy']);
});

test('a journal whose policy this version cannot read cannot be decided again, and nothing of it counts', async () => {
  const entries = [...REFUNDS, { ...inForce(MONDAY + DAY_MS, POLICY), digest: '0'.repeat(64), text: 'version: 99\n' }];
  const { journal, classes } = await evidenceOf(POLICY, await dataWith(POLICY, entries));
  expect(journal.problems[0]).toMatch(
    /^this version cannot read the policy `interlock.yaml` that decided .* Run the gate with the version that recorded it\.$/,
  );
  expect(classes[0]?.meant).toBe(0);
});

test('freezes of the stretch are told, and one that no human ended whenever it began', async () => {
  const freeze = (at: number, reason: string, agent = BOT): Entry => ({
    kind: 'freeze',
    at,
    agent,
    by: 'human:ann',
    reason,
    ...FREEZE,
  });
  const resume = (at: number): Entry => ({ kind: 'resume', at, agent: BOT, by: 'human:ann', reason: 'looked at it' });
  const other = policyOf(WITH_IDENTITY.replace('gpt-5', 'gpt-4'));
  const past = [
    freeze(MONDAY, 'old'),
    resume(MONDAY),
    inForce(MONDAY, POLICY),
    freeze(MONDAY + 1, 'new'),
    resume(MONDAY + 1),
  ];
  const told = async (entries: readonly Entry[]) =>
    (await evidenceOf(POLICY, await dataWith(other, entries))).freezes.map(({ reason, open }) => `${reason} ${open}`);
  expect(await told(past)).toEqual(['new false']);
  expect(
    await told([...past, freeze(MONDAY + 2, 'last'), freeze(MONDAY + 2, 'another’s', 'other-bot' as never)]),
  ).toEqual(['new false', 'last true']);
  expect(await told([freeze(MONDAY, 'old'), inForce(MONDAY, POLICY)])).toEqual(['old true']);
});

test('what cannot be asked is a failure that says what to do', async () => {
  const dir = await dataWith(POLICY, []);
  const asked = { policy: POLICY, dir, agent: BOT, to: 'limited', step: null, now: MONDAY } as const;
  const failure = async (more: object) => {
    const gathered = await gatherEvidence({ ...asked, ...more });
    return gathered.ok ? 'none' : gathered.failure;
  };
  expect(await failure({})).toBe('none');
  expect(await failure({ agent: 'nobody' })).toBe(
    'Failed to gather evidence: `interlock.yaml` has no agent `nobody`. It has: refunds-bot.',
  );
  expect(await failure({ dir: '/nowhere' })).toContain('there is no journal. Name a data directory');
  expect(await failure({ baselineDir: '/nowhere' })).toContain('there is no journal. Name a data directory');
  expect(await failure({ labels: '/nowhere' })).toContain('Name a file of labels');
  expect(await failure({ actuals: { place: '/nowhere' } })).toContain('there is no `/nowhere`');
  expect(await failure({ probeFile: '/nowhere' })).toContain('Make it with `interlock probe --json`');
  expect(await failure({ sandboxDir: '/nowhere' })).toContain('`interlock sandbox --out /nowhere`');
});
