import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Claim } from '../../src/engine/standings.ts';
import { newSigningKey, readSigningKey, type CheckpointSigner, type Entry } from '../../src/journal/index.ts';
import type { Promotion } from '../../src/promotion/index.ts';
import { entryOf, forge, recordsOf } from '../journal/rewrite.ts';
import { AGENT, rig, type Rig, type RigOptions } from './open-door.ts';
import { expectDecidedAgain, promotionAt } from './promotions.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';
import { SimpleShadow } from './simple-shadow.ts';

const ROUTES = `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund:
  match: POST /v1/refunds
  upstream: api
  effect: money
  subject: "charge:{body.charge}"
  amount: { minor: body.amount, currency: usd }
close:
  match: POST /v1/charges/{id}/close
  upstream: api
  effect: write
  subject: "charge:{id}"
  precondition: { read: "GET /v1/charges/{id}", require: "response.body.open == true" }
`;
const HOUR_MS = 3_600_000;
const OTHER = 'other';

let upstream: RawUpstream;
let door: Rig;
let signer: CheckpointSigner;
let options: RigOptions;
/** What a charge looks like upstream, and what it waits for. */
let charge: { open: boolean; before: Promise<void> };

beforeEach(async () => {
  charge = { open: true, before: Promise.resolve() };
  upstream = await rawUpstream((request, wire) => {
    const body = request.method === 'GET' ? JSON.stringify({ open: charge.open }) : '{"ok":true}';
    void charge.before.then(() => wire.send(answer(200, { 'Content-Type': 'application/json' }, body)));
  });
  const read = readSigningKey(newSigningKey('gate.example/refunds'));
  if (!read.ok) throw new Error(read.failure);
  signer = read.value;
  options = {
    routes: ROUTES,
    allow: '[get_charge, refund, close]',
    stage: 'production',
    others: [OTHER],
    rules: 'segment: [{ route: refund, by: body.customer, share: 100% }, { route: close, by: subject, share: 100% }]',
    sections: `promotion: { keys: ["${signer.verifierKey}"], expires: 30d, limited: {}, production: {} }\n`,
    shadow: new SimpleShadow(),
  };
  door = await rig(upstream.origin, options);
});
afterEach(async () => {
  await door.close();
  await upstream.close();
});

const writes = (): number => upstream.requests.filter(({ method }) => method === 'POST').length;

