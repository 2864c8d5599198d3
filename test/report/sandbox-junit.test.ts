import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sandboxJunit } from '../../src/report/index.ts';
import { visible } from '../../src/report/visible.ts';
import { HOSTILE, hostileNight } from './hostile.ts';
import { doubleRefund } from './night-mistakes.ts';
import { badNight, night } from './night.ts';

/** Reads the report with Python's expat and hands back what a CI system would see. */
const READ = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps({
  'attributes': root.attrib,
  'suites': [{
    'attributes': suite.attrib,
    'cases': [{'name': c.get('name'), 'failures': [[f.get('message'), f.text] for f in c.findall('failure')]} for c in suite.findall('testcase')],
    'out': suite.findtext('system-out'),
  } for suite in root.findall('testsuite')],
}))`;

interface Read {
  readonly attributes: Readonly<Record<string, string>>;
  readonly suites: readonly {
    readonly attributes: Readonly<Record<string, string>>;
    readonly cases: readonly { readonly name: string; readonly failures: readonly (readonly [string, string])[] }[];
    readonly out: string | null;
  }[];
}

function read(xml: string): Read {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', READ], { input: xml, encoding: 'utf8' });
  if (status !== 0) throw new Error(`python3 cannot parse the report: ${stderr}`);
  return JSON.parse(stdout);
}

const python = spawnSync('python3', ['--version']).status === 0;

describe('junit.xml', () => {
  test('a bad night, to the letter', async () => {
    await expect(sandboxJunit(badNight())).toMatchFileSnapshot('../golden/report/junit.xml');
  });

  test('no control character is in it, raw or by reference', () => {
    expect(sandboxJunit(hostileNight())).not.toMatch(/(?![\t\n])\p{Cc}|&#(?!9;|10;|39;)/u);
  });
});

describe.skipIf(!python)('junit.xml as an XML parser reads it (skipped where python3 is not installed)', () => {
  test('a held night has a case for each promise, and no failure', () => {
    const { attributes, suites } = read(sandboxJunit(night()));
    expect(attributes).toMatchObject({ tests: '29', failures: '0' });
    expect(suites.map(({ cases }) => cases.length)).toEqual(night().scenarios.map(({ promises }) => promises.length));
  });

  test('a broken promise is a failure, with what was found', () => {
    const { attributes, suites } = read(sandboxJunit(badNight()));
    expect(attributes['failures']).toBe('1');
    expect(suites[0]?.attributes).toMatchObject({
      name: 'double-refund',
      tests: '4',
      failures: '1',
      timestamp: '2026-11-22T03:00:00',
    });
    expect(suites[0]?.cases[3]?.failures[0]?.[1]).toContain('charge:ch_1 was refunded twice');
  });

  test.each([
    ['checked nothing', [], 'no promise was checked'],
    ['contradicts its promises', doubleRefund().promises, 'it did not hold, though each promise did'],
  ])('a scenario that did not hold and %s is red all the same', (_, promises, message) => {
    const { attributes, suites } = read(
      sandboxJunit({ ...night(), scenarios: [{ ...doubleRefund(), held: false, promises }] }),
    );
    expect(attributes['failures']).toBe('1');
    expect(suites[0]?.cases.at(-1)?.failures[0]?.[0]).toBe(message);
  });

  test('hostile text comes through as the text that a person sees', () => {
    const { suites } = read(sandboxJunit(hostileNight()));
    expect(suites[0]?.attributes['name']).toBe(visible(HOSTILE));
    expect(suites[0]?.out).toBe(visible(HOSTILE));
  });

  test('any text comes through, in names and in details', () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { numRuns: 300, seed: 20261122 });
    const promises = texts.map((text) => ({ id: 'I4', text, held: false, detail: `x${text}` }));
    const { suites } = read(sandboxJunit({ ...night(), scenarios: [{ ...doubleRefund(), held: false, promises }] }));
    expect(suites[0]?.cases.map(({ name }) => name)).toEqual(texts.map((text) => visible(`I4: ${text}`)));
    expect(suites[0]?.cases.map(({ failures }) => failures[0]?.[1])).toEqual(texts.map((text) => visible(`x${text}`)));
  });
});
