import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Adversary } from '../../../src/lab/adversaries/adversary.ts';
import type { RuleId } from '../../../src/engine/ids.ts';
import type { Oracle } from '../../../src/lab/oracles/oracle.ts';
import type { Field } from '../../../src/lab/probe/field.ts';
import { isFound, type Progress } from '../../../src/lab/probe/result.ts';
import { runCourse } from '../../../src/lab/probe/run-course.ts';
import { BATCH_RUNS, search, searching, type SearchOptions } from '../../../src/lab/probe/search.ts';
import { Threw } from '../../../src/lab/probe/threw.ts';
import { refundedMore, refundedTwice } from './refund-oracles.ts';
import { refundsField } from './refunds-field.ts';
import { LEAKY_RULES, plainly } from './search-result.ts';
import { plug, simpleAdversaries, sleeper, spender } from './simple-adversaries.ts';

const still = { now: () => 0 };
const base: SearchOptions = { seed: 3, runs: 200, clock: still };
const fiftyAnHour = refundedMore(50_000_000n, 3_600_000);

describe('a search', () => {
  test('finds that nothing forbids a second refund, as two calls and no more', () => {
    const field = refundsField('    rates: [{ route: create_refund, max: 20, per: 1h }]');
    const result = search(field, [refundedTwice], simpleAdversaries, base);
    expect(result.ended).toBe('found');
    expect(isFound(result)).toBe(true);
    const [discovery] = result.discoveries;
    expect(discovery?.course.steps.map(({ kind }) => kind)).toEqual(['call', 'call']);
    expect(discovery?.harm.text).toMatch(/was refunded 2 times/);
    expect(discovery?.runs).toBe(result.runs);
    expect(discovery?.path).toMatch(/^\d+\/\d+(:\d+)*$/);
    expect(discovery?.moves.join()).toMatch(/spender/);
    for (const course of [discovery!.course, discovery!.original]) {
      expect(runCourse(field, [refundedTwice], course)?.oracle).toBe('refunded twice');
    }
  });

  test('finds none where there is none, and says how far it got', () => {
    const field = refundsField('    once: [{ route: create_refund, per: subject }]');
    const result = search(field, [refundedTwice], simpleAdversaries, base);
    expect(result).toMatchObject({ ended: 'runs', runs: 200, discoveries: [], bugs: [] });
    expect(isFound(result)).toBe(false);
    expect(result.calls).toBeGreaterThan(1_000);
    expect(result.calls).toBe(result.adversaries.reduce((sum, { calls }) => sum + calls, 0));
    expect(result.virtualMs).toBeGreaterThan(30 * 86_400_000);
    expect(result.oracles).toContainEqual({ ...named(refundedTwice), broken: false });
  });

  test('tells a broken promise where the same deed breaks a rule too: it is a bug, and no hole', () => {
    const promise: Oracle = {
      ...refundedTwice,
      name: 'I5',
      promise: true,
      watch: () => {
        const inner = refundedTwice.watch();
        return {
          see: (deed) => {
            const harm = inner.see(deed);
            return harm && { ...harm, oracle: 'I5', promise: true };
          },
        };
      },
    };
    const field = refundsField('    rates: [{ route: create_refund, max: 20, per: 1h }]');
    const { bugs, discoveries, oracles } = search(field, [refundedTwice, promise], simpleAdversaries, base);
    expect(discoveries).toEqual([]);
    expect(bugs.map(({ harm }) => harm.oracle)).toEqual(['I5']);
    expect(oracles.slice(0, 2).map(({ name, broken }) => [name, broken])).toEqual([
      ['refunded twice', false],
      ['I5', true],
    ]);
  });

  test('stops at its first discovery, and goes on with the other oracles where it is told to', () => {
    const field = refundsField('    collar: [{ max: 50 USD }]');
    const oracles = [refundedTwice, fiftyAnHour];
    const first = search(field, oracles, simpleAdversaries, base);
    expect(first.discoveries).toHaveLength(1);
    const all = search(field, oracles, simpleAdversaries, { ...base, keepGoing: true });
    expect(all.ended).toBe('all broken');
    expect(all.discoveries.map(({ harm }) => harm.oracle).toSorted()).toEqual(['refunded more', 'refunded twice']);
    expect(all.discoveries[0]).toEqual(first.discoveries[0]);
  });

  test('looks at the clock between batches alone: what it finds by then is what the same runs find', () => {
    let now = 0;
    const clock = { now: () => (now += 1_000) };
    const timed = search(safeField(), [refundedTwice], simpleAdversaries, { seed: 5, timeMs: 20_000, clock });
    expect(timed.ended).toBe('time');
    expect(timed.runs % BATCH_RUNS).toBe(0);
    const counted = search(safeField(), [refundedTwice], simpleAdversaries, { ...base, seed: 5, runs: timed.runs });
    expect(plainly({ ...timed, ended: 'runs' })).toBe(plainly(counted));
  });

  test('whose time is up before its first run makes one batch all the same', () => {
    let now = 0;
    const clock = { now: () => (now += 10_000) };
    const result = search(safeField(), [refundedTwice], simpleAdversaries, { seed: 5, timeMs: 1, clock });
    expect(result).toMatchObject({ ended: 'time', runs: BATCH_RUNS });
    expect(result.calls).toBeGreaterThan(0);
  });

  test('tells how far it is after every batch', () => {
    const heard: Progress[] = [];
    search(safeField(), [], simpleAdversaries, { ...base, runs: 50 }, (progress) => heard.push(progress));
    expect(heard.map(({ runs }) => runs)).toEqual([20, 40, 50]);
    expect(heard.at(-1)!.reached).toBeGreaterThan(heard[0]!.reached - 1);
    expect(heard.at(-1)!.nearest).toMatchObject({ whose: 'bot', what: 'USD a day' });
  });

  test('has nothing to do where no adversary has', () => {
    const idle: Adversary = { name: 'idle', title: 'Idles.', moves: () => [] };
    expect(search(safeField(), [], [idle], base)).toMatchObject({ ended: 'nothing to do', runs: 0, calls: 0 });
  });

  test('that breaks itself says so, with seed and path, and takes it for no discovery', () => {
    const clumsy: Adversary = {
      name: 'clumsy',
      title: 'Trips over its feet.',
      moves: () => [
        fc.constant({
          run: () => {
            throw new TypeError('ouch');
          },
          toString: () => 'clumsy: trips',
        }),
      ],
    };
    expect(() => search(safeField(), [refundedTwice], [spender, clumsy], base)).toThrow(
      /The probe itself broke.*seed -?\d+, path [\d:]+.*clumsy: trips/,
    );
  });

  test('ends behind the batch in which it is told to, with what those runs found', () => {
    const steps = searching(safeField(), [refundedTwice], simpleAdversaries, { ...base, seed: 5 });
    steps.next(false);
    steps.next(false);
    const { value } = steps.next(true);
    const counted = search(safeField(), [refundedTwice], simpleAdversaries, { ...base, seed: 5, runs: 2 * BATCH_RUNS });
    expect(value).toMatchObject({ ended: 'interrupted', runs: 2 * BATCH_RUNS });
    expect(plainly({ ...counted, ended: 'interrupted' })).toBe(plainly(value as typeof counted));
  });

  test('told to end while it shrinks what it found, it tells what it has', () => {
    const field = refundsField('    rates: [{ route: create_refund, max: 20, per: 1h }]');
    const steps = searching(field, [refundedTwice], simpleAdversaries, base);
    let pauses = 0;
    for (let step = steps.next(true); ; step = steps.next(true)) {
      if (step.done !== true) {
        pauses += 1;
        continue;
      }
      const [discovery] = step.value.discoveries;
      expect(step.value.ended).toBe('found');
      expect(runCourse(field, [refundedTwice], discovery!.course)?.oracle).toBe('refunded twice');
      break;
    }
    // One course of the shrinking, and the batch.
    expect(pauses).toBe(2);
  });

  test('names an oracle that throws, what it saw, and how to come there again', () => {
    const loud: Oracle = {
      name: 'loud',
      text: 'nothing',
      watch: () => ({
        see: () => {
          throw new TypeError('ouch');
        },
      }),
    };
    let thrown: unknown;
    try {
      search(safeField(), [loud], simpleAdversaries, base);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Threw);
    const { by, message, doing, where } = thrown as Threw;
    expect({ by, message }).toEqual({ by: { kind: 'oracle', oracle: 'loud' }, message: 'ouch' });
    expect(doing).toMatch(/^it saw `.+` of `.+` by bot, call_\d+ of \w+$/);
    expect(where).toMatch(/^seed 3, path 0\/[\d:]+$/);
  });

  test('an oracle that cannot even begin ends the search: nobody is told that it holds', () => {
    const dead: Oracle = {
      name: 'dead',
      text: 'nothing',
      watch: () => {
        throw new TypeError('ouch');
      },
    };
    expect(() => search(safeField(), [dead], simpleAdversaries, base)).toThrow(Threw);
  });

  test('takes a guard that fails for a bug of Interlock’s', () => {
    const result = search(withBrokenGuard(), [refundedTwice], simpleAdversaries, base);
    expect(result).toMatchObject({ ended: 'found', discoveries: [] });
    expect(result.bugs[0]?.harm.text).toBe('`bot.inflight` failed on a call of create_refund: no maximum today');
    expect(isFound(result)).toBe(true);
  });
});

