import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { RouteId, UpstreamId } from '../../src/engine/ids.ts';
import { router, type RoutePattern } from '../../src/policy/router.ts';
import { compileRoute } from '../../src/policy/route.ts';

const upstream = 'u' as UpstreamId;

function pattern(match: string, id = match): RoutePattern {
  return compileRoute(id, { match, upstream, effect: 'read', pii: false }, {});
}

function routes(...matches: string[]) {
  return router(matches.map((match) => pattern(match)))!;
}

const segmentsOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'));

/** The obvious matcher: every route in turn, the most literal from the left wins. */
function naive(patterns: readonly RoutePattern[], method: string, segments: readonly string[]): RouteId | undefined {
  const fitting = patterns.filter(
    ({ route, template }) =>
      route.method === method &&
      template.segments.length === segments.length &&
      template.segments.every((one, index) =>
        one.kind === 'literal' ? one.text === segments[index] : segments[index] !== '',
      ),
  );
  const rank = ({ template }: RoutePattern): string =>
    template.segments.map(({ kind }) => (kind === 'literal' ? 'a' : 'b')).join('');
  return fitting.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0]?.route.id;
}

describe('the router', () => {
  test('prefers a literal to a parameter, and goes on where the literal leads nowhere', () => {
    const match = routes('GET /a/{x}/c', 'GET /a/b', 'GET /a/b/{y}/d', 'GET /{w}/b/z');
    expect(match(upstream, 'GET', ['a', 'b'])?.route.id).toBe('GET /a/b');
    expect(match(upstream, 'GET', ['a', 'b', 'c'])?.route.id).toBe('GET /a/{x}/c');
    expect(match(upstream, 'GET', ['a', 'b', 'z'])?.route.id).toBe('GET /{w}/b/z');
  });

  test('gives decoded parameters that have no prototype', () => {
    const { params } = routes('GET /v1/{__proto__}/{id}')(upstream, 'GET', ['v1', 'a/b', 'ch 1'])!;
    expect(Object.getPrototypeOf(params)).toBeNull();
    expect(Object.entries(params)).toEqual([
      ['__proto__', 'a/b'],
      ['id', 'ch 1'],
    ]);
  });

  test('keeps methods, upstreams and trailing slashes apart', () => {
    const match = routes('GET /', 'GET /a', 'GET /b/');
    expect(match(upstream, 'GET', [])?.route.id).toBe('GET /');
    expect(match(upstream, 'POST', ['a'])).toBeUndefined();
    expect(match('v' as UpstreamId, 'GET', ['a'])).toBeUndefined();
    expect(match(upstream, 'GET', ['a', ''])).toBeUndefined();
    expect(match(upstream, 'GET', ['b'])).toBeUndefined();
    expect(match(upstream, 'GET', ['b', ''])?.route.id).toBe('GET /b/');
  });

  test('an empty segment is no parameter', () => {
    expect(routes('GET /charges/{id}')(upstream, 'GET', ['charges', ''])).toBeUndefined();
  });

  test('reads an escaped literal as what it stands for', () => {
    expect(routes('GET /a%20b')(upstream, 'GET', ['a b'])?.route.id).toBe('GET /a%20b');
  });

  test('gives up on templates that overlap without end', () => {
    const width = 18;
    const tangled = Array.from(
      { length: width },
      (_, row) =>
        `GET /${Array.from({ length: width }, (_, column) => (row === column ? 'x' : `{p${column}}`)).join('/')}`,
    );
    expect(router(tangled.map((match) => pattern(match)))).toBeUndefined();
  });

  const step = fc.constantFrom('a', 'b', 'c', '{p}', '{q}');
  const template = fc
    .array(step, { maxLength: 4 })
    .map((steps) => steps.map((one, at) => one.replace('}', `${at}}`)).join('/'));
  const method = fc.constantFrom('GET', 'POST');
  const shape = (match: string): string => match.replaceAll(/\{[^}]*\}/g, '{}');
  const catalogue = fc.uniqueArray(
    fc.tuple(method, template).map(([verb, path]) => `${verb} /${path}`),
    {
      selector: shape,
      maxLength: 12,
    },
  );
  const path = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 4 });

  test.prop([catalogue, method, path], { numRuns: 2000 })(
    'finds what trying every route finds',
    (matches, verb, segments) => {
      const patterns = matches.map((match) => pattern(match));
      const found = router(patterns)!(upstream, verb, segments);
      expect(found?.route.id).toBe(naive(patterns, verb, segments));
      const written = found === undefined ? [] : segmentsOf(found.route.template);
      expect(written.map((one) => (one.startsWith('{') ? found!.params[one.slice(1, -1)] : one))).toEqual(
        found === undefined ? [] : segments,
      );
    },
  );
});
