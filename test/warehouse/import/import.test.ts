import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { foldJournal } from '../../../src/journal/fold.ts';
import { directory } from '../../journal/directory.ts';
import { BASE_AT, entry, har, refund } from './hars.ts';
import { audited, imported, policyOf, SHOP } from './shop.ts';

const cancel = (index: number, order: string) =>
  entry(index, { method: 'POST', url: `https://api.shop.example/v2/orders/${order}/cancel` });

test('a HAR becomes a journal: intents at their times, outcomes when they came, also of what is refused: it happened there', async () => {
  const { dir, result, records } = await imported(
    har([entry(0, {}), refund(1, 'W1', 5_000), refund(2, 'W2', 50_000), cancel(3, 'W1'), cancel(4, 'W1')]),
  );
  expect(result).toMatchObject({
    ok: true,
    value: { format: 'har', sessions: 1, calls: 5, verdicts: { allow: 3, deny: 2, hold: 0, capture: 0 }, unusable: 0 },
  });
  const told = records.map((one) =>
    one.kind === 'call' ? `${one.route} ${one.verdict}` : one.kind === 'outcome' ? `${one.status}` : one.kind,
  );
  expect(told).toEqual([
    'recovery',
    'policy',
    'grant',
    'get_order allow',
    '200',
    'refund allow',
    '200',
    'refund deny',
    '200',
    'cancel allow',
    '200',
    'cancel deny',
    '200',
  ]);
  const times = records.map(({ at }) => at - BASE_AT);
  expect(times).toEqual([0, 0, 0, 0, 40, 1_000, 1_040, 2_000, 2_040, 3_000, 3_040, 4_000, 4_040]);
  expect(await audited(dir)).toEqual({ ok: true, calls: 5, differences: [] });
});

test('an answer that comes behind the next call is written behind it', async () => {
  const { records } = await imported(har([entry(0, {}, { time: 1_500 }), entry(1, {})]));
  expect(records.slice(3).map(({ kind, at }) => [kind, at - BASE_AT])).toEqual([
    ['call', 0],
    ['call', 1_000],
    ['outcome', 1_040],
    ['outcome', 1_500],
  ]);
});

test('an answer that comes at the very time of the next call is written before it: its agent waited for it', async () => {
  const { records } = await imported(har([entry(0, {}, { time: 1_000 }), entry(1, {})]));
  expect(records.slice(3, 6).map(({ kind, at }) => [kind, at - BASE_AT])).toEqual([
    ['call', 0],
    ['outcome', 1_000],
    ['call', 1_000],
  ]);
});

test('calls of other hosts, of no route, of two routes and without one reading are listed and counted, not guessed', async () => {
  const url = (address: string) => entry(1, { url: address });
  const twice = { mimeType: 'application/json', text: '{"order":"W1","order":"W2","amount":1}' };
  const { result, calls } = await imported(
    har([
      url('https://evil.example/v2/orders/W1'),
      url('http://api.shop.example/v2/orders/W1'),
      url('https://api.shop.example/v1/orders/W1'),
      url('https://api.shop.example/v2/customers/7'),
      url('https://api.shop.example/v2/orders/../refunds'),
      entry(2, { method: 'POST', url: 'https://api.shop.example/v2/refunds', postData: twice }),
      entry(3, { method: 'TRACE' }),
      entry(4, {}),
    ]),
  );
  expect(calls.map(({ route }) => route)).toEqual(['get_order']);
  expect(result).toMatchObject({ ok: true, value: { calls: 1, unusable: 7 } });
  const listed = result.ok ? result.value.listed : [];
  expect(listed.map(({ place, why }) => `${place}: ${why}`)).toEqual([
    'entry 1: no upstream of the policy is at https://evil.example',
    'entry 2: no upstream of the policy is at http://api.shop.example',
    'entry 3: no upstream at https://api.shop.example has its path',
    'entry 4: no route of the policy matches GET /customers/7',
    expect.stringContaining('entry 5: The path must not contain . or ..') as string,
    expect.stringContaining('entry 6: ') as string,
    expect.stringContaining('entry 7: The method must be') as string,
  ]);
});

