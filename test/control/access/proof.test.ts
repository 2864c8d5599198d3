import { afterAll, beforeAll, expect, test } from 'vitest';
import { room, type Room } from './room.ts';

let control: Room;
beforeAll(async () => {
  control = await room();
});
afterAll(() => control.close());

const last = async (count: number): Promise<readonly Record<string, unknown>[]> =>
  (await control.rig.records()).slice(-count) as never;

test('what somebody does who has signed in is on record in their name, and says how they have shown it', async () => {
  const token = await control.person('ann', 'admin');
  const { ask } = await control.signIn(token);
  const before = (await control.rig.records()).length;
  const asked = { agent: 'tester', task: 't', expiresMs: 60_000, routes: null, parent: null };
  const grant = (await ask('/v1/grants', asked)).json['grant'] as { id: string };
  expect((await ask('/v1/agents/tester/kill', { reason: 'because' })).status).toBe(200);
  expect((await ask('/v1/agents/tester/resume', { reason: 'looked' })).json).toMatchObject({
    kind: 'assented',
    by: 'ann',
  });
  expect((await ask(`/v1/grants/${grant.id}/revoke`, {})).status).toBe(200);
  const opinion = { agent: 'tester', opinion: 'sane', reason: 'as meant' };
  expect((await ask('/v1/calls/call_1/assess', opinion)).status).toBe(200);
  expect((await ask('/v1/users', { name: 'bob', roles: ['viewer'] })).status).toBe(200);
  const records = (await control.rig.records()).slice(before);
  expect(records.map(({ kind }) => kind)).toEqual(['grant', 'freeze', 'assent', 'revoke', 'assessment', 'user']);
  for (const record of records) {
    expect(record).toMatchObject({ by: record.kind === 'freeze' ? 'human:ann' : 'ann', proof: 'token' });
  }
});

test('what is done with the machine’s token says who, and no proof', async () => {
  await control.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
  const [record] = await last(1);
  expect(record).toMatchObject({ kind: 'freeze', by: 'human:root' });
  expect(record).not.toHaveProperty('proof');
});

test('once people are on record, two people are two who have signed in', async () => {
  const two = await room();
  const resume = '/v1/agents/tester/resume';
  try {
    await two.machine('/v1/agents/tester/kill', { reason: 'because', by: 'root' });
    // Nobody is on record: whoever has the data directory says who they are.
    expect((await two.machine(resume, { reason: 'looked', by: 'ann' })).json).toMatchObject({ kind: 'assented' });
    const ann = await two.signIn(await two.person('ann', 'approver'));
    const ben = await two.signIn(await two.person('ben', 'approver'));

    const refused = await two.machine(resume, { reason: 'looked', by: 'ben' });
    expect(refused.status).toBe(409);
    expect(refused.json['error']).toContain('INTERLOCK_USER_TOKEN');

    // The word from before was nobody's for certain, so that hers is the first.
    expect((await ann.ask(resume, { reason: 'looked' })).json).toMatchObject({ kind: 'assented', by: 'ann' });
    expect((await ann.ask(resume, { reason: 'looked again' })).status).toBe(409);
    expect((await two.machine(resume, { reason: 'looked', by: 'carl' })).status).toBe(409);
    expect((await ben.ask(resume, { reason: 'looked' })).json).toMatchObject({
      kind: 'resumed',
      people: ['ann', 'ben'],
    });
    const words = (await two.rig.records()).filter(({ kind }) => kind === 'assent' || kind === 'resume');
    expect(words.map((word) => ('proof' in word ? word.proof : undefined))).toEqual([undefined, 'token', 'token']);
  } finally {
    await two.close();
  }
});
