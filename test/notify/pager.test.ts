import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PAGES_MAX } from '../../src/journal/index.ts';
import { BACKOFF_MAX_MS, GIVE_UP_MS } from '../../src/notify/retry.ts';
import { freeze, held, resume } from './records.ts';
import { settled, Simulation, type Behaviour } from './simulation.ts';

const MINUTE = 60_000;

async function started(...names: string[]): Promise<Simulation> {
  const simulation = new Simulation(...names);
  await simulation.start();
  return simulation;
}

test('a page leaves at once when its record is on the disk, and not before', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  simulation.append(freeze(simulation.now));
  await settled();
  expect(pager?.arrivals).toEqual([]);
  simulation.sync();
  await settled();
  expect(pager?.arrivals).toMatchObject([{ at: simulation.now, durable: true, page: { kind: 'freeze' } }]);
});

test('what fails is tried again, from about a second to about five minutes, until it is taken', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  if (pager === undefined) throw new Error('no channel');
  pager.behaviour = (attempt) => (attempt < 12 ? { status: 500 } : 'takes');
  simulation.append(freeze(simulation.now));
  await simulation.advance(60 * MINUTE);
  const gaps = pager.arrivals.slice(1).map(({ at }, index) => at - (pager.arrivals[index]?.at ?? 0));
  expect(gaps).toHaveLength(11);
  for (const [index, gap] of gaps.entries()) {
    const whole = Math.min(BACKOFF_MAX_MS, 2_000 * 2 ** index);
    expect(gap).toBeGreaterThanOrEqual(whole / 2);
    expect(gap).toBeLessThanOrEqual(whole);
  }
  simulation.sync();
  expect(simulation.attempts.map(({ attempt, outcome }) => `${attempt} ${outcome}`)).toEqual([
    ...Array.from({ length: 11 }, (_, index) => `${index + 1} failed`),
    '12 sent',
  ]);
});

test('a dead channel delays no other', async () => {
  const simulation = await started('dead', 'alive');
  const [dead, alive] = simulation.channels;
  if (dead === undefined || alive === undefined) throw new Error('no channels');
  dead.behaviour = () => 'hangs';
  const trippedAt = simulation.now;
  for (let index = 0; index < 20; index += 1) simulation.append(freeze(trippedAt, `bot${index}`));
  await simulation.advance(0);
  expect(alive.taken).toHaveLength(20);
  expect(alive.arrivals.every(({ at }) => at === trippedAt)).toBe(true);
  expect(dead.arrivals).toHaveLength(4);
});

test('a freeze goes before the held calls that wait', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  if (pager === undefined) throw new Error('no channel');
  pager.behaviour = () => 'hangs';
  for (let index = 0; index < 50; index += 1) simulation.append(held(simulation.now, `c${index}`));
  await simulation.advance(1_000);
  simulation.append(freeze(simulation.now));
  pager.behaviour = () => 'takes';
  await simulation.advance(2_000);
  expect(pager.arrivals.slice(4).map(({ page }) => page.kind)[0]).toBe('freeze');
});

test('Retry-After is kept for the whole channel, up to an hour', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  if (pager === undefined) throw new Error('no channel');
  pager.behaviour = (attempt) => (attempt === 1 ? { status: 429, retryAfterMs: 10 * 3_600_000 } : 'takes');
  simulation.append(freeze(simulation.now));
  await simulation.advance(MINUTE);
  simulation.append(freeze(simulation.now, 'other'));
  await simulation.advance(58 * MINUTE);
  expect(pager.arrivals).toHaveLength(1);
  await simulation.advance(2 * MINUTE);
  expect(pager.taken).toHaveLength(2);
});

test('a page that nobody takes for a day is given up on record, and the resume behind it still goes out', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  if (pager === undefined) throw new Error('no channel');
  pager.behaviour = () => ({ status: 503 });
  simulation.append(freeze(simulation.now));
  await simulation.advance(GIVE_UP_MS / 2);
  simulation.append(resume(simulation.now));
  await simulation.advance(GIVE_UP_MS / 2 + 2 * BACKOFF_MAX_MS);
  expect(simulation.attempts.filter(({ outcome }) => outcome === 'abandoned')).toMatchObject([{ status: 503 }]);
  expect(simulation.outbox.state()).toMatchObject({ waiting: 1, abandoned: [{ channel: 'pager' }] });
  pager.behaviour = () => 'takes';
  await simulation.advance(2 * BACKOFF_MAX_MS);
  expect(pager.arrivals.at(-1)?.page).toMatchObject({ kind: 'resume', incident: pager.arrivals[0]?.page.id });
});

test('pages beyond the bound are given up on record', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  if (pager === undefined) throw new Error('no channel');
  pager.behaviour = () => ({ status: 500 });
  for (let index = 0; index < PAGES_MAX + 5; index += 1) simulation.append(held(simulation.now, `c${index}`));
  await simulation.advance(0);
  simulation.sync();
  expect([...simulation.outbox.pending()]).toHaveLength(PAGES_MAX);
  expect(simulation.attempts.filter(({ outcome }) => outcome === 'abandoned')).toHaveLength(5);
});

