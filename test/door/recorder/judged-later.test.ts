import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AgentId, CallId } from '../../../src/engine/ids.ts';
import type { CallEntry, OutcomeEntry, Recorded } from '../../../src/journal/entry.ts';
import { readJournal } from '../../../src/journal/index.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { importRecording } from '../../../src/warehouse/import/import.ts';
import { answer, rawUpstream, type RawUpstream } from '../raw-upstream.ts';
import { rig } from '../open-door.ts';
import { recorder } from './recorders.ts';

const ROUTES = `
read: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
refund: { match: POST /v1/refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
gone: { match: "DELETE /v1/charges/{id}", upstream: api, effect: destructive, subject: "charge:{id}" }
`;
const RULES = 'collar: [{ route: refund, max: 100 USD }]\nonce: [{ route: refund, per: subject }]';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { 'content-type': 'application/json' };

/** A run of an agent: reads, refunds, a repetition, too much, a body with two readings, an odd but clean path. */
const RUN: readonly (readonly [string, string, Record<string, string>, string?])[] = [
  ['GET', '/v1/charges/ch_1?expand[]=customer&limit=3', { 'x-trace': 'a  b' }],
  ['POST', '/v1/refunds', JSON_BODY, '{"charge":"ch_1", "amount":500}'],
  ['POST', '/v1/refunds', JSON_BODY, '{"charge":"ch_1","amount":500}'],
  ['POST', '/v1/refunds', FORM, 'charge=ch_2&amount=90000&metadata[k]=v'],
  ['POST', '/v1/refunds', { ...JSON_BODY, 'idempotency-key': 'k-1' }, '{"charge":"ch_3","amount":1}'],
  ['POST', '/v1/refunds', JSON_BODY, '{"charge":"ch_4","amount":1,"amount":900}'],
  ['GET', '/v1/charges/ch%20%C3%BC', {}],
  ['DELETE', '/v1/charges/ch_1', {}],
];

let upstream: RawUpstream;
afterEach(() => upstream.close());

async function act(base: string, credential: string): Promise<void> {
  for (const [method, target, headers, body] of RUN) {
    const asked = {
      method,
      headers: { ...headers, authorization: `Bearer ${credential}`, 'interlock-session': 'run-1' },
    };
    await (await fetch(base + target, { ...asked, ...(body !== undefined && { body }) })).text();
  }
}

test('what was recorded is judged, later, as a door would have judged it then: every call, every outcome, every refusal', async () => {
  upstream = await rawUpstream((request, wire) =>
    wire.send(
      answer(
        request.method === 'DELETE' ? 404 : 200,
        { 'Content-Type': 'application/json', ETag: '"1"' },
        '{"id":"x"}',
      ),
    ),
  );
  const door = await rig(upstream.origin, { routes: ROUTES, allow: '[read, refund, gone]', rules: RULES });
  await act(door.url.origin, door.token);
  const then = await door.records();
  await door.close();

  const { url, dir, close } = await recorder(upstream.origin);
  await act(`${url}/api`, 'sk_live_the_agents_own');
  await close(100);
  const recorded = then.find((one) => one.kind === 'policy');
  const policy = loadPolicy(recorded?.text ?? '', 'rig.yaml');
  if (!policy.ok) throw new Error(JSON.stringify(policy.failure));
  const data = path.join(path.dirname(dir), 'data');
  let count = 0;
  const callId = (): CallId => `call_${(count += 1)}` as CallId;
  const imported = await importRecording({
    file: dir,
    policy: policy.value,
    agent: 'tester' as AgentId,
    dir: data,
    callId,
  });
  const later = [...readJournal(data)];

  expect(judged(later)).toEqual(judged(then));
  expect(judged(later).length).toBe(RUN.length - 1);
  expect(ended(later)).toEqual(ended(then));
  // What was refused here happened there all the same: every call of the recording has its end.
  const ends = later.flatMap((one) => (one.kind === 'outcome' ? [one.call] : []));
  expect(ends.toSorted()).toEqual(later.flatMap((one) => (one.kind === 'call' ? [one.call] : [])).toSorted());
  const refusal = then.find((one) => one.kind === 'refusal');
  expect(imported).toMatchObject({
    ok: true,
    value: { unusable: 1, listed: [{ reason: 'refused', why: refusal?.detail ?? 'none' }] },
  });
});

/** Everything of a call that does not name the moment, the journal or the grant. */
function judged(records: readonly Recorded[]): readonly unknown[] {
  const calls = records.filter((one): one is Recorded<CallEntry> => one.kind === 'call');
  return calls.map(({ method, target, route, effect, upstream, headers, body, facts, verdict, findings, session }) => {
    const told = findings.map((one) => (typeof one === 'string' ? one : [one.guard, one.rule, one.reason]));
    return { method, target, route, effect, upstream, headers, body, facts, verdict, told, session };
  });
}

/** How the calls ended that were let through: of others a recording knows what happened there, and a door does not. */
function ended(records: readonly Recorded[]): readonly unknown[] {
  const allowed = new Set(records.flatMap((one) => (one.kind === 'call' && one.verdict === 'allow' ? [one.call] : [])));
  const outcomes = records.filter(
    (one): one is Recorded<OutcomeEntry> => one.kind === 'outcome' && allowed.has(one.call),
  );
  return outcomes.map(({ effectiveness, status, failure, contentType, answer, answerBytes, facts }) => {
    const { latencyMs: _, ...known } = facts ?? {};
    return { effectiveness, status, failure, contentType, answer, answerBytes, known };
  });
}