test('a path that two upstreams have is no call of either; a whole address says which', async () => {
  const line = (address: string) =>
    JSON.stringify({ trace_id: 't', http: { method: 'GET', path: address }, executed: true });
  const { result, calls } = await imported([line('/notes/1'), line('https://crm.example/notes/1')].join('\n'));
  expect(calls.map(({ route }) => route)).toEqual(['get_note']);
  expect(result).toMatchObject({
    ok: true,
    value: { listed: [{ place: 'line 1', why: 'its path is a route of 2 upstreams' }] },
  });
});

test('calls one a line become a journal, gzipped or not, with a grant for each trace', async () => {
  const line = (trace: string, order: string) =>
    JSON.stringify({
      trace_id: trace,
      http: { method: 'POST', path: `/orders/${order}/cancel` },
      args: {},
      executed: true,
    });
  const text = ['', line('run 1', 'W1'), line('run 1', 'W1'), 'not json', line('run 2', 'W2'), ''].join('\r\n');
  for (const content of [text, gzipSync(text)]) {
    const { dir, result, calls, records } = await imported(content);
    expect(result).toMatchObject({
      ok: true,
      value: { format: 'ndjson', sessions: 2, verdicts: { allow: 2, deny: 1 }, listed: [{ place: 'line 4' }] },
    });
    expect(calls.map(({ session, task, grant }) => [session, task, grant])).toEqual([
      ['run 1', 'run 1', 'grant_import_1'],
      ['run 1', 'run 1', 'grant_import_1'],
      ['run 2', 'run 2', 'grant_import_2'],
    ]);
    const grants = records.filter((one) => one.kind === 'grant');
    expect(grants.every(({ at, expiresAt }) => at === expiresAt)).toBe(true);
    expect(await audited(dir)).toEqual({ ok: true, calls: 3, differences: [] });
  }
});

test('a loop freezes the agent as it would have at the door, and the summary says who froze it', async () => {
  const { dir, result, records } = await imported(har([0, 1, 2, 3, 4].map((index) => cancel(index, 'W1'))));
  expect(result).toMatchObject({
    ok: true,
    value: { frozen: [{ agent: 'bot', by: 'guard:bot.triggers[0]' }], verdicts: { allow: 1, deny: 4 } },
  });
  expect(records.filter(({ kind }) => kind === 'freeze')).toHaveLength(1);
  expect(await audited(dir)).toMatchObject({ ok: true, differences: [] });
});

const SHADOW = SHOP.replace('stage: production', 'stage: shadow');

test('in shadow a write is captured, also where nobody could make its answer up: its recorded answer is its outcome', async () => {
  const refused = {
    response: { status: 422, headers: [], content: { mimeType: 'application/json', text: '{"no":1}' } },
  };
  const entries = [entry(0, {}), refund(1, 'W1', 5_000), cancel(2, 'W1'), cancel(3, 'W1')];
  const late = entry(4, { method: 'POST', url: 'https://api.shop.example/v2/orders/W2/cancel' }, refused);
  const { dir, result, calls, records } = await imported(har([...entries, late]), { policyText: SHADOW });
  expect(calls.map(({ route, verdict }) => `${route} ${verdict}`)).toEqual([
    'get_order allow',
    'refund capture',
    'cancel capture',
    'cancel deny',
    'cancel capture',
  ]);
  expect(result).toMatchObject({
    ok: true,
    value: {
      verdicts: { allow: 1, capture: 3, deny: 1 },
      stops: [
        { verdict: 'capture', guard: 'stage', reason: 'captured', calls: 3 },
        { verdict: 'deny', guard: 'once', calls: 1 },
      ],
    },
  });
  const outcomes = records.filter((one) => one.kind === 'outcome');
  expect(outcomes.map(({ status, effectiveness, origin }) => [status, effectiveness, origin])).toEqual([
    [200, 'effective', 'recorded'],
    [200, 'effective', 'recorded'],
    [200, 'effective', 'recorded'],
    [200, 'effective', 'recorded'],
    [422, 'ineffective', 'recorded'],
  ]);
  expect(await audited(dir)).toEqual({ ok: true, calls: 5, differences: [] });
});