async function post(target: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  const before = writes();
  const response = await fetch(new URL(target, door.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const told = (await response.json()) as { readonly type?: string };
  if (writes() > before) return 'sent';
  return told.type?.split(':').at(-1) ?? response.headers.get('interlock-verdict') ?? String(response.status);
}

const refund = (id: string, headers?: Record<string, string>): Promise<string> =>
  post('/v1/refunds', { charge: id, customer: 'cus_1', amount: 100 }, headers);
const operations = () => door.door.operations;
const stageOf = (agent: string): string => door.door.engine.standings.of(agent as never, door.door.clock.now()).stage;
const fall = { rule: 'harm', observed: '3 of 40', limit: '1%' };

async function admitted(changed: Partial<Promotion> = {}): Promise<string> {
  const result = await operations().admitPromotion(await promotionAt(door, signer, changed), 'ana');
  if (!result.ok) throw new Error(result.failure.message);
  return result.value.promotion;
}

async function reopened(between: (dir: string) => void = () => undefined, over: Partial<RigOptions> = {}) {
  const { dir } = door;
  await door.close();
  between(dir);
  door = await rig(upstream.origin, { ...options, ...over, dir });
}

/** Another policy for the same agents. */
const changed = { rules: 'segment: [{ route: refund, by: body.customer, share: 50% }]' };

describe('what somebody took back stays taken back', () => {
  test('a promotion is not revoked in the name of another agent while its own goes on', async () => {
    const id = await admitted();
    const revoked = await operations().revokePromotion(id, OTHER, 'ana', 'signed by mistake');
    expect(revoked).toMatchObject({ ok: false, failure: { status: 409 } });
    expect(await operations().revokePromotion(id, AGENT, 'ana', 'signed by mistake')).toMatchObject({ ok: true });
    expect(stageOf(AGENT)).toBe('shadow');
  });

  test('a demotion under another policy is not undone by going back to the first', async () => {
    await admitted({ stage: 'production' });
    await reopened(undefined, changed);
    await admitted({ stage: 'production' });
    expect(await operations().fall(AGENT, fall, 'harm')).toMatchObject({ ok: true });
    await reopened();
    expect(stageOf(AGENT)).toBe('shadow');
    expect(await refund('ch_1')).toBe('captured');
    await expectDecidedAgain(door);
  });

  test('a demotion takes every promotion to the stage, and not the last alone', async () => {
    await admitted();
    await admitted();
    expect(await operations().demote(AGENT, 'ana', 'to be sure')).toMatchObject({ value: { stage: 'shadow' } });
    expect(await refund('ch_1')).toBe('captured');
  });

  test('a demotion holds that comes while the end of an emergency is being written down', async () => {
    let written = Promise.resolve();
    await reopened(undefined, {
      journal: (journal) => ({
        append: (entry) => journal.append(entry),
        durable: async () => {
          await journal.durable();
          await written;
        },
      }),
    });
    const glass = { agent: AGENT, stage: 'production', by: 'ana', reason: 'the queue burns' };
    const broken = await operations().breakGlass({ ...glass, lastsMs: 1_000 });
    await admitted();
    await admitted({ stage: 'production' });
    const until = broken.ok ? broken.value.until! : 0;
    await expect.poll(() => door.door.clock.now(), { timeout: 3_000 }).toBeGreaterThan(until);
    let go = (): void => undefined;
    written = new Promise((resolve) => (go = resolve));
    // It is told that the glass is whole again, and then that the promotion ends soon.
    const told = operations().tellEnds();
    const fallen = operations().fall(AGENT, fall, 'harm');
    go();
    await Promise.all([told, fallen]);
    expect(stageOf(AGENT)).toBe('limited');
    await expectDecidedAgain(door);
  });

  test('an emergency that was ended under another policy does not begin again with the first', async () => {
    const glass = { agent: AGENT, stage: 'production', lastsMs: HOUR_MS, by: 'ana', reason: 'the queue burns' };
    await operations().breakGlass(glass);
    await reopened(undefined, changed);
    await operations().breakGlass(glass);
    await operations().endGlass(AGENT, 'ana', 'it is out');
    await reopened();
    expect(stageOf(AGENT)).toBe('shadow');
  });
});

test('a promotion that is admitted every night gives whoever watches no fresh start', async () => {
  const envelope = await promotionAt(door, signer);
  const admit = () => operations().admitPromotion(envelope, 'ana');
  const first = await admit();
  expect(await admit()).toMatchObject({ ok: true, value: { stage: 'limited', before: 'limited' } });
  expect(first).toMatchObject({ ok: true, value: { stage: 'limited', before: 'shadow' } });
  expect((await door.records()).filter(({ kind }) => kind === 'standing')).toHaveLength(1);
});

describe('what stands in the data directory', () => {
  const glassUntil = (until: number | null): Claim => {
    return { stage: 'production', step: null, until, ground: 'break_glass', id: 'glass_0123456789abcdef' };
  };
  /** The record that somebody adds who holds the disk and knows the format. */
  const written = (claims: readonly Claim[], cause: object): ((dir: string) => void) => {
    return (dir) => {
      const records = recordsOf(dir);
      const { at } = records.at(-1)!;
      const { digest } = records.findLast(({ kind }) => kind === 'policy') as { digest: string } & Entry;
      const who = { kind: 'standing', at, agent: AGENT, policy: digest, was: 'shadow', stands: 'production' };
      forge(dir, [...records.map(entryOf), { ...who, claims, cause, by: 'human:ana', reason: 'x' } as never]);
    };
  };

  test.each([
    ['never ends', () => glassUntil(null)],
    ['ends in a year', () => glassUntil(Date.now() + 365 * 24 * HOUR_MS)],
  ])('a broken glass that %s is none, whoever wrote it down', async (_, claim) => {
    await reopened(written([claim()], { what: 'break_glass', stage: 'production', until: claim().until }));
    expect(stageOf(AGENT)).toBe('shadow');
    expect(door.door.lapsed).toHaveLength(1);
    expect(await refund('ch_1')).toBe('captured');
  });

  test.each<[string, (claim: Claim) => Partial<Claim>]>([
    ['for more', () => ({ stage: 'production' })],
    ['for a step of a ramp', () => ({ step: 2 })],
    ['for longer', ({ until }) => ({ until: until! + 1 })],
    ['for ever', () => ({ until: null })],
    ['under another name', () => ({ id: `promotion_${'0'.repeat(32)}` })],
    ['under the name of a file elsewhere', ({ id }) => ({ id: `../promotions/${id}` })],
  ])('a promotion that was admitted lets nobody out %s', async (_, change) => {
    const id = await admitted();
    const [claim] = door.door.engine.standings.claims(AGENT as never) as [Claim];
    await reopened(written([{ ...claim, ...change(claim) }], { what: 'promoted', promotion: id, envelope: '{}' }));
    expect(stageOf(AGENT)).toBe('shadow');
    expect(door.door.lapsed).toHaveLength(1);
    expect(await refund('ch_1')).toBe('captured');
  });

  test('a file in the place of promotions that nobody admitted is nothing', async () => {
    const envelope = await promotionAt(door, signer);
    await reopened((dir) => {
      mkdirSync(path.join(dir, 'promotions'));
      writeFileSync(path.join(dir, 'promotions', `promotion_${'0'.repeat(32)}.json`), envelope);
    });
    expect(await refund('ch_1')).toBe('captured');
  });

  test('a broken glass that came in by the way, without a record of it, is none', async () => {
    const claim = glassUntil(Date.now() + HOUR_MS);
    await reopened(written([claim], { what: 'glass_ended' }));
    expect(stageOf(AGENT)).toBe('shadow');
  });

  test.each([['promotion'], ['break_glass']] as const)(
    'a snapshot in which somebody wrote a claim by %s lets nobody out',
    async (ground) => {
      await reopened(undefined, {});
      const claim = { ...glassUntil(Date.now() + HOUR_MS), ground };
      await reopened((dir) => {
        const snapshots = path.join(dir, 'snapshots');
        const names = readdirSync(snapshots).filter((name) => !name.endsWith('.tmp'));
        expect(names.length).toBeGreaterThan(0);
        for (const name of names) {
          const [, text = ''] = readFileSync(path.join(snapshots, name), 'utf8').split('\n');
          const snapshot = JSON.parse(text) as { engine: { standings: { claims: unknown[] } } };
          snapshot.engine.standings.claims = [[AGENT, [claim]]];
          const edited = JSON.stringify(snapshot);
          writeFileSync(path.join(snapshots, name), `${hash('sha256', edited)}\n${edited}\n`);
        }
      });
      expect(stageOf(AGENT)).toBe('shadow');
      expect(door.door.lapsed).toHaveLength(1);
      expect(await refund('ch_1')).toBe('captured');
    },
  );

  test('a glass that a named human broke is still broken after a restart', async () => {
    await operations().breakGlass({ agent: AGENT, stage: 'production', lastsMs: HOUR_MS, by: 'ana', reason: 'fire' });
    await admitted();
    await reopened();
    await reopened();
    expect(door.door.lapsed).toEqual([]);
    expect(stageOf(AGENT)).toBe('production');
    expect(await refund('ch_1')).toBe('sent');
  });
});

describe('a write that waits while its agent rises or falls', () => {
  test('in shadow for its precondition, is not sent on what captured writes made it see', async () => {
    // In this session the charge is open again; upstream it is closed.
    expect(await post('/v1/refunds', { charge: 'ch_1', customer: 'cus_1', amount: 1, open: true })).toBe('captured');
    charge.open = false;
    let go = (): void => undefined;
    charge.before = new Promise((resolve) => (go = resolve));
    const closing = post('/v1/charges/ch_1/close', {});
    await expect.poll(() => upstream.requests.length).toBe(1);
    await admitted();
    go();
    charge.before = Promise.resolve();
    expect(await closing).not.toBe('sent');
    expect(writes()).toBe(0);
    await expectDecidedAgain(door);
  });

  test('in shadow for its precondition, is sent once what is real has been read', async () => {
    let go = (): void => undefined;
    charge.before = new Promise((resolve) => (go = resolve));
    const closing = post('/v1/charges/ch_1/close', {});
    await expect.poll(() => upstream.requests.length).toBe(1);
    await admitted();
    go();
    charge.before = Promise.resolve();
    expect(await closing).toBe('sent');
    await expectDecidedAgain(door);
  });

  test('in limited for its precondition, is captured once its agent was demoted', async () => {
    await admitted();
    let go = (): void => undefined;
    charge.before = new Promise((resolve) => (go = resolve));
    const closing = post('/v1/charges/ch_1/close', {});
    await expect.poll(() => upstream.requests.length).toBe(1);
    await operations().fall(AGENT, fall, 'harm');
    go();
    expect(await closing).toBe('captured');
    await expectDecidedAgain(door);
  });

  test('with an idempotency key it was captured with, is sent after the promotion', async () => {
    const key = { 'idempotency-key': 'k1' };
    expect(await refund('ch_1', key)).toBe('captured');
    expect(await refund('ch_1', key)).toBe('captured');
    await admitted();
    expect(await refund('ch_1', key)).toBe('sent');
    await operations().demote(AGENT, 'ana', 'to be sure');
    expect(await refund('ch_1', key)).toBe('captured');
    expect(writes()).toBe(1);
    await expectDecidedAgain(door);
  });

  test('under way when its agent falls, goes on, and the next does not', async () => {
    await admitted();
    let go = (): void => undefined;
    charge.before = new Promise((resolve) => (go = resolve));
    const first = refund('ch_1');
    await expect.poll(writes).toBe(1);
    await operations().fall(AGENT, fall, 'harm');
    expect(await refund('ch_2')).toBe('captured');
    go();
    await first;
    expect(writes()).toBe(1);
    await expectDecidedAgain(door);
  });
});
