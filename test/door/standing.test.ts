import { rmSync, writeFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newSigningKey, readSigningKey, type CheckpointSigner } from '../../src/journal/index.ts';
import type { Promotion } from '../../src/promotion/index.ts';
import { AGENT, rig, type Rig, type RigOptions } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';
import { expectDecidedAgain, promotionAt } from './promotions.ts';
import { SimpleShadow } from './simple-shadow.ts';

const ROUTES = `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund:
  match: POST /v1/refunds
  upstream: api
  effect: money
  subject: "charge:{body.charge}"
  amount: { minor: body.amount, currency: usd }
`;
const HOUR_MS = 3_600_000;

let upstream: RawUpstream;
let door: Rig;
let signer: CheckpointSigner;
let options: RigOptions;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) =>
    wire.send(answer(200, { 'Content-Type': 'application/json' }, '{"ok":true}')),
  );
  const read = readSigningKey(newSigningKey('gate.example/refunds'));
  if (!read.ok) throw new Error(read.failure);
  signer = read.value;
  options = {
    routes: ROUTES,
    allow: '[get_charge, refund]',
    stage: 'production',
    rules: 'segment: [{ route: refund, by: body.customer, share: 100% }]\nonce: [{ route: refund, per: subject }]',
    sections: `promotion: { keys: ["${signer.verifierKey}"], expires: 30d, limited: {}, production: {} }\n`,
    shadow: new SimpleShadow(),
  };
  door = await rig(upstream.origin, options);
});
afterEach(async () => {
  await door.close();
  await upstream.close();
});

/** What became of one refund: how it was answered, and whether the upstream got it. */
async function refund(charge: string, customer = 'cus_1'): Promise<string> {
  const before = upstream.requests.length;
  const response = await fetch(new URL('/v1/refunds', door.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ charge, customer, amount: 100 }),
  });
  const body = (await response.json()) as { readonly type?: string };
  if (upstream.requests.length > before) return 'sent';
  return body.type?.split(':').at(-1) ?? response.headers.get('interlock-verdict') ?? String(response.status);
}

const operations = () => door.door.operations;
const stageNow = (): string => door.door.engine.standings.of(AGENT as never, door.door.clock.now()).stage;

const promotion = (changed: Partial<Promotion> = {}): Promise<string> => promotionAt(door, signer, changed);

async function admitted(changed: Partial<Promotion> = {}): Promise<string> {
  const result = await operations().admitPromotion(await promotion(changed), 'ana');
  if (!result.ok) throw new Error(result.failure.message);
  return result.value.promotion;
}

const expectSameAgain = (): Promise<void> => expectDecidedAgain(door);

