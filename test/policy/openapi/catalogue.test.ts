import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { formatProblem, loadPolicy, loadRecorded, readPolicy, type PolicyProblem } from '../../../src/policy/index.ts';
import type { Result } from '../../../src/std/result.ts';
import { DOCUMENT_BYTES_MAX, readDocument } from '../../../src/policy/openapi/document.ts';
import { describedWorld } from './world.ts';
import { api, DOCUMENT, load, policyText, request, takes, thing, type Described } from './described.ts';

function problems(loaded: Result<unknown, PolicyProblem[]>): string[] {
  return loaded.ok ? [] : loaded.failure.map((problem) => formatProblem('p.yaml', problem));
}

const closed = { type: 'object', properties: { amount: { type: 'integer' } } };
const plain = api(takes(closed));
const at = (reason: string): string => `p.yaml:6:14: \`${DOCUMENT}\` cannot be used: ${reason}`;
const within = (reason: string): string => `p.yaml:6:14: in \`${DOCUMENT}\`, #/paths/~1things/post/${reason}`;

describe('a document that cannot be used is named with its place', () => {
  it.each<[string, unknown, string]>([
    ['of another version', { swagger: '2.0', paths: {} }, at('it says `openapi: 2.0`; versions 3.0 and 3.1 are read')],
    ['without paths', { openapi: '3.1.0' }, at('it has no `paths`')],
    ['that is a list', [], at('it is no OpenAPI document, but a list or a single value')],
    [
      'that refers to another',
      api(takes({ $ref: './charge.json#/Charge' })),
      within(
        'requestBody/content/application~1json/schema: `./charge.json#/Charge` lies outside the document; bundle it into one file',
      ),
    ],
    [
      'that refers to nothing',
      api(takes({ properties: { a: { $ref: '#/components/schemas/A' } } })),
      within('requestBody/content/application~1json/schema/properties/a: `#/components/schemas/A` points at nothing'),
    ],
    [
      'whose body refers to itself',
      api({ requestBody: { $ref: '#/paths/~1things/post/requestBody' } }),
      within('requestBody: `#/paths/~1things/post/requestBody` leads in a circle'),
    ],
  ])('%s', (_what, document, expected) => expect(problems(load(document))).toEqual([expected]));

  it('neither JSON nor YAML', () => {
    expect(problems(load('{ "openapi":'))[0]).toContain(`\`${DOCUMENT}\` cannot be used: it is neither JSON nor YAML`);
    expect(problems(load('openapi: 3.0.3\npaths: {}\npaths: {}'))[0]).toContain('Map keys must be unique');
  });

  it('missing', () => {
    const files = { include: () => ({ ok: false, failure: '' }) as const };
    expect(problems(loadPolicy(policyText(), 'p.yaml', files))).toEqual([
      at('only a policy that is read from disk has documents'),
    ]);
  });

  it('what no route needs is not looked at', () => {
    const broken = { get: { responses: { 200: { $ref: 'http://elsewhere' } } } };
    expect(problems(load({ ...plain, paths: { ...(plain as { paths: object }).paths, '/other': broken } }))).toEqual(
      [],
    );
  });
});

describe('a route is the operation of the same method and path', () => {
  const behind = {
    ...plain,
    servers: [{ url: 'https://{region}.api.example/v2/', variables: { region: { default: 'eu' } } }],
  };
  const item = { openapi: '3.0.3', paths: { '/things/{thingId}/parts/{n}': { get: {} } } };

  it.each<[string, object, Described]>([
    ['as both write it', plain, {}],
    ['behind the server’s path', behind, { match: 'POST /v2/things' }],
    ['behind the upstream’s path', behind, { url: 'https://eu.api.example/v2' }],
    ['with parameters of other names', item, { match: 'GET /things/{id}/parts/{part}' }],
    ['HEAD as the GET it is', item, { match: 'HEAD /things/{id}/parts/{part}' }],
    ['none, where the route is off', plain, { match: 'POST /elsewhere', route: ', shape: off' }],
    ['none, where the upstream is off', plain, { match: 'POST /elsewhere', upstream: 'shape: off' }],
  ])('%s', (_what, document, described) => expect(problems(load(document, described))).toEqual([]));

  it.each<[string, string, string]>([
    ['a misspelt path', 'POST /thing', '; did you mean `POST /things`?'],
    ['another method', 'PUT /things', '; did you mean `POST /things`?'],
    ['a path of its own', 'POST /completely/else', ''],
    ['a literal that the document has a parameter for', 'POST /other/7', ''],
  ])('%s is none', (_what, match, suggestion) => {
    expect(problems(load(plain, { match }))).toEqual([
      `p.yaml:9:19: \`${match}\` is no operation of \`${DOCUMENT}\`; write one of its operations, or \`shape: off\` beside it${suggestion}`,
    ]);
  });
});

describe('a policy with a document', () => {
  const text = policyText({ upstream: 'contract: { minimum: 3 }' });
  const folder = mkdtempSync(path.join(tmpdir(), 'interlock-openapi-'));
  const document = stringify(plain);
  writeFileSync(path.join(folder, 'p.yaml'), text);
  writeFileSync(path.join(folder, 'api.yaml'), document);

  test('is read from disk with it, and goes by its bytes', async () => {
    const loaded = await readPolicy(path.join(folder, 'p.yaml'));
    expect(thing(loaded).shape?.(request({ body: { amout: 1 } }))).toEqual([
      'body.amout: is not known; did you mean amount?',
    ]);
    const digest = createHash('sha256').update(document).digest('hex');
    expect(loaded.ok && loaded.value.documents).toEqual({ [DOCUMENT]: digest });
    const other = load(`${document}# a comment\n`, { upstream: 'contract: { minimum: 3 }' });
    expect(other.ok && loaded.ok && other.value.digest !== loaded.value.digest).toBe(true);
  });

  test('is the same policy when it is recorded, and refuses what was not checked before', async () => {
    const loaded = await readPolicy(path.join(folder, 'p.yaml'));
    if (!loaded.ok) throw new Error('it loads');
    const again = loadRecorded({ file: 'p.yaml', text, documents: loaded.value.documents });
    expect(again.ok && again.value.digest).toBe(loaded.value.digest);
    expect(again.ok && again.value.policy.shared.contracts).toEqual(loaded.value.policy.shared.contracts);
    expect(thing(again).shape?.(request({ body: { amount: 1 } }))).toHaveLength(1);
    expect(thing(again).contract).toBeUndefined();
  });

  test('that was recorded before documents were held against says nothing of shapes', () => {
    const old = loadRecorded({ file: 'p.yaml', text: policyText() });
    expect(thing(old).shape).toBeUndefined();
  });

  test('has its contract with every default', () => {
    const loaded = load(plain, { upstream: 'contract: {}' });
    expect(loaded.ok && loaded.value.policy.shared.contracts).toEqual([
      {
        rule: 'upstreams.api.contract',
        routes: new Set(['thing']),
        drift: 50_000,
        withinMs: 3_600_000,
        minimum: 20,
        onTrip: 'freeze',
      },
    ]);
  });
});

test('the document of the shipped payments world describes what it takes and answers', () => {
  expect(describedWorld()).toEqual([]);
});

test('no document is read that is larger than any API’s', () => {
  const read = readDocument(new Uint8Array(DOCUMENT_BYTES_MAX + 1));
  expect(read).toMatchObject({ ok: false, failure: expect.stringContaining('at most 33554432 are read') });
});
