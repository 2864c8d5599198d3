import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { redecide } from '../../src/journal/index.ts';
import type { CallEntry, OutcomeEntry, Recorded } from '../../src/journal/entry.ts';
import { loadRecorded } from '../../src/policy/index.ts';
import { rig, type Rig, type RigOptions } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';
import { SimpleShadow } from './simple-shadow.ts';

/*
 * I11: in staging and shadow no write reaches an upstream. The witness is a bare socket that counts every byte; the door's
 * link here has no guard of its own, so that only what the door itself does stands between (`read-only.test.ts` is the other).
 */

const OPTIONS: RigOptions = {
  stage: 'shadow',
  routes: `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund: { match: "POST /v1/charges/{id}/refund", upstream: api, effect: write, subject: "charge:{id}" }
remove: { match: "DELETE /v1/charges/{id}", upstream: api, effect: destructive, subject: "charge:{id}" }
sneaky: { match: "GET /v1/charges/{id}/void", upstream: api, effect: write, subject: "charge:{id}" }
search: { match: POST /v1/search, upstream: api, effect: read }
`,
  allow: '[get_charge, refund, remove, sneaky, search]',
};

/** Longer than it takes a client to send the next call. */
const SLOW_DISK_MS = 50;

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function upstreamAnd(options: Partial<RigOptions> = {}): Promise<{ upstream: RawUpstream; its: Rig }> {
  const upstream = await rawUpstream((_, wire) =>
    wire.send(answer(200, { 'content-type': 'application/json' }, '{"real":true}')),
  );
  opened.push(() => upstream.close());
  const its = await rig(upstream.origin, { ...OPTIONS, shadow: new SimpleShadow(), ...options });
  opened.push(() => its.close());
  return { upstream, its };
}

