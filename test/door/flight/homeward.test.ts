import { describe, expect, test } from 'vitest';
import { homeward } from '../../../src/door/flight/homeward.ts';

const DOOR = 'http://door:4747/github';
const turned = (upstream: string, ...headers: string[]): readonly string[] =>
  homeward(headers, { upstream: new URL(upstream), base: () => DOOR });

describe('an upstream’s addresses in its answer', () => {
  test.each([
    ['another page', 'https://api.x/repos?page=2#a', `${DOOR}/repos?page=2#a`],
    ['its root', 'https://api.x/', `${DOOR}/`],
    ['a path of its own', '/repositories/77', `${DOOR}/repositories/77`],
    ['its name in capitals, its port stated', 'HTTPS://API.X:443/a', `${DOOR}/a`],
    ['an address without a scheme', '//api.x/a', `${DOOR}/a`],
    ['a path relative to what was asked', 'next?page=2', 'next?page=2'],
    ['a query', '?page=2', '?page=2'],
    ['another host', 'https://other.x/a', 'https://other.x/a'],
    ['another port', 'https://api.x:8443/a', 'https://api.x:8443/a'],
    ['another scheme', 'http://api.x/a', 'http://api.x/a'],
    ['a host that begins like it', 'https://api.x.evil/a', 'https://api.x.evil/a'],
    ['its name as a user', 'https://api.x@evil/a', 'https://api.x@evil/a'],
    ['nothing that is an address', 'https://[/a', 'https://[/a'],
  ])('%s', (_, told, expected) => {
    expect(turned('https://api.x', 'location', told)).toEqual(['location', expected]);
    expect(turned('https://api.x', 'link', `<${told}>; rel="next"`)).toEqual(['link', `<${expected}>; rel="next"`]);
  });

  test('every link of several is turned, and what is said of it stays', () => {
    const link = '<https://api.x/a?b=1,2>; rel="next"; title="<x>", <https://docs.x/>; rel=help, </z>; rel=last';
    expect(turned('https://api.x', 'link', link)[1]).toBe(
      `<${DOOR}/a?b=1,2>; rel="next"; title="<x>", <https://docs.x/>; rel=help, <${DOOR}/z>; rel=last`,
    );
  });

  test('the path of an upstream’s address stands for the door’s', () => {
    const at = (told: string) => turned('https://x.y/api/v3', 'location', told);
    expect(at('https://x.y/api/v3/repos')).toEqual(['location', `${DOOR}/repos`]);
    expect(at('/api/v3/repos?x')).toEqual(['location', `${DOOR}/repos?x`]);
  });

  test('an address of the upstream’s that the door cannot reach goes: with its grant the agent would ask there itself', () => {
    for (const told of ['https://x.y/login', '/', '/api/v3x', 'https://x.y/api/v3/../admin']) {
      expect(turned('https://x.y/api/v3', 'etag', 'a', 'location', told, 'age', '1')).toEqual([
        'etag',
        'a',
        'age',
        '1',
      ]);
      expect(turned('https://x.y/api/v3', 'link', `</api/v3/a>; rel=prev, <${told}>; rel=next`)).toEqual([]);
    }
  });

  test('nothing else is touched, nor copied', () => {
    const headers = ['content-type', 'application/json', 'x-location', 'https://api.x/a'];
    expect(homeward(headers, { upstream: new URL('https://api.x'), base: () => DOOR })).toBe(headers);
  });
});