test('no rule hears how a call ended that it refused: nothing read counts as read, nothing done as done, nothing spent as spent', async () => {
  const rules = SHOP.replace(
    '    triggers:',
    '    fresh: [{ route: cancel, read: get_order, maxAge: 1h }]\n    budgets: [{ max: 60 USD, per: day, timezone: UTC }]\n    triggers:',
  ).replace('get_order, refund,', '{ route: get_order, when: \'params.id != "W1"\' }, refund,');
  const { dir, records, calls } = await imported(
    har([entry(0, {}), cancel(1, 'W1'), refund(2, 'W1', 20_000), refund(3, 'W2', 5_000), refund(4, 'W3', 5_000)]),
    { policyText: rules },
  );
  expect(calls.map(({ route, verdict }) => `${route} ${verdict}`)).toEqual([
    'get_order deny',
    'cancel deny',
    'refund deny',
    'refund allow',
    'refund deny',
  ]);
  expect(records.filter(({ kind }) => kind === 'outcome')).toHaveLength(5);
  expect(await audited(dir)).toEqual({ ok: true, calls: 5, differences: [] });
  // A start on this journal has nothing under way, and a fold of it is the state that the import left.
  const policy = policyOf(rules);
  const whole = foldJournal(policy.policy, records);
  const admitted = new Set<string>(calls.flatMap(({ call, verdict }) => (verdict === 'allow' ? [call] : [])));
  const heard = foldJournal(
    policy.policy,
    records.filter((one) => one.kind !== 'outcome' || admitted.has(one.call)),
  );
  expect([...whole.engine.open()]).toEqual([]);
  expect(whole.engine.save()).toEqual(heard.engine.save());
});

test('an agent that a guard froze is resumed when a new run begins, in the name of whoever said so', async () => {
  const pages = ['a', 'a', 'a', 'a', 'a', 'b'];
  const entries = pages.map((pageref, index) =>
    entry(index, { method: 'POST', url: 'https://api.shop.example/v2/orders/W1/cancel' }, { pageref }),
  );
  const read = entry(7, {}, { pageref: 'b' });
  const { dir, result, records, calls } = await imported(har([...entries, read]), { resumeAs: 'mia' });
  expect(records.filter((one) => one.kind === 'resume')).toMatchObject([{ agent: 'bot', by: 'mia' }]);
  expect(calls.at(-1)?.verdict).toBe('allow');
  expect(result).toMatchObject({ ok: true, value: { frozen: [] } });
  expect(await audited(dir)).toMatchObject({ ok: true, differences: [] });
});

test('a field of each line names its agent; one that the policy has not, and a line without, are listed', async () => {
  const line = (model: string | undefined): string =>
    JSON.stringify({ trace_id: 't', model, http: { method: 'GET', path: '/orders/W1' }, executed: true });
  const two = `${SHOP}  other: { stage: production, allow: [get_order] }\n`;
  const { calls, result } = await imported(['bot', 'other', 'third', undefined].map(line).join('\n'), {
    policyText: two,
    agentFrom: 'model',
    environment: 'staging',
  });
  expect(calls.map(({ agent, grant }) => [agent, grant])).toEqual([
    ['bot', 'grant_import_1'],
    ['other', 'grant_import_2'],
  ]);
  expect(result).toMatchObject({
    ok: true,
    value: {
      unusableBy: [
        { reason: 'unmatched', records: 1 },
        { reason: 'malformed', records: 1 },
      ],
    },
  });
});

test('a header of each request names its agent in a HAR and in a recording', async () => {
  const two = `${SHOP}  other: { stage: production, allow: [get_order] }\n`;
  const headers = [{ name: 'X-Agent', value: 'other' }];
  const options = { policyText: two, agentFrom: 'x-agent' };
  const { calls, result } = await imported(har([entry(0, { headers }), entry(1, {})]), options);
  expect(calls.map(({ agent }) => agent)).toEqual(['other']);
  expect(result).toMatchObject({ ok: true, value: { listed: [{ place: 'entry 2', reason: 'malformed' }] } });
  const http = {
    method: 'GET',
    path: 'https://api.shop.example/v2/orders/W1',
    headers: [...headers, { name: 'host', value: 'api.shop.example' }],
  };
  const lines = [{ interlock_recording: 1 }, { trace_id: 'run', id: 'call_1', at: 5, http }];
  const recorded = await imported(lines.map((one) => JSON.stringify(one)).join('\n'), options);
  expect(recorded.calls.map(({ agent }) => agent)).toEqual(['other']);
});

