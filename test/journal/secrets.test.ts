import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashToken } from '../../src/door/judge/identify.ts';
import type { GrantId } from '../../src/engine/ids.ts';
import { readJournal, verifyJournal } from '../../src/journal/index.ts';
import { withoutSecrets } from '../../src/journal/secrets.ts';
import { tracesIn } from '../cli/traces.ts';
import { directory, opened } from './directory.ts';
import { note } from './entries.ts';

const token = (): string => `interlock_${randomBytes(32).toString('base64url')}`;

test('a token becomes the beginning of its hash: the grant can be told, and not be used', () => {
  const [one, other] = [token(), token()];
  const text = withoutSecrets(`first "${one}", then ${other}${one}.`);
  const [first, second] = [one, other].map((each) => `interlock_[${hashToken(each).slice(0, 16)}]`);
  expect(text).toBe(`first "${first}", then ${second}${first}.`);
});

test('what only begins like one stays', () => {
  for (const text of ['interlock_', 'interlock_test', 'agent-interlock', `interlock_${'a'.repeat(42)}`]) {
    expect(withoutSecrets(text)).toBe(text);
  }
});

test('I10 no grant token is in a file of the journal, in whatever record an agent or an upstream put it', async () => {
  const dir = directory();
  const secret = token();
  const { journal, engine, close } = await opened(dir, { snapshotEvery: 1 });
  const [agent, grant] = ['bot', 'grant_1' as GrantId] as const;
  journal.append(note(2_000, `my key is ${secret}`));
  journal.append({
    kind: 'freeze',
    at: 2_000,
    agent: agent as never,
    trip: 'freeze',
    by: 'agent',
    reason: secret,
    call: null,
    severed: [],
  });
  engine.apply({
    kind: 'frozen',
    freeze: { agent: agent as never, at: 2_000, trip: 'freeze', by: 'agent', reason: secret },
  });
  journal.append({
    kind: 'refusal',
    at: 2_000,
    status: 400,
    reason: 'x',
    detail: `?key=${secret}`,
    agent: null,
    grant,
    method: 'GET',
    target: `/${secret}`,
  });
  await journal.durable();
  await close();
  expect(tracesIn(dir, [secret])).toEqual([]);
  expect(tracesIn(dir, [hashToken(secret).slice(0, 16)]).length).toBeGreaterThan(1);
  expect(await verifyJournal(dir)).toMatchObject({ ok: true });
  expect([...readJournal(dir)].filter(({ kind }) => kind === 'note')).toHaveLength(1);
});
