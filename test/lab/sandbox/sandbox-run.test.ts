import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import payments from '../../../mocks/payments.ts';
import { readRecords, recordsOf } from '../../../src/lab/sandbox/records.ts';
import { runScenario } from '../../../src/lab/sandbox/sandbox.ts';
import { ARRIVAL, type AgentDesk, type Scenario } from '../../../src/lab/sandbox/scenario.ts';
import { actOut, brokenIn, temporaryDirectory } from '../../scenarios/stage.ts';

const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  get_balance: { match: GET /v1/balance, upstream: payments, effect: read }
agents:
  bot:
    stage: sandbox
    allow: [get_balance]
`;

const readBalance = async ({ urls, token, signal }: AgentDesk): Promise<void> => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${urls['payments']}/v1/balance`, { headers, signal });
  await response.arrayBuffer();
};

/** One agent that reads the balance once: no harm at all. */
function scenario(run: (desk: AgentDesk) => Promise<void>, changes: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    title: '',
    story: '',
    source: '',
    policy: POLICY,
    worlds: { payments: { definition: payments, size: 3 } },
    agents: [{ agent: 'bot', task: 'test', program: { kind: 'function', run } }],
    harm: () => [],
    timeoutMs: 10_000,
    ...changes,
  };
}

it('both runs begin at three in the morning, in the same world, under the same names', async () => {
  const desks: AgentDesk[] = [];
  const result = await actOut(
    scenario(async (desk) => {
      desks.push(desk);
      await readBalance(desk);
    }),
  );
  const [unguarded, guarded] = desks as [AgentDesk, AgentDesk];
  expect(unguarded.ids).toEqual(guarded.ids);
  expect(unguarded.ids['charge']?.length).toBeGreaterThan(0);
  expect(Object.keys(unguarded.urls)).toEqual(Object.keys(guarded.urls));
  expect(unguarded.token).toMatch(/^sk_test_/);
  expect(guarded.token).toMatch(/^interlock_/);
  for (const { startedAt, timeline, requests } of [result.unguarded, result.guarded]) {
    expect(new Date(startedAt).toISOString()).toMatch(/T03:00:00/);
    expect(timeline.map(({ lane, kind, text }) => [lane, kind, text])).toEqual([['agent', 'call', 'GET /v1/balance']]);
    expect(requests).toEqual({ sent: 1, reached: 1 });
  }
});

it('harm that is in no ledger shows in the oracle and in the timeline', async () => {
  const result = await actOut(scenario(readBalance, { harm: (_ledger, arrivals) => arrivals }));
  expect(brokenIn(result)).toEqual(['oracle']);
  expect(result.guarded.harm).toEqual({ money: '0.00 USD', entries: 1 });
  expect(result.guarded.timeline).toContainEqual(
    expect.objectContaining({ lane: 'business', kind: 'harm', text: 'bears GET /v1/balance' }),
  );
  expect(ARRIVAL).toBe('request');
});

it('agents still at work when the time is over are ended, and it is said', async () => {
  const endless = ({ signal }: AgentDesk): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  const { unguarded, guarded } = await actOut(scenario(endless, { timeoutMs: 50 }));
  for (const { timeline } of [unguarded, guarded]) {
    expect(timeline.map(({ text }) => text)).toEqual(['was ended: the time for this run is over']);
  }
});

it('the operator acts in the guarded run alone, and what he waits for ends with it', async () => {
  let waited = 0;
  const result = await actOut(
    scenario(readBalance, {
      operator: async ({ until, kill, resume }) => {
        await kill('bot', 'a drill');
        await resume('bot', 'over');
        await until(() => false);
        waited += 1;
      },
    }),
  );
  expect(waited).toBe(1);
  const operatorLane = result.guarded.timeline.filter(({ lane }) => lane === 'operator');
  expect(operatorLane.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['freeze', 'resume']));
  expect(result.unguarded.timeline.some(({ lane }) => lane === 'operator')).toBe(false);
});

it('an operator who fails fails the run', async () => {
  const operator = (): Promise<void> => Promise.reject(new Error('asleep'));
  await expect(actOut(scenario(readBalance, { operator }))).rejects.toThrow('asleep');
});

it('a policy with a fault is an error that points at it', async () => {
  const policy = POLICY.replace('allow: [get_balance]', 'allow: [get_balanse]');
  await expect(actOut(scenario(readBalance, { policy }))).rejects.toThrow(/test\.yaml:\d+:\d+.*get_balanse/s);
});

it('the journal stays for the reader, and the next run begins a new one', async () => {
  const dir = temporaryDirectory();
  const journal = path.join(dir, 'journal');
  await runScenario(scenario(readBalance), { dir });
  const first = readRecords(journal);
  await runScenario(scenario(readBalance), { dir });
  const second = readRecords(journal);
  expect(recordsOf(second, 'call')).toHaveLength(recordsOf(first, 'call').length);
  expect(second.map(({ record }) => record.seq)).toEqual(second.map((_, index) => index + 1));
});

it('records are placed where their lines end, byte for byte', async () => {
  const dir = temporaryDirectory();
  await runScenario(scenario(readBalance), { dir });
  const records = readRecords(path.join(dir, 'journal'));
  const segment = readFileSync(path.join(dir, 'journal/segments/000000000001-000001.ndjson'));
  for (const { record, endsAt } of records) {
    expect(segment[endsAt - 1]).toBe(0x0a);
    expect(segment.subarray(0, endsAt).toString().split('\n')).toHaveLength(record.seq + 1);
  }
});