test('pages for a channel that the policy has no more are given up on record, at the next start', async () => {
  const simulation = new Simulation('kept', 'gone');
  simulation.append(freeze(simulation.now));
  simulation.sync();
  (simulation.channels as unknown[]).pop();
  await simulation.start();
  await simulation.advance(0);
  expect(simulation.attempts.map(({ channel, outcome }) => `${channel} ${outcome}`)).toEqual([
    'gone abandoned',
    'kept sent',
  ]);
});

test('closing waits for what is under way, and leaves retries to the next start', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  if (pager === undefined) throw new Error('no channel');
  pager.behaviour = () => ({ status: 500 });
  simulation.append(freeze(simulation.now));
  await simulation.stop();
  await simulation.advance(10 * MINUTE);
  expect(pager.arrivals).toHaveLength(1);
  expect([...simulation.outbox.pending()]).toMatchObject([{ waiting: { pager: 1 } }]);
});

test('a page that cannot be put into words is a failure like any other, and harms no other page', async () => {
  const simulation = await started('pager');
  const unspeakable = held(simulation.now, 'c1');
  const facts = { ...unspeakable.facts, amount: { micros: 'a lot', currency: 'USD' } };
  simulation.append({ ...unspeakable, facts });
  simulation.append(freeze(simulation.now));
  await simulation.advance(0);
  simulation.sync();
  expect(simulation.attempts.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'sent']);
});

test('a journal that takes no more attempts stops the pager, which says so, rather than send for ever', async () => {
  const simulation = await started('pager');
  const [pager] = simulation.channels;
  simulation.append(freeze(simulation.now));
  simulation.append(freeze(simulation.now, 'other'));
  simulation.takesAttempts = false;
  await simulation.advance(GIVE_UP_MS);
  expect(simulation.faults).not.toEqual([]);
  expect(pager?.arrivals.length).toBeLessThanOrEqual(2);
});

type Step =
  | { readonly kind: 'freeze' | 'resume'; readonly agent: string }
  | { readonly kind: 'hold' | 'sync' | 'crash' | 'settle' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'channel'; readonly index: number; readonly behaviour: Behaviour };

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.constantFrom<Behaviour>('takes', 'hangs', 'breaks', 'takes silently'),
  fc.record({ status: fc.constantFrom(302, 400, 404, 429, 500, 503), retryAfterMs: fc.nat(100_000) }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('freeze', 'resume'), agent: fc.constantFrom('bot', 'other') }),
  fc.record({ kind: fc.constantFrom('hold', 'sync', 'crash', 'settle') }),
  fc.record({ kind: fc.constant('pass'), ms: fc.nat(400_000) }),
  fc.record({ kind: fc.constant('channel'), index: fc.nat(1), behaviour }),
);

async function play(simulation: Simulation, one: Step, calls: { count: number }): Promise<void> {
  switch (one.kind) {
    case 'freeze':
      return simulation.append(freeze(simulation.now, one.agent));
    case 'resume':
      return simulation.append(resume(simulation.now, one.agent));
    case 'hold':
      return simulation.append(held(simulation.now, `c${(calls.count += 1)}`));
    case 'sync':
      return simulation.sync();
    case 'settle':
      return settled();
    case 'crash':
      return simulation.crash();
    case 'pass':
      return simulation.advance(one.ms);
    case 'channel': {
      const channel = simulation.channels[one.index];
      if (channel !== undefined) channel.behaviour = () => one.behaviour;
    }
  }
}

test('whatever fails, hangs, breaks or crashes: every page on record reaches every channel, in order, and none after it was recorded as sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const simulation = await started('one', 'two');
      const calls = { count: 0 };
      for (const one of steps) await play(simulation, one, calls);
      for (const channel of simulation.channels) channel.behaviour = () => 'takes';
      await simulation.advance(BACKOFF_MAX_MS + MINUTE);
      // Twice: a resume waits for its freeze.
      await simulation.advance(BACKOFF_MAX_MS + MINUTE);
      simulation.sync();

      const causes = simulation.records
        .filter(({ kind }) => kind === 'freeze' || kind === 'resume' || kind === 'call')
        .map(({ seq, hash }) => `page_${seq}_${hash.slice(0, 12)}`);
      expect([...simulation.outbox.pending()]).toEqual([]);
      for (const { name, arrivals, taken } of simulation.channels) {
        // At least once, by the one id that its record gives it; nothing that a crash undid.
        expect(new Set(taken)).toEqual(new Set(causes));
        // Never before its record was on the disk.
        expect(arrivals.filter(({ durable }) => !durable)).toEqual([]);
        // Once it is on record as sent, never again.
        for (const page of causes) {
          const sent = simulation.attempts.filter(
            (one) => one.page === page && one.channel === name && one.outcome === 'sent',
          );
          expect(sent).toHaveLength(1);
          expect(arrivals.findLast((arrival) => arrival.page.id === page)?.at).toBeLessThanOrEqual(sent[0]?.at ?? 0);
        }
        // No channel takes a resume before the freeze that it ends.
        for (const { page } of arrivals.filter((arrival) => arrival.page.kind === 'resume')) {
          if (page.incident !== page.id) expect(taken.slice(0, taken.indexOf(page.id))).toContain(page.incident);
        }
      }
    }),
    { numRuns: 500 },
  );
}, 120_000);