describe('the same seed finds the same', () => {
  const oracles = [refundedTwice, refundedMore(30_000_000n, 3_600_000)];
  const options = { seed: 11, runs: 300, keepGoing: true, clock: still };
  const here = (seed = 11): string =>
    plainly(search(refundsField(LEAKY_RULES), oracles, simpleAdversaries, { ...options, seed }));
  const expected = here();

  test('again, and another seed something else', () => {
    expect(JSON.parse(expected)).toMatchObject({ discoveries: [{}, {}] });
    expect(here()).toBe(expected);
    expect(here(12)).not.toBe(expected);
  });

  test('in another process, with another language and in another time zone', async () => {
    const child = path.join(import.meta.dirname, 'search.child.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [child], {
      env: { ...process.env, TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(stdout.trimEnd()).toBe(expected);
  });
});

function named({ name, text }: Oracle): Pick<Oracle, 'name' | 'text'> {
  return { name, text };
}

function safeField(): Field {
  return refundsField(
    '    once: [{ route: create_refund, per: subject }]\n    budgets: [{ max: 50 USD, per: day, timezone: UTC }]',
  );
}

/** A field whose policy has a rule that throws when it is asked. */
function withBrokenGuard(): Field {
  const field = refundsField('    collar: [{ max: 50 USD }]');
  const rule = { rule: 'bot.inflight' as RuleId, routes: 'all' as const, max: 1 };
  // Hidden from those who look for limits before the search begins.
  const get = (): never => {
    throw new Error('no maximum today');
  };
  Object.defineProperty(rule, 'max', { get, enumerable: false });
  const agents = [...field.loaded.policy.agents].map(([id, agent]) => {
    return [id, { ...agent, rules: { ...agent.rules, inflight: [rule] } }] as const;
  });
  const policy = { ...field.loaded.policy, agents: new Map(agents) };
  return { ...field, loaded: { ...field.loaded, policy } };
}

// `plug` and `sleeper` are part of the simple ones; named here so that a search with one of them alone is tried too.
test.each([plug, sleeper])('$name alone does no harm', (adversary) => {
  const result = search(refundsField('    collar: [{ max: 50 USD }]'), [refundedTwice], [adversary], {
    ...base,
    runs: 20,
  });
  expect(result).toMatchObject({ ended: 'runs', calls: 0, discoveries: [], bugs: [] });
});
