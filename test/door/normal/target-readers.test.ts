import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readTarget, type Target } from '../../../src/door/normal/target.ts';
import { TARGETS } from './target-corpus.ts';
import { accepted } from './outcome.ts';

// L16. The corpus is our own: targets of the classes on which URL parsers are known to differ.

const whole = ({ path, search }: Target): string => path + search;

/** Ways in which servers of some kind find the segments of a path. What is accepted, they all find alike. */
const READERS: Readonly<Record<string, (target: string) => readonly string[]>> = {
  'splits, then decodes': (target) => segments(pathOf(target)).map((one) => decodeURIComponent(one)),
  'decodes, then splits': (target) => segments(decodeURIComponent(pathOf(target))),
  'decodes twice': (target) => segments(decodeLoosely(decodeURIComponent(pathOf(target)))),
  'resolves dots and double slashes, as nginx does': (target) => resolved(segments(decodeURIComponent(pathOf(target)))),
  'takes backslashes for slashes, as IIS does': (target) =>
    segments(decodeURIComponent(pathOf(target)).replaceAll('\\', '/')),
  'drops parameters, as Tomcat does': (target) =>
    segments(decodeURIComponent(pathOf(target).replaceAll(/;[^/]*/g, ''))),
  'ends at a NUL, as C does': (target) => segments(decodeURIComponent(pathOf(target)).split('\0')[0]!),
  'folds compatibility characters': (target) => segments(decodeURIComponent(pathOf(target)).normalize('NFKC')),
  'trims each segment': (target) => segments(decodeURIComponent(pathOf(target))).map((one) => one.trim()),
  'parses by WHATWG': (target) =>
    segments(new URL(target, 'http://upstream').pathname).map((one) => decodeURIComponent(one)),
};
/** Those that differ from the rest in how they spell a segment, though not in how many there are. */
const SPELLS = new Set(['folds compatibility characters']);

const pathOf = (target: string): string => target.split('?', 1)[0]!;
const segments = (path: string): string[] =>
  path
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split('/')
    .filter((one, _, all) => one !== '' || all.length > 1);
const decodeLoosely = (text: string): string =>
  text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function resolved(parts: readonly string[]): string[] {
  const found: string[] = [];
  for (const part of parts) {
    if (part === '..') found.pop();
    else if (part !== '.' && part !== '') found.push(part);
  }
  return found;
}

function agree(raw: string): boolean {
  const result = readTarget(raw);
  if (!result.ok) return false;
  const target = result.value;
  const normal = whole(target);
  expect(accepted(readTarget(normal)), raw).toEqual(target);
  for (const [name, read] of Object.entries(READERS)) {
    const found = read(normal);
    if (SPELLS.has(name))
      expect({ raw, name, count: found.length }).toEqual({ raw, name, count: target.segments.length });
    else expect({ raw, name, found }).toEqual({ raw, name, found: target.segments });
  }
  // It names no other host, whatever it is put behind.
  for (const base of ['http://upstream', 'http://upstream/base']) {
    const url = new URL(normal, base);
    expect({ raw, host: url.host, target: url.pathname + url.search + url.hash }).toEqual({
      raw,
      host: 'upstream',
      target: normal,
    });
  }
  return true;
}

describe('L16 targets that URL parsers differ on', () => {
  test(`${TARGETS.length} of them are refused, or read alike by ${Object.keys(READERS).length} kinds of servers, and a fixed point`, () => {
    const passed = TARGETS.filter(agree);
    expect(TARGETS.length).toBeGreaterThan(700);
    // Mostly attacks; but what is plain must pass.
    expect(passed.length).toBeGreaterThan(80);
    expect(passed.length).toBeLessThan(TARGETS.length / 2);
  });

  const piece = fc.constantFrom(...TARGETS);
  property.prop([fc.array(fc.tuple(piece, fc.nat(12), fc.nat(12)), { minLength: 1, maxLength: 3 })], {
    numRuns: 4_000,
  })('so are any of their parts, put together anew', (parts) => {
    agree(`/${parts.map(([target, from, length]) => target.slice(from, from + length)).join('')}`);
  });
});
