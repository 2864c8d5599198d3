import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { lastPolicy } from '../../src/journal/index.ts';
import { identityOf, loadPolicy, loadRecorded, readPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { opened, directory } from '../journal/directory.ts';

const BOT = 'bot' as AgentId;

const OPENAPI = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'api', version: '1' },
  paths: { '/a/{id}': { get: { parameters: [], responses: { 200: { description: 'ok' } } } } },
});

/** What a person may change about a policy, one thing at a time. */
const BEFORE = {
  version: '"1.4.1"',
  model: 'gpt-5',
  prompt: 'Be kind.',
  max: 100,
  openapi: OPENAPI,
  promotion: '{ people: 1 }',
  notify: '[{ slack: { env: SLACK } }]',
  checkpoints: '{ key: { env: CHECKPOINT_KEY }, to: [{ directory: /mnt/audit }] }',
  stage: 'production',
  comment: '# as it was',
};

function written(parts: typeof BEFORE): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'interlock-identity-'));
  writeFileSync(path.join(folder, 'prompt.md'), parts.prompt);
  writeFileSync(path.join(folder, 'api.json'), parts.openapi);
  const file = path.join(folder, 'interlock.yaml');
  writeFileSync(
    file,
    `${parts.comment}
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer }, openapi: ./api.json, shape: off } }
routes: { get_a: { match: "GET /a/{id}", upstream: api, effect: read } }
agents:
  bot:
    stage: ${parts.stage}
    identity: { version: ${parts.version}, model: ${parts.model}, prompt: ./prompt.md }
    allow: [get_a]
    rates: [{ max: ${parts.max}, per: 1h }]
promotion: ${parts.promotion}
notify: ${parts.notify}
checkpoints: ${parts.checkpoints}
`,
  );
  return file;
}

async function read(parts: typeof BEFORE): Promise<LoadedPolicy> {
  const loaded = await readPolicy(written(parts));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 1));
  return loaded.value;
}

/** What tells one from another: the policy as a whole, its rules, and who the agent is. */
const digestsOf = (policy: LoadedPolicy) => ({
  policy: policy.digest,
  rules: policy.rulesDigest,
  identity: identityOf(policy, BOT).digest,
});

describe('a change resets what it must, and nothing else', () => {
  test.each<[string, Partial<typeof BEFORE>, readonly string[]]>([
    ['the agent’s version', { version: '"1.4.2"' }, ['policy', 'identity']],
    ['its model', { model: 'gpt-5-mini' }, ['policy', 'identity']],
    ['a word of its prompt', { prompt: 'Be kinder.' }, ['policy', 'identity']],
    ['a rule', { max: 101 }, ['policy', 'rules']],
    ['the most it may be', { stage: 'limited' }, ['policy', 'rules']],
    ['the OpenAPI document', { openapi: OPENAPI.replace('"ok"', '"yes"') }, ['policy', 'rules']],
    ['what a promotion demands', { promotion: '{ people: 2 }' }, ['policy']],
    ['that none is demanded', { promotion: 'none' }, ['policy']],
    ['who is told', { notify: '[]' }, ['policy']],
    [
      'where checkpoints go',
      { checkpoints: '{ key: { env: OTHER_KEY }, to: [{ directory: /mnt/audit }] }' },
      ['policy'],
    ],
    ['a comment', { comment: '# another' }, []],
  ])('%s', async (_, change, changed) => {
    const before = digestsOf(await read(BEFORE));
    const after = digestsOf(await read({ ...BEFORE, ...change }));
    expect(Object.keys(before).filter((key) => before[key as 'policy'] !== after[key as 'policy'])).toEqual(changed);
  });
});

