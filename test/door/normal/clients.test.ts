import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/door/normal/body.ts';
import { readHeaders } from '../../../src/door/normal/headers.ts';
import { readTarget } from '../../../src/door/normal/target.ts';
import { CLIENT_REQUESTS, rawHeaders } from './clients.ts';
import { accepted } from './outcome.ts';

describe.each(CLIENT_REQUESTS)('what real clients send passes: $client', (request) => {
  test('its target passes unchanged and reads as meant', () => {
    const { path, search, query } = accepted(readTarget(request.target));
    expect(path + search).toBe(request.target);
    expect(query).toEqual(request.query);
  });

  test('its headers pass unchanged and in order, the credential and the wire left out', () => {
    const raw = rawHeaders(request);
    const { forward, judged } = accepted(readHeaders(raw));
    const sent = Object.keys(judged);
    expect(sent).toEqual(request.forwarded.split(' '));
    const names = raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(forward).toEqual(sent.flatMap((name) => [name, raw[2 * names.indexOf(name) + 1]]));
    expect(forward).toEqual(Object.entries(judged).flat());
  });

  test('its body reads as meant, and its text is kept exactly', () => {
    const { contentType } = accepted(readHeaders(rawHeaders(request)));
    const body = accepted(readBody(request.method, contentType, Buffer.from(request.body)));
    expect(body.value).toEqual(request.value);
    expect(body.text).toBe(request.body === '' ? null : request.body);
  });
});