function send(
  its: Rig,
  method: string,
  path: string,
  body?: object,
  more: Record<string, string> = {},
): Promise<Response> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { authorization: `Bearer ${its.token}`, ...type, ...more };
  return fetch(new URL(path, its.url), { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

const writesAt = ({ requests }: RawUpstream): string[] =>
  requests.filter(({ method, target }) => method !== 'GET' && target !== '/v1/search').map(({ target }) => target);

const calls = (records: readonly Recorded[]): CallEntry[] => records.filter((record) => record.kind === 'call');
const outcomes = (records: readonly Recorded[]): OutcomeEntry[] =>
  records.filter((record) => record.kind === 'outcome');

/** Every call that was let in has an outcome, and the engine would decide all of it again. */
async function expectSettled(its: Rig): Promise<void> {
  const records = await its.records();
  const admitted = calls(records).filter(({ verdict }) => verdict === 'capture' || verdict === 'allow');
  const ended = new Set(outcomes(records).map(({ call }) => call));
  expect(admitted.filter(({ call }) => !ended.has(call))).toEqual([]);
  const compile = (recorded: Parameters<typeof loadRecorded>[0]) => {
    const loaded = loadRecorded(recorded);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return loaded.value.policy;
  };
  expect(redecide(its.dir, compile)).toMatchObject({ differences: [] });
}

describe('I11: no write of an agent in shadow reaches an upstream', () => {
  test('not one byte of 200 writes at a time, with retries, with and without idempotency keys', async () => {
    // A disk that takes its time: calls with one key are surely under way together, whoever is faster.
    const { upstream, its } = await upstreamAnd({
      journal: (journal) => ({
        append: (entry) => journal.append(entry),
        durable: () => journal.durable().then(() => pause(SLOW_DISK_MS)),
      }),
    });
    const attempts = Array.from({ length: 200 }, (_, nth) => async (): Promise<number[]> => {
      const key: Record<string, string> = nth % 2 === 0 ? { 'idempotency-key': `key-${nth % 50}` } : {};
      const [method, path] =
        nth % 5 === 4 ? ['DELETE', `/v1/charges/ch_${nth}`] : ['POST', `/v1/charges/ch_${nth % 50}/refund`];
      const one = (): Promise<Response> =>
        send(its, method, path, method === 'POST' ? { nth: nth % 50 } : undefined, key);
      // As a client that lost patience, and then one that repeats itself.
      const cut = new AbortController();
      const lost = fetch(new URL(path, its.url), {
        method,
        headers: { authorization: `Bearer ${its.token}` },
        signal: cut.signal,
      });
      setTimeout(() => cut.abort(), nth % 7);
      await lost.then((response) => response.text()).catch(() => undefined);
      const answers = [await one(), await one()];
      return answers.map(({ status }) => status);
    });
    const statuses = (await Promise.all(attempts.map((attempt) => attempt()))).flat();
    expect(new Set(statuses)).toEqual(new Set([200, 409, 422]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(200);
    expect([upstream.opened, upstream.receivedBytes]).toEqual([0, 0]);
    await expectSettled(its);
  });

  test('nor one that hides as a read: an effect is what the policy says it is, whatever the method', async () => {
    const { upstream, its } = await upstreamAnd();
    const sneaky = await send(its, 'GET', '/v1/charges/ch_1/void');
    expect(sneaky.headers.get('interlock-verdict')).toBe('captured');
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect((await send(its, 'POST', '/v1/search', { q: 'x' }, { [name]: 'DELETE' })).status).toBe(400);
    }
    expect((await send(its, 'PUT', '/v1/charges/ch_1', { amount: 1 })).status).toBe(403);
    expect(upstream.receivedBytes).toBe(0);
    // And a POST that is a read is sent.
    const found = await send(its, 'POST', '/v1/search', { q: 'x' });
    expect([found.status, found.headers.get('interlock-origin')]).toEqual([200, null]);
    expect(upstream.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(['POST /v1/search']);
  });

  test('also while a person kills and resumes it, and whatever was under way settles', async () => {
    const { upstream, its } = await upstreamAnd();
    const storming = new AbortController();
    const storm = Array.from({ length: 20 }, async (_, nth) => {
      for (let round = 0; !storming.signal.aborted; round += 1) {
        await send(its, 'POST', `/v1/charges/ch_${nth}/refund`, { round })
          .then((response) => response.text())
          .catch(() => undefined);
      }
    });
    for (let round = 0; round < 6; round += 1) {
      await its.door.operations.kill('tester', 'look', 'ann');
      await its.door.operations.resume('tester', 'fine', 'ann');
    }
    storming.abort();
    await Promise.all(storm);
    expect(upstream.receivedBytes).toBe(0);
    await expectSettled(its);
  });

  test('an agent that moves between stages writes what it writes in production, and nothing else', async () => {
    const { upstream, its } = await upstreamAnd({
      stage: 'production',
      rules: 'once: [{ route: refund, per: subject }]',
    });
    const { dir } = its;
    const refund = async (one: Rig, id: string): Promise<number> =>
      (await send(one, 'POST', `/v1/charges/${id}/refund`, {})).status;
    expect(await refund(its, 'ch_1')).toBe(200);
    opened.pop();
    await its.close();
    const stages = ['shadow', 'staging', 'shadow', 'production'];
    const seen: number[][] = [];
    for (const stage of stages) {
      const one = await rig(upstream.origin, {
        ...OPTIONS,
        rules: 'once: [{ route: refund, per: subject }]',
        stage,
        dir,
        shadow: new SimpleShadow(),
      });
      // The one that was refunded in production, and one that was not.
      seen.push([await refund(one, 'ch_1'), await refund(one, 'ch_2')]);
      if (stage === 'production') await expectSettled(one);
      await one.close();
    }
    // Refunded for all; refunded in shadow, as shadow remembers; refused in staging; and in production not refunded yet.
    expect(seen).toEqual(
      [
        [409, 200],
        [409, 403],
        [409, 409],
        [409, 200],
      ].map((row, nth) => (stages[nth] === 'staging' ? [403, 403] : row)),
    );
    expect(writesAt(upstream)).toEqual(['/v1/charges/ch_1/refund', '/v1/charges/ch_2/refund']);
  });

  test('what an agent in shadow captures refuses nobody else, and what others do refuses it', async () => {
    const upstream = await rawUpstream((_, wire) => wire.send(answer(200, {}, '{}')));
    opened.push(() => upstream.close());
    const its = await rig(upstream.origin, {
      ...OPTIONS,
      shadow: new SimpleShadow(),
      rules: 'once: [{ route: refund, per: subject }]',
      others: ['clerk'],
      stages: { clerk: 'production' },
    });
    opened.push(() => its.close());
    const clerk = { ...its, token: await its.grant('clerk') };
    const refund = async (one: Rig, id: string, key: string): Promise<number> =>
      (await send(one, 'POST', `/v1/charges/${id}/refund`, {}, { 'idempotency-key': key })).status;
    expect(await refund(its, 'ch_1', 'k1')).toBe(200);
    expect(await refund(clerk, 'ch_1', 'k1')).toBe(200);
    expect(await refund(clerk, 'ch_2', 'k2')).toBe(200);
    expect(await refund(its, 'ch_2', 'k3')).toBe(409);
    expect(writesAt(upstream)).toHaveLength(2);
    await expectSettled(its);
  });
});