test('a policy that says nothing of all that has one digest for both', () => {
  const text = `
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer } } }
routes: { get_a: { match: GET /a, upstream: api, effect: read } }
agents: { bot: { stage: production, allow: [get_a] } }
`;
  const loaded = loadPolicy(text, 'p.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  expect(loaded.value.rulesDigest).toBe(loaded.value.digest);
  expect(loaded.value.identities.size).toBe(0);
  expect(identityOf(loaded.value, BOT)).toMatchObject({ agent: BOT, version: undefined, prompt: undefined });
});

test('a prompt is known by the SHA-256 of its bytes, which may stand in its place', async () => {
  const policy = await read(BEFORE);
  const sha256 = createHash('sha256').update('Be kind.').digest('hex');
  expect(policy.documents['./prompt.md']).toBe(sha256);
  expect(policy.identities.get(BOT)).toMatchObject({ version: '1.4.1', model: 'gpt-5', prompt: sha256 });
  const stated = loadPolicy(policy.text.replace('./prompt.md', `"sha256:${sha256}"`), policy.file, {
    include: () => ({ ok: false, failure: 'none' }),
    document: () => ({ ok: true, value: Buffer.from(BEFORE.openapi) }),
  });
  if (!stated.ok) throw new Error(JSON.stringify(stated.failure));
  expect(stated.value.identities.get(BOT)).toEqual(policy.identities.get(BOT));
  expect(stated.value.documents).not.toHaveProperty('./prompt.md');
  expect(stated.value.rulesDigest).toBe(policy.rulesDigest);
});

test('a prompt that is not there is said at its place', async () => {
  const file = written(BEFORE);
  const loaded = loadPolicy('', file);
  expect(loaded.ok).toBe(false);
  writeFileSync(file, (await read(BEFORE)).text.replace('prompt.md', 'prmpt.md'));
  expect(await readPolicy(file)).toMatchObject({
    ok: false,
    failure: [
      {
        line: 8,
        column: 57,
        message: expect.stringContaining('`./prmpt.md` cannot be used: there is no such file') as string,
      },
    ],
  });
});

test('a recorded policy has the same identity and digests, when prompt and documents are gone', async () => {
  const policy = await read(BEFORE);
  const data = directory();
  await (await opened(data, { policy })).close();
  const again = loadRecorded(lastPolicy(data)!);
  if (!again.ok) throw new Error(JSON.stringify(again.failure));
  expect(digestsOf(again.value)).toEqual(digestsOf(policy));
  expect(again.value.identities).toEqual(policy.identities);
  expect(() => new Engine(again.value.policy)).not.toThrow();
  const { documents: _documents, ...robbed } = lastPolicy(data)!;
  expect(loadRecorded(robbed)).toMatchObject({
    ok: false,
    failure: [{ message: '`./prompt.md` cannot be used: its digest was not recorded with the policy' }],
  });
});

test('one file may be prompt and document: as a document it belongs to the rules', () => {
  const load = (bytes: string) => {
    const text = `
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer }, openapi: ./api.json, shape: off } }
routes: { get_a: { match: "GET /a/{id}", upstream: api, effect: read } }
agents: { bot: { stage: production, identity: { prompt: ./api.json }, allow: [get_a] } }
`;
    const files = {
      include: () => ({ ok: false, failure: 'none' }) as const,
      document: () => ({ ok: true, value: Buffer.from(bytes) }) as const,
    };
    const loaded = loadPolicy(text, 'p.yaml', files);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return loaded.value.rulesDigest;
  };
  expect(load(OPENAPI)).not.toBe(load(OPENAPI.replace('"ok"', '"yes"')));
});

describe('identity', () => {
  const word = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
  const said = fc.record(
    { version: word, model: word, prompt: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`) },
    { requiredKeys: [] },
  );
  const digestOf = (agent: string, identity: object): string => {
    const text = JSON.stringify({
      version: 1,
      upstreams: { api: { url: 'https://api.example', credential: { env: 'KEY', as: 'bearer' } } },
      routes: { get_a: { match: 'GET /a', upstream: 'api', effect: 'read' } },
      agents: { [agent]: { stage: 'sandbox', identity, allow: ['get_a'] } },
    });
    const loaded = loadPolicy(text, 'p.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return identityOf(loaded.value, agent as AgentId).digest;
  };
  const filled = said.filter((identity) => Object.keys(identity).length > 0);

  prop.prop([filled, filled, fc.constantFrom('bot', 'other'), fc.constantFrom('bot', 'other')])(
    'two agents have one digest exactly if all that is said of them is the same',
    (one, two, who, whom) => {
      const same = who === whom && JSON.stringify(sorted(one)) === JSON.stringify(sorted(two));
      expect(digestOf(who, one) === digestOf(whom, two)).toBe(same);
      expect(digestOf(who, one)).toBe(digestOf(who, structuredClone(one)));
    },
  );

  const sorted = (identity: object): unknown => Object.entries(identity).toSorted(([a], [b]) => (a < b ? -1 : 1));
});
