import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lastPolicy, readJournal, redecide, type Recorded } from '../../src/journal/index.ts';
import { loadPolicy, loadRecorded, readPolicy } from '../../src/policy/index.ts';
import { directory, opened } from '../journal/directory.ts';

const MAIN = `
version: 1
include: [./routes.yaml]
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer } } }
agents: { reader: { stage: production, allow: [{ group: reads }] } }
`;
const ROUTES = `
routes: { get_a: { match: GET /a, upstream: api, effect: read } }
groups: { reads: [get_a] }
`;

test('the journal keeps what a policy includes, and decides itself again without the files', async () => {
  const [files, data] = [directory(), directory()];
  const file = path.join(files, 'interlock.yaml');
  writeFileSync(file, MAIN);
  writeFileSync(path.join(files, 'routes.yaml'), ROUTES);
  const loaded = await readPolicy(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  await (await opened(data, { policy: loaded.value })).close();
  // What is on disk now is another policy, and of no consequence to what was recorded.
  writeFileSync(path.join(files, 'routes.yaml'), ROUTES.replace('GET /a', 'GET /b'));
  const recorded = lastPolicy(data)!;
  expect(recorded).toMatchObject({ digest: loaded.value.digest, text: MAIN, includes: { './routes.yaml': ROUTES } });
  expect(recorded).not.toHaveProperty('documents');
  const compile = (record: typeof recorded) => {
    const again = loadRecorded(record);
    if (!again.ok) throw new Error(JSON.stringify(again.failure));
    return again.value.policy;
  };
  expect(redecide(data, compile)).toMatchObject({ calls: 0, differences: [] });
  const forged = { ...[...readJournal(data)][1]!, digest: 'other' } as Recorded;
  expect(redecide([forged], compile).differences).toMatchObject([{ recorded: 'other', now: loaded.value.digest }]);
});

test('a policy that includes nothing is recorded as it always was', async () => {
  const data = directory();
  const text = MAIN.replace('include: [./routes.yaml]', ROUTES);
  const loaded = loadPolicy(text, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  await (await opened(data, { policy: loaded.value })).close();
  const [, record] = [...readJournal(data)];
  expect(Object.keys(record!)).toEqual(['seq', 'kind', 'at', 'digest', 'file', 'text', 'hash']);
});
