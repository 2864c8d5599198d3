import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/door/normal/body.ts';
import { readHeaders } from '../../../src/door/normal/headers.ts';
import { readTarget } from '../../../src/door/normal/target.ts';
import { CLIENT_REQUESTS } from './clients.ts';
import { accepted } from './outcome.ts';

describe.each(CLIENT_REQUESTS)('what real clients send passes: $client', (request) => {
  test('its target passes unchanged and reads as meant', () => {
    const { path, search, query } = accepted(readTarget(request.target));
    expect(path + search).toBe(request.target);
    expect(query).toEqual(request.query);
  });

  test('its headers pass unchanged and in order, the credential and the wire left out', () => {
    const { forward, judged } = accepted(readHeaders(request.headers));
    const sent = Object.entries(judged).flat();
    expect(forward).toEqual(sent);
    expect(Object.keys(judged)).toEqual(request.forwarded);
    for (const [name, value] of Object.entries(judged)) {
      const at = request.headers.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
      expect(value).toBe(request.headers[at + 1]);
    }
  });

  test('its body reads as meant, and its text is kept exactly', () => {
    const { contentType } = accepted(readHeaders(request.headers));
    const body = accepted(readBody(request.method, contentType, Buffer.from(request.body)));
    expect(body.value).toEqual(request.value);
    expect(body.text).toBe(request.body === '' ? null : request.body);
  });
});
