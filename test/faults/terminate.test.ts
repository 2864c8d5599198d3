import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { Live, OK } from './live.ts';

const CLIENTS = 24;

let live: Live | undefined;
afterEach(() => live?.close());

test('SIGTERM during load: every call is answered and on record with its outcome, and the door ends with 0', async () => {
  live = await Live.open({}, async (_, wire) => {
    await pause(20);
    return wire.send(OK);
  });
  const load = live.load(CLIENTS);
  await live.upstream.arrived(2 * CLIENTS);
  const code = await live.served.end('SIGTERM');
  const answers = await load.stop();
  expect(code).toBe(0);
  expect([...new Set(answers.map(({ status }) => status))].filter((status) => ![200, 503].includes(status))).toEqual(
    [],
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(live.upstream.requests.length);
  expect(await live.broken()).toEqual([]);
  const records = [...readJournal(live.where.data)];
  const intents = records.filter((record) => record.kind === 'call' && record.verdict === 'allow');
  expect(records.filter(({ kind }) => kind === 'outcome')).toHaveLength(intents.length);
});

test('a second SIGTERM waits for nobody: what is under way is cut, and counts as spent', async () => {
  live = await Live.open({}, () => undefined);
  const cut = live.refund('ch_cut').catch(() => undefined);
  await live.upstream.arrived(1);
  live.served.child.kill('SIGTERM');
  while (!live.served.stderr().includes('SIGTERM')) await pause(10);
  expect(await live.served.end('SIGTERM')).toBe(0);
  await cut;
  expect(await live.broken()).toEqual([]);
  expect([...readJournal(live.where.data)].filter(({ kind }) => kind === 'outcome')).toEqual([]);
  live.upstream.act((_, wire) => wire.send(OK));
  await live.serve();
  expect((await live.refund('ch_cut')).status).toBe(409);
});
