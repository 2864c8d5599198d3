import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readTarget, TARGET_MAX_CHARS } from '../../../src/door/normal/target.ts';
import { accepted, outcome } from './outcome.ts';

describe('the normal form of targets', () => {
  test.each([
    ['P07 escaped unreserved characters stand for themselves', '/v1/%70ayouts', '/v1/payouts', ['v1', 'payouts']],
    ['P08 a trailing slash passes', '/v1/payouts/', '/v1/payouts/', ['v1', 'payouts']],
    ['the root passes', '/', '/', []],
    ['escapes are written in capitals', '/v1/caf%c3%a9', '/v1/caf%C3%A9', ['v1', 'café']],
    ['a space inside a segment passes', '/v1/my%20file', '/v1/my%20file', ['v1', 'my file']],
    ['a percent sign passes', '/v1/100%25', '/v1/100%25', ['v1', '100%']],
    ['dots within a segment pass', '/v1/a..b.json', '/v1/a..b.json', ['v1', 'a..b.json']],
    ['a hidden folder passes', '/.interlock/self', '/.interlock/self', ['.interlock', 'self']],
    ['a bare question mark goes', '/v1/x?', '/v1/x', ['v1', 'x']],
    ['empty fields go', '/v1/x?&a=1&&b=2&', '/v1/x?a=1&b=2', ['v1', 'x']],
    ['a raw apostrophe in a query is escaped', "/v1/o'x?a='1'", "/v1/o'x?a=%271%27", ['v1', "o'x"]],
    [
      'what clients leave raw in a query is escaped',
      '/x?f={"a|b":"<^`>"}',
      '/x?f=%7B%22a%7Cb%22:%22%3C%5E%60%3E%22%7D',
      ['x'],
    ],
    ['a doubly escaped value is the client’s own', '/x?to=%2Fa%3Fb%3D%2520', '/x?to=%2Fa%3Fb%3D%2520', ['x']],
  ])('%s', (_, raw, normal, segments) => {
    const target = accepted(readTarget(raw));
    expect(target.path + target.search).toBe(normal);
    expect(target.segments).toEqual(segments);
    expect(target.trailingSlash).toBe(raw === '/v1/payouts/');
  });

  test.each<[string, string, unknown, string[]]>([
    ['a plus is a space', 'a=x+y&b=x%2By', { a: 'x y', b: 'x+y' }, []],
    ['a name without a value is empty', 'acl&b=', { acl: '', b: '' }, []],
    ['P26 brackets give a list, never a scalar', 'amount[]=1', { amount: ['1'] }, ['amount']],
    ['escaped brackets nest too', 'created%5Bgte%5D=1', { created: { gte: '1' } }, ['created']],
    [
      'nested names are told once each',
      'a[x]=1&b=2&a[y]=3&c[]=4',
      { a: { x: '1', y: '3' }, b: '2', c: ['4'] },
      ['a', 'c'],
    ],
    ['values keep an equals sign', 'a=b=c', { a: 'b=c' }, []],
  ])('query: %s', (_, query, values, nested) => {
    const target = accepted(readTarget(`/x?${query}`));
    expect(target.query).toEqual(values);
    expect(target.nested).toEqual(nested);
  });

  test('a query inherits nothing', () => {
    for (const raw of ['/x', '/x?a=1']) expect('toString' in accepted(readTarget(raw)).query).toBe(false);
  });

  test('the longest target passes, one more character does not', () => {
    expect(outcome(readTarget(`/${'a'.repeat(TARGET_MAX_CHARS - 1)}`))).toBe('accepted');
    expect(outcome(readTarget(`/${'a'.repeat(TARGET_MAX_CHARS)}`))).toBe('414 target_too_long');
  });
});

/** Pieces that mean something to some parser, put together at random. */
const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '/v1',
    '/.',
    '/..',
    '//',
    '.',
    '..',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '%25',
    '%',
    '%00',
    '%20',
    ' ',
    '\t',
  ),
  fc.constantFrom(
    'a',
    'b',
    'é',
    '%c3%a9',
    '%c0%af',
    '%70',
    "'",
    '?',
    '&',
    '=',
    '[',
    ']',
    '[]',
    '[0]',
    '+',
    ';',
    '#',
    '\\',
  ),
  fc.constantFrom(
    '?a=1',
    '&b[x]=2',
    'a=1',
    '%3b',
    '%7e',
    '~',
    '!',
    '*',
    '(',
    ')',
    ',',
    ':',
    '@',
    '|',
    '^',
    '{',
    '"',
    '<',
  ),
  fc.string({ maxLength: 3, unit: 'binary' }),
);
const mutated = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`);
/** Mostly acceptable targets, so that the laws below are not vacuous. */
const tame = fc
  .tuple(
    fc.array(fc.constantFrom('v1', 'a%20b', '%70x', "o'x", 'x@y', '%c3%a9', '100%25', 'a.b', '%7Ex'), { maxLength: 4 }),
    fc.array(fc.constantFrom("a='1'", 'b=%7e', 'c[]=1', 'd[x]=%2f', 'e', '', 'f=%2520', 'g=x+y'), { maxLength: 4 }),
  )
  .map(([path, query]) => `/${path.join('/')}${query.length === 0 ? '' : `?${query.join('&')}`}`);
const any = fc.oneof(mutated, tame);

describe('laws of targets', () => {
  property.prop([any], { numRuns: 3_000 })('reading never throws, and the normal form is a fixed point', (raw) => {
    const once = readTarget(raw);
    if (!once.ok) return;
    const { path, search } = once.value;
    expect(accepted(readTarget(path + search))).toEqual(once.value);
  });

  property.prop([any], { numRuns: 3_000 })('the WHATWG URL parser changes nothing of an accepted target', (raw) => {
    const result = readTarget(raw);
    if (!result.ok) return;
    const url = new URL(`http://upstream.example${result.value.path}${result.value.search}`);
    expect(url.host + url.pathname + url.search + url.hash).toBe(
      `upstream.example${result.value.path}${result.value.search}`,
    );
  });

  property.prop([any], { numRuns: 3_000 })('scalars of the query are what URLSearchParams reads', (raw) => {
    const result = readTarget(raw);
    if (!result.ok) return;
    const params = new URLSearchParams(result.value.search);
    for (const [name, value] of Object.entries(result.value.query)) {
      if (typeof value === 'string') expect(params.getAll(name)).toEqual([value]);
    }
  });

  property.prop([fc.string({ unit: 'binary' })])('any string at all is read or refused', (raw) => {
    expect(typeof readTarget(raw).ok).toBe('boolean');
  });

  test('the tame targets are mostly accepted', () => {
    const accepted = fc.sample(tame, { numRuns: 200, seed: 1 }).filter((raw) => readTarget(raw).ok);
    expect(accepted.length).toBeGreaterThan(60);
  });
});
