import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { interlock, refundsPolicy, serve, site, token, type CommandResult, type Served, type Site } from './served.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

let upstream: RawUpstream;
let where: Site;
let served: Served | undefined;
let bearer: string;

beforeEach(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
});
afterEach(async () => {
  await served?.end('SIGKILL');
  await upstream.close();
});

async function start(rules: string): Promise<void> {
  where = site(refundsPolicy(upstream.origin, rules));
  served = await serve(where);
  bearer = await token(where, 'refunds-bot');
}

async function crash(): Promise<void> {
  await served?.end('SIGKILL');
  served = await serve(where);
}

async function read(): Promise<number> {
  const headers = { authorization: `Bearer ${bearer}` };
  const response = await fetch(`${served?.door}/payments/v1/charges/ch_1`, { headers });
  await response.arrayBuffer();
  return response.status;
}

async function freezeItself(): Promise<number> {
  const response = await fetch(`${served?.door}/.interlock/freeze`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'the totals do not add up' }),
  });
  await response.arrayBuffer();
  return response.status;
}

const at = (): string[] => ['--policy', where.policy, '--data', where.data];
const resume = (...said: string[]): Promise<CommandResult> => interlock('resume', 'refunds-bot', ...said, ...at());
const by = (name: string): Promise<CommandResult> => resume('--by', name, '--reason', 'checked the totals');

test('I6: an agent that froze itself is frozen after a crash, until somebody says who and why', async () => {
  await start('rates: [{ max: 100, per: 1h }]');
  expect(await freezeItself()).toBe(200);
  await crash();
  expect(await read()).toBe(403);
  expect(await freezeItself()).toBe(200);

  expect(await resume('--reason', 'fine now')).toMatchObject({ code: 2 });
  expect(await resume('--by', 'ada')).toMatchObject({ code: 2 });
  expect(await resume('--by', ' ', '--reason', 'fine now')).toMatchObject({ code: 1 });
  expect(await resume('--by', 'ada', '--reason', ' ')).toMatchObject({ code: 1 });
  expect(await read()).toBe(403);
  expect(await by('ada')).toMatchObject({ code: 0, stdout: expect.stringContaining('may work again') });
  expect(await read()).toBe(200);
  const records = [...readJournal(where.data, { tail: 'live' })];
  expect(records.filter(({ kind }) => kind === 'freeze')).toMatchObject([{ by: 'agent' }]);
  expect(records.filter(({ kind }) => kind === 'resume')).toMatchObject([{ by: 'human:ada' }]);
}, 60_000);

test('with `resume: { people: 2 }` two different people must say so, of one freeze, crash or no crash', async () => {
  await start('resume: { people: 2 }');
  await freezeItself();
  expect(await by('Ada')).toMatchObject({ code: 0, stdout: expect.stringContaining('One of two') });
  expect(await read()).toBe(403);
  await crash();
  expect(await by(' ada ')).toMatchObject({ code: 1, stderr: expect.stringContaining('another person') });
  expect(await read()).toBe(403);
  // With no door running, the desk works on the journal itself.
  await served?.end('SIGKILL');
  expect(await by('ben')).toMatchObject({ code: 0, stdout: expect.stringContaining('may work again') });
  served = await serve(where);
  expect(await read()).toBe(200);

  await freezeItself();
  expect(await by('ben')).toMatchObject({ code: 0, stdout: expect.stringContaining('One of two') });
  expect(await read()).toBe(403);
  const words = [...readJournal(where.data, { tail: 'live' })].filter(
    ({ kind }) => kind === 'assent' || kind === 'resume',
  );
  expect(words).toMatchObject([
    { kind: 'assent', by: 'Ada' },
    { kind: 'resume', by: 'human:ben' },
    { kind: 'assent', by: 'ben' },
  ]);
}, 60_000);
