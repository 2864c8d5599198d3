import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prng } from '../../src/std/prng.ts';
import { openJournal, readJournal, verifyJournal } from '../../src/journal/index.ts';
import { JournalDamaged } from '../../src/journal/errors.ts';
import { interlock, UPSTREAM_KEY } from '../cli/served.ts';
import { AGENT, LONG_MS, REFUND_USD, ROUNDS, SEED } from './live.ts';
import { keepJournal, type Kept } from './kept.ts';

/** `INTERLOCK_FAULT_DAMAGE=all npx vitest run test/faults/damage.test.ts`: every byte and every bit, some minutes. */
const ALL = process.env['INTERLOCK_FAULT_DAMAGE'] === 'all';
/** How many places are tried where not all are. */
const SAMPLE = 60 * ROUNDS;

let kept: Kept;
beforeAll(async () => {
  kept = await keepJournal();
}, LONG_MS);
afterAll(() => kept.remove());

/** All of `count` places, or some that a seed names, the last ones always among them. */
function places(count: number, salt: number): readonly number[] {
  if (ALL) return Array.from({ length: count }, (_, place) => place);
  const random = prng(SEED + salt);
  const some = Array.from({ length: SAMPLE }, () => random.below(count));
  return [...new Set([...some, ...Array.from({ length: 60 }, (_, back) => count - 1 - back)])];
}

/** Starts on a damaged data directory: what it refuses with, or what its books say of the charges that were truly refunded. */
async function startOn(dir: string): Promise<{ readonly refused: string } | { readonly forgotten: readonly string[] }> {
  try {
    const onFailure = (error: Error): never => {
      throw error;
    };
    const opened = await openJournal({ dir, policy: kept.policy, now: () => kept.now, onFailure });
    await opened.close();
    const { forgotten, spentUsd } = kept.books(opened.engine);
    expect(spentUsd + 1e-6).toBeGreaterThanOrEqual((kept.refunded.length - forgotten.length) * REFUND_USD);
    return { forgotten };
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    return { refused: error.message };
  }
}

test(
  `I7, I3: every bit flipped (seed ${SEED}) is found, in its own line and never behind its byte; a start refuses or forgets nothing`,
  async () => {
    const whole = kept.bytes;
    const counts = { bits: 0, refused: 0, recovered: 0 };
    for (const bit of places(whole.length * 8, 1)) {
      const offset = bit >> 3;
      const changed = Buffer.from(whole);
      changed[offset] = (whole[offset] as number) ^ (1 << (bit & 7));
      const dir = kept.copy(changed);
      const found = await verifyJournal(dir);
      const where = `bit ${bit & 7} of byte ${offset}`;
      expect(found, where).toMatchObject({ ok: false });
      if (!found.ok) {
        expect(found.offset, where).toBeLessThanOrEqual(offset);
        expect(found.offset, where).toBeGreaterThanOrEqual(offset === 0 ? 0 : whole.lastIndexOf(0x0a, offset - 1) + 1);
      }
      const started = await startOn(dir);
      if ('forgotten' in started) expect(started.forgotten, where).toEqual([]);
      else expect(started.refused, where).toMatch(/Failed to read journal .* at byte \d+: .*audit verify/);
      counts[`refused` in started ? 'refused' : 'recovered'] += 1;
      counts.bits += 1;
    }
    console.log(
      `${counts.bits} of ${whole.length * 8} bits flipped: ${counts.refused} starts refused, ${counts.recovered} recovered`,
    );
  },
  LONG_MS,
);

test(
  `I7, I3: cut at any byte (seed ${SEED}) it is a torn tail or a shorter journal; a start counts all that is left as spent`,
  async () => {
    const whole = kept.bytes;
    let cuts = 0;
    for (const size of places(whole.length + 1, 2)) {
      const left = whole.subarray(0, size);
      const end = left.lastIndexOf(0x0a) + 1;
      const dir = kept.copy(left);
      const found = await verifyJournal(dir);
      expect(found, `cut at ${size}`).toMatchObject({
        ok: true,
        records: left.toString('latin1').split('\n').length - 1,
      });
      if (found.ok) expect(found.torn?.offset, `cut at ${size}`).toBe(end === size ? undefined : end);
      const started = await startOn(dir);
      // Only a charge whose very intent was cut off may be refunded again: nothing on this disk tells of it any more.
      expect(started, `cut at ${size}`).toEqual({ forgotten: kept.untold(end) });
      // What was torn is kept aside, and said.
      const [recovery] = [...readJournal(dir)].filter(({ kind }) => kind === 'recovery').slice(-1);
      if (end < size) expect(recovery, `cut at ${size}`).toMatchObject({ quarantined: { bytes: size - end } });
      expect(await verifyJournal(dir)).toMatchObject({ ok: true });
      cuts += 1;
    }
    console.log(`${cuts} of ${whole.length + 1} places to cut at`);
  },
  LONG_MS,
);

test('I7: a journal that ends before its snapshot is refused, wherever it is cut', async () => {
  const ends = [...kept.bytes.toString('latin1').matchAll(/\n/g)].map(({ index }) => index + 1);
  for (const end of ends) {
    const dir = kept.copy(kept.bytes.subarray(0, end), 'snapshot');
    expect(await verifyJournal(dir)).toMatchObject({ ok: false });
    expect(await startOn(dir)).toMatchObject({ refused: expect.stringContaining('a snapshot was taken of record') });
  }
});

test('a real door does not start on a damaged journal, and says where it is and what to do', async () => {
  const changed = Buffer.from(kept.bytes);
  const offset = changed.indexOf(AGENT, changed.length >> 1);
  changed[offset] = (changed[offset] as number) ^ 4;
  const dir = kept.copy(changed);
  const args = ['--policy', kept.policyFile, '--data', dir, '--port', '0', '--control-port', '0'];
  process.env['UPSTREAM_KEY'] = UPSTREAM_KEY;
  const served = await interlock('serve', ...args);
  expect(served).toMatchObject({ code: 1, stderr: expect.stringMatching(/Failed to read journal .*audit verify/) });
  expect(fs.existsSync(path.join(dir, 'control.json'))).toBe(false);
});
