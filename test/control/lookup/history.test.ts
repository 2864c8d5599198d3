import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CallPage, ReplayView, ReviewQueue, StopPage, WhyView } from '../../../src/control/contract/lookups.ts';
import { readJournal, type Recorded } from '../../../src/journal/index.ts';
import { keepReplay, keptReplays, REPLAYS_KEPT_MAX } from '../../../src/replay/kept.ts';
import type { ReplayReport } from '../../../src/replay/index.ts';
import { runHere } from '../../cli/run-here.ts';
import { refundsPolicy } from '../../cli/served.ts';
import { rawUpstream, type RawUpstream } from '../../door/raw-upstream.ts';
import { openRoom, type Room } from '../live/open-room.ts';

let upstream: RawUpstream;
let room: Room;
let policyText: string;
let records: readonly Recorded[];

beforeAll(async () => {
  const answer = '{"id":"x","customer":"cus_9"}';
  upstream = await rawUpstream((_, wire) =>
    wire.send(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`),
  );
  policyText = refundsPolicy(upstream.origin, 'once: [{ route: create_refund, per: subject }]');
  room = await openRoom(upstream.origin, policyText);
  const bearer = await room.grant('refunds-bot');
  const headers = { authorization: `Bearer ${bearer}`, 'interlock-session': 'night-1' };
  for (let index = 0; index < 40; index += 1) {
    const charge = `ch_${index % 12}`;
    await fetch(`${room.door.url}/payments/v1/charges/${charge}`, { headers });
    const body = new URLSearchParams({ charge, amount: '100' });
    if (index % 2 === 0) await fetch(`${room.door.url}/payments/v1/refunds`, { method: 'POST', headers, body });
  }
  await room.ask('/v1/agents/refunds-bot/freeze', { reason: 'enough', by: 'ann' });
  await room.ask('/v1/agents/refunds-bot/resume', { reason: 'go on', by: 'ben' });
  await room.ask('/v1/kill', { reason: 'all of them', by: 'ann' });
  await room.door.journal.durable();
  records = [...readJournal(room.dir, { tail: 'live' })];
});
afterAll(async () => {
  await room.close();
  await upstream.close();
});

const asked = async (target: string): Promise<unknown> => {
  const response = await room.ask(target);
  expect(response.status, target).toBe(200);
  return response.json();
};

/** All pages of a search, one behind the other. */
async function pages(query: string, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let before: number | null | undefined; before !== null;) {
    const more = before === undefined ? '' : `&before=${before}`;
    const page = CallPage.parse(await asked(`/v1/calls?limit=${limit}${query}${more}`));
    found.push(...page.calls.map(({ call }) => call));
    before = page.next;
  }
  return found;
}

const naive = (wanted: (record: Extract<Recorded, { kind: 'call' }>) => boolean): readonly string[] =>
  records.flatMap((record) => (record.kind === 'call' && wanted(record) ? [String(record.call)] : [])).toReversed();

describe('a search, page by page, finds what reading the whole journal finds', () => {
  test.each([
    ['', () => true],
    ['&agent=refunds-bot', () => true],
    ['&agent=nobody', () => false],
    ['&verdict=deny', ({ verdict }) => verdict === 'deny'],
    ['&route=create_refund&verdict=allow', ({ route, verdict }) => route === 'create_refund' && verdict === 'allow'],
    ['&about=ch_3', ({ facts }) => facts.subject === 'charge:ch_3'],
    [
      '&about=charge:ch_3&route=get_charge',
      ({ facts, route }) => facts.subject === 'charge:ch_3' && route === 'get_charge',
    ],
    ['&about=cus_9', ({ verdict }) => verdict === 'allow'],
    ['&about=night-1', () => true],
    ['&about=nothing', () => false],
  ] as readonly [string, Parameters<typeof naive>[0]][])('%s', async (query, wanted) => {
    for (const limit of [7, 200]) expect(await pages(query, limit)).toEqual(naive(wanted));
  });

  test('between two times, and with how each call ended', async () => {
    const calls = records.filter((record) => record.kind === 'call');
    const [from, to] = [calls[10]!.at, calls[30]!.at].map((at) => new Date(at).toISOString());
    const found = await pages(`&from=${from}&to=${to}`, 5);
    expect(found).toEqual(naive(({ at }) => at >= calls[10]!.at && at <= calls[30]!.at));
    const page = CallPage.parse(await asked('/v1/calls?limit=200'));
    for (const { verdict, status } of page.calls) expect(status).toBe(verdict === 'allow' ? 200 : null);
    expect(page.looked).toMatchObject({ all: true, records: records.length });
  });
});

test('why, stops and reviews are what the commands say', async () => {
  const why = WhyView.parse(await asked('/v1/why?what=ch_3'));
  const command = await runHere('why', 'ch_3', '--data', room.dir, '--json');
  expect(why.told).toEqual(JSON.parse(command.stdout));
  const { stops, unseen } = StopPage.parse(await asked('/v1/stops'));
  expect(unseen).toEqual([]);
  expect(stops.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
    'freeze human:ann',
    'resume human:ben',
    'freeze human:ann',
  ]);
  const queue = ReviewQueue.parse(await asked('/v1/reviews?by=ann&limit=50'));
  const listed = JSON.parse((await runHere('review', 'list', '--data', room.dir, '--by', 'ann', '--json')).stdout) as {
    readonly calls: readonly { readonly call: string }[];
  };
  expect(queue.items.map(({ call }) => call)).toEqual(listed.calls.map(({ call }) => call));
  const [first] = queue.items;
  await room.ask(`/v1/calls/${first?.call}/assess`, {
    agent: 'refunds-bot',
    opinion: 'wrong',
    reason: 'twice',
    by: 'ann',
  });
  const left = ReviewQueue.parse(await asked('/v1/reviews?by=ann&limit=50'));
  expect(left.items.map(({ call }) => call)).not.toContain(first?.call);
  expect(left.reviewed).toBe(1);
  // Another reviewer still has it, and hears nothing of what was thought.
  const others = ReviewQueue.parse(await asked('/v1/reviews?by=ben&limit=50'));
  expect(others.items.map(({ call }) => call)).toContain(first?.call);
  expect(JSON.stringify(others)).not.toMatch(/twice|wrong/);
}, 30_000);

test('a replay that is kept is shown; the oldest give way, and what is none is passed over', async () => {
  const candidate = path.join(room.dir, 'candidate.yaml');
  // The first refund of a charge was let through; now each is too large.
  writeFileSync(candidate, policyText.replace(/once: .*$/m, 'collar: [{ route: create_refund, max: 0.50 USD }]'));
  const kept = await runHere('replay', '--policy', candidate, '--data', room.dir, '--keep', '--json');
  expect(kept.code, kept.stderr).toBe(0);
  const report = JSON.parse(kept.stdout) as ReplayReport;
  writeFileSync(path.join(room.dir, 'replays', 'foreign.json'), '{"version":1}');
  const [shown, ...more] = ReplayView.array().parse(await asked('/v1/replays'));
  expect(more).toEqual([]);
  expect(shown).toMatchObject({
    candidate: { file: candidate, digest: report.candidates[0]?.policy.digest },
    calls: report.recorded.calls,
    unjudged: 0,
  });
  expect(shown?.changes.find(({ kind }) => kind === 'blocked')).toMatchObject({
    calls: report.candidates[0]?.changes.blocked.calls,
    money: ['6.00 USD'],
  });
  for (let index = 0; index < REPLAYS_KEPT_MAX + 5; index += 1) {
    const [first] = report.candidates;
    if (first === undefined) throw new Error('there is a candidate');
    const other = { ...first, policy: { ...first.policy, digest: `${index}`.padStart(64, '0') } };
    keepReplay(
      room.dir,
      { ...report, candidates: [{ ...other, policy: { ...other.policy, file: `c${index}.yaml` } }] },
      index,
    );
  }
  expect(keptReplays(room.dir).length).toBeLessThanOrEqual(REPLAYS_KEPT_MAX);
});

test('one for all: every agent is stopped in one step, and no record of a call stands between', () => {
  const stops = records.filter((record) => record.kind === 'freeze' && record.reason === 'all of them');
  const agents = [...room.door.engine.policy.agents.keys()];
  expect(stops.map((record) => (record.kind === 'freeze' ? record.agent : ''))).toEqual(agents);
  expect(stops.map(({ seq }) => seq)).toEqual(stops.map((_, index) => (stops[0]?.seq ?? 0) + index));
});
