import { describe, expect, test } from 'vitest';
import { headerFilter, headFault } from '../../../src/door/flight/answer-headers.ts';

const origin = new URL('https://api.example:8443');
const filter = headerFilter({ origin, secrets: ['Key-1', ''] });

describe('the answer header filter', () => {
  test('keeps the rest, in order', () => {
    expect(filter(200, ['etag', '"a"', 'connection', 'keep-alive', 'vary', 'a', 'vary', 'b'])).toEqual([
      'etag',
      '"a"',
      'vary',
      'a',
      'vary',
      'b',
    ]);
  });

  test('drops every name that any Connection field lists, in any case and place', () => {
    const headers = [
      'x-a',
      '1',
      'connection',
      'X-A , x-b',
      'x-b',
      '2',
      'connection',
      'close',
      'connection',
      ',X-C',
      'x-c',
      '3',
    ];
    expect(filter(200, headers)).toEqual([]);
  });

  test('an empty secret is no secret', () => {
    expect(filter(200, ['x-a', 'anything'])).toEqual(['x-a', 'anything']);
  });

  test.each(['Key-1', 'Bearer Key-1', 'xKey-1x'])('drops a value that holds a secret: %s', (value) => {
    expect(filter(200, ['x-a', value])).toEqual([]);
  });

  test('drops a name that holds a secret, whose case is lost', () => {
    expect(filter(200, ['x-key-1', 'a'])).toEqual([]);
  });

  test.each([
    ['/x', true],
    ['x?y=//evil.test', true],
    ['https://api.example:8443/x', true],
    ['HTTPS://API.EXAMPLE:8443/x', true],
    ['https://api.example/x', false],
    ['http://api.example:8443/x', false],
    ['//evil.test/x', false],
    ['\\\\evil.test/x', false],
    ['/\t/evil.test', false],
    ['https:evil.test', true], // of the same scheme, hence relative, as browsers read it
    ['http:evil.test', false],
    ['https://api.example:8443@evil.test/', false],
    ['javascript:alert(1)', false],
    ['https://[', false],
  ])('a redirect to %j stays: %j', (location, stays) => {
    expect(filter(307, ['location', location])).toEqual(stays ? ['location', location] : []);
    expect(filter(201, ['location', location])).toEqual(['location', location]);
  });

  test.each([
    [199, 'status 199'],
    [600, 'status 600'],
    [200, null],
    [599, null],
  ])('status %i: %s', (status, fault) => {
    if (fault === null) expect(headFault(status, [])).toBe(null);
    else expect(headFault(status, [])).toContain(fault);
  });

  test.each([
    ['chunked', true],
    ['Chunked', true],
    ['gzip, chunked', false],
    ['identity', false],
    ['chunked, chunked', false],
    ['', false],
  ])('transfer coding %j is read: %j', (coding, read) => {
    expect(headFault(200, ['transfer-encoding', coding]) === null).toBe(read);
  });
});