test('no credential that a client sent or was given comes into the journal, wherever it stands', async () => {
  const key = 'k3y-of-the-client-4711';
  const headers = [
    { name: 'X-Auth-Key', value: key },
    { name: 'Authorization', value: 'Bearer t0ken-of-the-client' },
    { name: 'Cookie', value: 'sid=c00kie-of-the-client' },
    { name: 'X-Note', value: `with ${key}` },
  ];
  const content = {
    mimeType: 'application/json',
    text: '{"access_token":"t0ken-given-4711","was":"t0ken-of-the-client"}',
  };
  const response = { status: 200, headers: [{ name: 'Set-Cookie', value: 'sid=c00kie-given-4711' }], content };
  const url = `https://api.shop.example/v2/orders/W1?api_key=k3y-in-a-query&limit=3`;
  const { dir, result, calls } = await imported(
    har([entry(0, { url, headers }, { response }), refund(1, 'W1', 5_000)]),
  );
  expect(result).toMatchObject({ ok: true, value: { calls: 2, unusable: 0 } });
  expect(calls[0]?.target).toBe('/orders/W1?api_key=REDACTED&limit=3');
  const [segment = ''] = fs.readdirSync(path.join(dir, 'segments'));
  const text = fs.readFileSync(path.join(dir, 'segments', segment), 'utf8');
  expect(text).not.toMatch(/k3y|t0ken|c00kie/);
  expect(text).toContain('"x-note":"with REDACTED"');
});

test('a directory with a journal is left as it is', async () => {
  const { dir } = await imported(har([entry(0, {})]));
  const [segment = ''] = fs.readdirSync(path.join(dir, 'segments'));
  const before = fs.readFileSync(path.join(dir, 'segments', segment));
  const { result } = await imported(har([entry(9, {})]), { dir });
  expect(result).toEqual({ ok: false, failure: expect.stringContaining('already holds a journal') as string });
  expect(fs.readFileSync(path.join(dir, 'segments', segment))).toEqual(before);
});

test.each([
  ['nothing', ''],
  ['a photograph', '\u0089PNG\r\n\u001a\n'],
  ['JSON of something else', '{"hello":"world"}\n'],
])('a file with %s is told apart from a recording, and no directory is made', async (_, content) => {
  const dir = path.join(directory(), 'data');
  const { result } = await imported(content, { dir });
  expect(result).toEqual({ ok: false, failure: expect.stringContaining('neither calls') as string });
  expect(fs.existsSync(dir)).toBe(false);
});

test('a recording in which no record is usable leaves no journal behind', async () => {
  const dir = path.join(directory(), 'data');
  const { result } = await imported(har([entry(0, { url: 'https://evil.example/' })]), { dir });
  expect(result).toMatchObject({ ok: true, value: { calls: 0, unusable: 1 } });
  expect(fs.existsSync(dir)).toBe(false);
});

test('a body larger than the door takes is listed, and a HAR with many calls is imported whole', async () => {
  const large = {
    mimeType: 'application/json',
    text: JSON.stringify({ order: 'W1', amount: 1, note: 'x'.repeat(2_100_000) }),
  };
  const post = { method: 'POST', url: 'https://api.shop.example/v2/refunds' };
  const many = Array.from({ length: 2_000 }, (_, index) => refund(index, `W${index}`, 100 + index));
  const { dir, result } = await imported(har([...many, entry(2_000, { ...post, postData: large })]));
  expect(result).toMatchObject({
    ok: true,
    value: { calls: 2_000, unusable: 1, listed: [{ why: expect.stringContaining('at most 2097152 bytes') as string }] },
  });
  expect(await audited(dir)).toEqual({ ok: true, calls: 2_000, differences: [] });
});
