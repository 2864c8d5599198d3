import { describe, expect, test } from 'vitest';
import { BODY_MAX_BYTES, readBody, STRICT_BODY } from '../../../src/door/normal/body.ts';
import { accepted, outcome } from './outcome.ts';

const json = Buffer.from('{"a":1}');

describe('bodies', () => {
  test.each([
    ['application/json', 'accepted'],
    ['application/json; charset=utf-8', 'accepted'],
    ['Application/JSON;charset="UTF-8"', 'accepted'],
    ['application/json; charset=utf8', 'accepted'],
    ['application/json; charset=latin1', '415 media_type'],
    ['application/json; charset="utf-8', '415 media_type'],
    ['application/json; profile=x', '415 media_type'],
    ['application/json, text/plain', '415 media_type'],
    ['application/json;', '415 media_type'],
    ['application/merge-patch+json', '415 media_type'],
    ['text/json', '415 media_type'],
    ['json', '415 media_type'],
    ['', '415 media_type'],
  ])('as %j', (type, expected) => {
    expect(outcome(readBody('POST', type, json))).toBe(expected);
  });

  test('B28 a JSON type passes where a route takes it, and B29 a list where it takes lists', () => {
    const options = { ...STRICT_BODY, lists: true, jsonTypes: ['application/json-patch+json'] };
    const patch = Buffer.from('[{"op":"remove","path":"/a"}]');
    expect(accepted(readBody('PATCH', 'application/json-patch+json', patch, options)).value).toEqual([
      { op: 'remove', path: '/a' },
    ]);
    expect(outcome(readBody('POST', 'application/json', patch, STRICT_BODY))).toBe('400 json_list');
  });

  test('a whole family of types that nobody reads is without JSON and forms, which are always read', () => {
    const terms = { ...STRICT_BODY, opaqueTypes: ['application/*'], opaqueMaxBytes: 100 };
    const twice = Buffer.from('{"a":1,"a":2}');
    for (const type of ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON']) {
      expect(outcome(readBody('POST', type, twice, terms))).toBe('400 json_duplicate_key');
    }
    expect(outcome(readBody('POST', 'application/x-www-form-urlencoded', Buffer.from('_method=PUT'), terms))).toBe(
      '400 field_name',
    );
    expect(accepted(readBody('POST', 'application/pdf; a=b', twice, terms))).toMatchObject({
      text: null,
      opaque: { bytes: 13 },
    });
    expect(outcome(readBody('GET', 'application/pdf', twice, terms))).toBe('400 body_unexpected');
  });

  test.each(['GET', 'HEAD', 'POST', 'DELETE'] as const)(
    '%s without bytes has no body, whatever its media type',
    (method) => {
      for (const type of [undefined, 'application/json', 'text/plain']) {
        expect(accepted(readBody(method, type, Buffer.alloc(0)))).toEqual({ value: undefined, text: null, nested: [] });
      }
    },
  );

  test.each([
    ['GET', '400 body_unexpected'],
    ['HEAD', '400 body_unexpected'],
    ['DELETE', 'accepted'],
  ] as const)('%s with a body', (method, expected) => {
    expect(outcome(readBody(method, 'application/json', json))).toBe(expected);
  });

  test('the largest body passes, one more byte does not', () => {
    const body = (bytes: number) => Buffer.from(`{"a":"${'x'.repeat(bytes - 8)}"}`);
    expect(outcome(readBody('POST', 'application/json', body(BODY_MAX_BYTES)))).toBe('accepted');
    expect(outcome(readBody('POST', 'application/json', body(BODY_MAX_BYTES + 1)))).toBe('413 body_too_large');
  });

  test('a form tells which names are nested; JSON has types of its own', () => {
    const form = accepted(readBody('POST', 'application/x-www-form-urlencoded', Buffer.from('a[]=1&b=2')));
    expect(form).toEqual({ value: { a: ['1'], b: '2' }, text: 'a[]=1&b=2', nested: ['a'] });
    expect(accepted(readBody('POST', 'application/json', json)).nested).toEqual([]);
  });
});
