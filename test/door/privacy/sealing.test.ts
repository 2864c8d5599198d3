import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readFields } from '../../../src/door/normal/fields.ts';
import { personIn } from '../../../src/door/privacy/person.ts';
import { replacedInPairs } from '../../../src/door/privacy/pairs.ts';
import { Sealing, type HeardAnswer } from '../../../src/door/privacy/sealing.ts';
import { NO_ANSWER_FACTS } from './answer-facts.ts';
import { revealed } from '../../../src/journal/index.ts';
import { Vault } from '../../../src/journal/vault/vault.ts';
import type { Request } from '../../../src/engine/policy.ts';
import { covers, UNROUTED_PRIVACY, type RoutePrivacy } from '../../../src/policy/index.ts';
import type { Json } from '../../../src/std/canonical-json.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-sealing-'));
const vault = new Vault(dir, () => undefined);
afterAll(() => vault.close());

const NOTHING: RoutePrivacy = { ...UNROUTED_PRIVACY, body: [], segments: new Set() };
const request: Request = { method: 'POST', params: {}, query: {}, body: undefined, headers: {} };

function sealing(plan: Partial<RoutePrivacy>, person = 'customer:1'): Sealing {
  return new Sealing({ plan: { ...NOTHING, ...plan }, route: undefined, request, person, values: false }, vault);
}

async function back<Value extends object>(record: Value): Promise<Value> {
  await vault.written();
  return revealed(dir, record);
}

const secretText = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 20 }).map((text) => `§${text}`);
const record = fc.record({
  id: fc.string(),
  email: fc.oneof(secretText, fc.constant(null), fc.integer()),
  owner: fc.record({
    name: secretText,
    tags: fc.array(fc.record({ phone: secretText, kind: fc.string() }), { maxLength: 3 }),
  }),
});
const PLACES = [['email'], ['owner', 'name'], ['owner', 'tags', 'phone']];