describe('an agent whose policy asks for promotions', () => {
  test('stands in shadow until one is admitted, writes from then on, and finds nothing done that was captured', async () => {
    expect(await refund('ch_1')).toBe('captured');
    await admitted();
    expect(stageNow()).toBe('limited');
    // Captured in shadow is not done: the rule of once a charge lets the real one through, and once only.
    expect(await refund('ch_1')).toBe('sent');
    expect(await refund('ch_1')).toBe('already_done');
    await expectSameAgain();
  });

  test('a step of the ramp opens its share, and the next one more', async () => {
    await door.close();
    const rules = 'segment: [{ route: refund, by: body.customer, share: [10%, 100%] }]';
    door = await rig(upstream.origin, { ...options, rules });
    await admitted({ step: 1 });
    const customers = Array.from({ length: 40 }, (_, index) => `cus_${index}`);
    const first: string[] = [];
    for (const customer of customers) first.push(await refund(`ch_${customer}`, customer));
    expect(new Set(first)).toEqual(new Set(['sent', 'outside_segment']));
    await admitted({ from: 'limited', step: 2 });
    const outside = customers.filter((_, index) => first[index] === 'outside_segment');
    for (const customer of outside) expect(await refund(`again_${customer}`, customer)).toBe('sent');
    await expectSameAgain();
  });

  test('a demotion takes effect at the next decision, and no promotion from before it leads back', async () => {
    const early = await promotion({ stage: 'production', step: null });
    await admitted();
    await admitted({ stage: 'production', from: 'limited', step: null });
    expect(stageNow()).toBe('production');
    const fell = await operations().fall(AGENT, { rule: 'harm', observed: '3 of 40 sessions', limit: '1%' }, 'harm');
    expect(fell).toMatchObject({ ok: true, value: { before: 'production', stage: 'limited' } });
    expect(await operations().demote(AGENT, 'ana', 'to be sure')).toMatchObject({
      ok: true,
      value: { stage: 'shadow' },
    });
    expect(await refund('ch_1')).toBe('captured');
    expect(await operations().admitPromotion(early, 'eve')).toMatchObject({ ok: false, failure: { status: 409 } });
    expect(await operations().demote(AGENT, 'ana', 'again')).toMatchObject({
      ok: false,
      // As the command is typed: `kill` takes the agent without an option.
      failure: { status: 409, message: expect.stringContaining(`To stop it: interlock kill ${AGENT} --reason`) },
    });
    const causes = (await door.records()).flatMap((record) => (record.kind === 'standing' ? [record.cause.what] : []));
    expect(causes).toEqual(['promoted', 'promoted', 'demoted', 'demoted']);
    await expectSameAgain();
  });

  test('a revoked promotion is gone at once and for good', async () => {
    const envelope = await promotion();
    const result = await operations().admitPromotion(envelope, 'ana');
    if (!result.ok) throw new Error(result.failure.message);
    expect(await operations().revokePromotion(result.value.promotion, AGENT, 'ana', 'signed by mistake')).toMatchObject(
      {
        ok: true,
        value: { stage: 'shadow' },
      },
    );
    expect(await refund('ch_1')).toBe('captured');
    const again = await operations().admitPromotion(envelope, 'ana');
    expect(again.ok ? '' : again.failure.message).toMatch(/revoked/);
  });

  test('broken glass lets it out until its time, or until somebody ends it; a freeze holds all the same', async () => {
    const glass = { agent: AGENT, stage: 'production', lastsMs: HOUR_MS, by: 'ana', reason: 'the queue burns' };
    expect(await operations().breakGlass({ ...glass, lastsMs: 25 * HOUR_MS })).toMatchObject({ ok: false });
    expect(await operations().breakGlass({ ...glass, by: ' ' })).toMatchObject({ ok: false });
    expect(await operations().breakGlass(glass)).toMatchObject({ ok: true, value: { stage: 'production' } });
    expect(await refund('ch_1')).toBe('sent');
    const self = await fetch(new URL('/.interlock/self', door.url), {
      headers: { authorization: `Bearer ${door.token}` },
    });
    expect(await self.json()).toMatchObject({
      stage: 'production',
      brokenGlassUntil: expect.stringMatching(/^20/) as string,
    });
    await operations().kill(AGENT, 'look first', 'bob');
    expect(await refund('ch_2')).not.toBe('sent');
    await operations().resume(AGENT, 'looked', 'ana');
    expect(await operations().endGlass(AGENT, 'ana', 'it is out')).toMatchObject({
      ok: true,
      value: { stage: 'shadow' },
    });
    expect(await refund('ch_3')).toBe('captured');
    await expectSameAgain();
  });

  test('time ends a promotion and an emergency by itself, also over a restart', async () => {
    await admitted({ expiresAt: door.door.clock.now() + HOUR_MS });
    const { dir } = door;
    const later = door.door.clock.now() + HOUR_MS + 1;
    await door.close();
    door = await rig(upstream.origin, { ...options, dir, startsAt: later });
    expect(stageNow()).toBe('shadow');
    expect(door.door.lapsed).toEqual([]);
    expect(await refund('ch_1')).toBe('captured');
    await expectSameAgain();
  });
});

describe('a start', () => {
  async function restarted(between: (file: string) => void): Promise<void> {
    const id = await admitted();
    const { dir } = door;
    await door.close();
    between(path.join(dir, 'promotions', `${id}.json`));
    door = await rig(upstream.origin, { ...options, dir });
  }

  test('goes on with a promotion that still holds', async () => {
    await restarted(() => undefined);
    expect(stageNow()).toBe('limited');
    expect(await refund('ch_1')).toBe('sent');
  });

  test.each([
    ['is gone', (file: string) => rmSync(file)],
    ['is another text', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace('"sig"', '"gis"'))],
  ])('drops a promotion whose envelope %s, on record, before it judges a call', async (_, between) => {
    await restarted(between);
    expect(stageNow()).toBe('shadow');
    expect(door.door.lapsed).toHaveLength(1);
    expect(await refund('ch_1')).toBe('captured');
    const last = (await door.records()).findLast((record) => record.kind === 'standing');
    expect(last).toMatchObject({ cause: { what: 'lapsed' }, claims: [] });
    await expectSameAgain();
  });

  test('under another policy finds no promotion of this one', async () => {
    await admitted();
    const { dir } = door;
    await door.close();
    door = await rig(upstream.origin, {
      ...options,
      dir,
      rules: `${options.rules}\nrates: [{ route: refund, max: 9, per: 1h }]`,
    });
    expect(stageNow()).toBe('shadow');
    expect(await refund('ch_1')).toBe('captured');
    await expectSameAgain();
  });
});