describe('a sealed text', () => {
  test('holds none of the values, is still what it was, and gives every byte back', async () => {
    await fc.assert(
      fc.asyncProperty(record, fc.constantFrom(undefined, 2), async (value, indent) => {
        const body = JSON.stringify(value, null, indent);
        const wire = { target: '/v1/x', headers: { 'content-type': 'application/json' }, body };
        const kept = sealing({ body: PLACES }).request(wire);
        const secrets = [value.owner.name, ...value.owner.tags.map(({ phone }) => phone)];
        const parsed = JSON.parse(kept.body ?? '') as typeof value;
        expect(JSON.stringify(parsed.owner)).not.toContain('§');
        expect(secrets.every((secret) => !(kept.body ?? '').includes(JSON.stringify(secret)))).toBe(true);
        expect(parsed.id).toBe(value.id);
        expect(parsed.owner.tags.map(({ kind }) => kind)).toEqual(value.owner.tags.map(({ kind }) => kind));
        expect(parsed.email === null).toBe(value.email === null);
        expect(await back(kept)).toEqual(wire);
      }),
      { numRuns: 40 },
    );
  });

  test('of a form or a query too', async () => {
    const pair = fc.tuple(
      fc.constantFrom('email', 'who[email]', 'list[]', 'plain', 'x[y][z]'),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(pair, { selector: ([name]) => name, maxLength: 5 }), async (pairs) => {
        const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
        const places = [['email'], ['who'], ['list'], ['x', 'y']];
        const wire = {
          target: `/v1/x${text === '' ? '' : `?${text}`}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: text === '' ? null : text,
        };
        const kept = sealing({ body: places, query: places }).request(wire);
        const plain = pairs.find(([name]) => name === 'plain');
        const left = new URLSearchParams(kept.body ?? '');
        for (const [name, value] of pairs) {
          if (name === 'plain' || value === '') expect(left.get(name)).toBe(value);
          else expect(left.get(name)).toMatch(/^sealed_/);
        }
        expect(kept.target.includes(`plain=${encodeURIComponent(plain?.[1] ?? '')}`)).toBe(plain !== undefined);
        expect(await back(kept)).toEqual(wire);
      }),
      { numRuns: 40 },
    );
  });

  test('every field that the rules read has the path that is sealed', () => {
    for (const text of ['a[b][c]=1', 'a%5Bb%5D=1', 'a[]=1', 'a[0][b]=1&a[1][b]=2', 'a+b=1', 'a=']) {
      const fields = readFields(text);
      const paths: string[][] = [];
      replacedInPairs(
        text,
        (steps) => paths.push([...steps]) > 0,
        () => 'x',
      );
      const leaves = (value: Json, at: readonly string[]): string[][] =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).flatMap(([name, member]) => leaves(member, [...at, name]))
          : [[...at]];
      if (!fields.ok) throw new Error(text);
      const read = leaves(fields.value.values, []);
      expect(paths.map((steps) => steps.map((step) => (step === '' ? '0' : step)))).toEqual(read);
    }
  });
});

describe('an answer', () => {
  const heard = (text: string, length = text.length): HeardAnswer => {
    let body: Json | undefined;
    try {
      body = JSON.parse(text) as Json;
    } catch {
      body = undefined;
    }
    return { text: text.slice(0, length), whole: text, body };
  };
  const PEOPLE = { answer: [['data', '*']], person: ['customer:', { kind: 'answer', steps: ['data', 'id'] } as const] };
  const people = JSON.stringify({
    total: 2,
    data: [
      { id: 'A', name: 'Anna' },
      { id: 'B', name: 'Bob' },
    ],
  });

  test('with several people in it is sealed as of each of them', async () => {
    const { text } = sealing(PEOPLE).answered(heard(people), NO_ANSWER_FACTS);
    expect(text).toMatch(/^\{"total":2,"data":\["sealed_[\w-]{43}","sealed_[\w-]{43}"\]\}$/);
    expect(await back({ text })).toEqual({ text: people });
    await vault.erase('customer:A');
    expect(await back({ text })).toEqual({ text: '{"total":2,"data":["[erased]",{"id":"B","name":"Bob"}]}' });
  });

  test.each<[string, string, HeardAnswer]>([
    ['no JSON', 'name=Anna', heard('name=Anna')],
    ['broken off', '{"data":[{"id":"A","na', { ...heard('{"data":[{"id":"A","na'), whole: undefined }],
    ['too long to be looked into', people, { ...heard(people), whole: undefined, body: undefined }],
  ])('that is %s is sealed whole: nobody knows what it holds', async (_why, text, answer) => {
    const kept = sealing(PEOPLE).answered(answer, NO_ANSWER_FACTS).text;
    expect(kept).toMatch(/^sealed_[\w-]{43}$/);
    expect(await back({ kept })).toEqual({ kept: text });
  });

  test('of which only the beginning is kept, keeps no half of a value', () => {
    const text = `{"a":"${'x'.repeat(50)}","data":[{"id":"A","name":"Anna Muster"}],"z":1}`;
    for (let length = 1; length <= text.length; length += 1) {
      const kept = sealing({ answer: [['data']] }).answered(heard(text, length), NO_ANSWER_FACTS).text ?? '';
      expect(kept.replaceAll(/sealed_[\w-]{43}/g, '')).not.toContain('An');
      expect(kept.startsWith(text.slice(0, Math.min(length, text.indexOf('[{'))))).toBe(true);
    }
  });
});

test.each<[string, readonly string[], Json, readonly string[], string | undefined]>([
  ['the one of the answer', ['id'], { id: 1, email: 'x' }, ['email'], 'p:1'],
  [
    'the one of its own list member',
    ['list', 'id'],
    { list: [{ id: 1 }, { id: 2, mail: 'x' }] },
    ['list', '1', 'mail'],
    'p:2',
  ],
  [
    'one further out',
    ['list', 'id'],
    { list: [{ id: 7, tags: [{ t: 'x' }] }] },
    ['list', '0', 'tags', '0', 't'],
    'p:7',
  ],
  [
    'nobody where a list leaves it open',
    ['list', 'id'],
    { email: 'x', list: [{ id: 1 }, { id: 2 }] },
    ['email'],
    undefined,
  ],
  ['the only one of a list', ['list', 'id'], { email: 'x', list: [{ id: 1 }] }, ['email'], 'p:1'],
  ['nobody where the field is not there', ['id'], { email: 'x' }, ['email'], undefined],
  ['nobody where it is no single value', ['id'], { id: { a: 1 }, email: 'x' }, ['email'], undefined],
])('whose data: %s', (_what, steps, body, at, expected) => {
  expect(personIn(['p:', { kind: 'answer', steps }], request, body, at)).toBe(expected);
});

test.each<[string[], string[], boolean]>([
  [['email'], ['email'], true],
  [['email'], ['email', 'local'], true],
  [['a', 'email'], ['a'], false],
  [['a', 'email'], ['a', '0', 'email'], true],
  [['a', 'email'], ['a', '', 'email'], true],
  [['a', '*', 'email'], ['a', '3', 'email'], true],
  [['a', '*', 'email'], ['a', 'work', 'email'], true],
  [['a', '*'], ['a'], false],
  [['a', 'email'], ['a', 'b', 'email'], false],
  [[], ['anything'], true],
  [['0'], ['0'], true],
])('%j covers %j: %s', (steps, at, expected) => expect(covers(steps, at)).toBe(expected));
