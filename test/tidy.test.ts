import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYERS, lines, LINES_USUAL, RULES } from './tidy/rules.ts';
import type { Source } from './tidy/source.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = [
  'src',
  'mocks',
  'scenarios',
  'examples',
  'bench',
  'efficacy',
  'probe',
  'gate',
  'rollout',
  'demo',
  'scripts',
  'test',
];

function sources(): Source[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/.test(path) && !/\/(node_modules|fixtures|results)\//.test(path)),
  ).map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

describe('the code is tidy', () => {
  const all = sources();

  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(all.flatMap((source) => rule(source).map((fault) => `${source.path}: ${fault}`))).toEqual([]);
  });

  test(`most files are under ${LINES_USUAL} lines`, () => {
    const short = all.filter((source) => lines(source) < LINES_USUAL);
    console.log(`${short.length} of ${all.length} files are under ${LINES_USUAL} lines`);
    expect(short.length / all.length).toBeGreaterThan(0.8);
  });

  test('every layer that exists is in the list', () => {
    const layers = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(LAYERS).toEqual(expect.arrayContaining(layers.map(({ name }) => name)));
  });
});

/** Each rule with files that it must find fault with, and files that it must let pass. */
const SAMPLES: Record<
  keyof typeof RULES,
  { bad: [path: string, text: string][]; good: [path: string, text: string][] }
> = {
  layers: {
    bad: [
      ['src/std/a.ts', "import { Engine } from '../engine/engine.ts';"],
      ['src/engine/a.ts', "import type { Entry } from '../journal/entry.ts';"],
      ['src/engine/guards/a.ts', "export * from '../../policy/parse.ts';"],
      ['src/door/a.ts', "const late = await import('../cli/main.ts');"],
      ['src/policy/a.ts', "import {\n  one,\n  two,\n} from '../journal/chain.ts';"],
      ['src/journal/a.ts', "import '../door/door.ts';"],
      ['src/lab/a.ts', "import world from '../../mocks/shop.ts';"],
      ['src/lab/a.ts', "import { Engine } from '../index.ts';"],
      ['src/misplaced/a.ts', ''],
    ],
    good: [
      ['src/engine/a.ts', "import { assert } from '../std/assert.ts';\nimport { b } from './b.ts';"],
      ['src/cli/a.ts', "import { Engine } from '../engine/engine.ts';"],
      ['src/std/a.ts', "// import { Engine } from '../engine/engine.ts';"],
      ['src/index.ts', "export { Engine } from './engine/engine.ts';"],
    ],
  },
  pageStandsApart: {
    bad: [
      ['src/dashboard/a.tsx', "import { Engine } from '../engine/engine.ts';"],
      ['src/dashboard/calls/a.tsx', "import { may } from '../../control/access/may.ts';"],
    ],
    good: [
      ['src/dashboard/calls/a.tsx', "import type { CallLine } from '../../control/contract/live.ts';"],
      ['src/dashboard/calls/a.tsx', "import { h } from 'preact';\nimport { b } from '../b.ts';"],
    ],
  },
  satellites: {
    bad: [
      ['mocks/shop.ts', "import { Engine } from '../src/engine/engine.ts';"],
      ['scenarios/twice.ts', "import { Engine } from '../src/engine/engine.ts';"],
      ['scenarios/twice.ts', "import { prng } from '../src/std/prng.ts';"],
      ['mocks/shop.ts', "import twice from '../scenarios/twice.ts';"],
    ],
    good: [
      [
        'mocks/shop.ts',
        "import { defineWorld } from '../src/lab/world/world.ts';\nimport { prng } from '../src/std/prng.ts';",
      ],
      ['scenarios/twice.ts', "import shop from '../mocks/shop.ts';\nimport { defineScenario } from '../src/index.ts';"],
    ],
  },
  purity: {
    bad: [
      ['src/engine/a.ts', "import { readFileSync } from 'node:fs';"],
      ['src/std/a.ts', "import { z } from 'zod';"],
      ['src/engine/a.ts', 'const now = Date.now();'],
      ['src/std/a.ts', 'const now = new Date();'],
      ['src/engine/a.ts', 'const now = `${performance.now()}`;'],
      ['src/engine/a.ts', 'setTimeout(later, 5);'],
      ['src/std/a.ts', 'const luck = Math.random();'],
      ['src/engine/a.ts', 'const id = crypto.randomUUID();'],
      ['src/engine/a.ts', "if (process.env['X']) stop();"],
    ],
    good: [
      ['src/std/a.ts', "/** Never Date.now. */\nconst hint = 'no new Date() here';"],
      ['src/engine/a.ts', "import { assert } from '../std/assert.ts';\nconst processed = call.at;"],
      ['src/door/clock.ts', 'const now = Date.now();'],
    ],
  },
  verifierStandsAlone: {
    bad: [
      ['src/journal/verify.ts', "import { chain } from './chain.ts';"],
      ['src/journal/verify.ts', "import { canonicalJson } from '../std/canonical-json.ts';"],
      ['src/journal/verify.ts', "import { z } from 'zod';"],
      ['src/journal/merkle/verify-root.ts', "import { nodeHash } from './tree-hash.ts';"],
    ],
    good: [
      ['src/journal/verify.ts', "import { hash } from 'node:crypto';\nimport type { Entry } from './entry.ts';"],
      ['src/journal/verify.ts', "import { RecomputedTree } from './merkle/verify-root.ts';"],
      ['src/journal/merkle/verify-root.ts', "import { hashOfLeaf } from './verify-hash.ts';"],
      ['src/journal/writer.ts', "import { chain } from './chain.ts';"],
    ],
  },
  length: {
    bad: [['src/engine/a.ts', 'x();\n'.repeat(401)]],
    good: [['src/engine/a.ts', 'x();\n'.repeat(400)]],
  },
  names: {
    bad: [
      ['src/engine/utils.ts', ''],
      ['src/door/helpers/a.ts', ''],
      ['src/door/session-manager.ts', ''],
      ['test/common.test.ts', ''],
    ],
    good: [['src/engine/sliding-log.ts', '']],
  },
  doors: {
    bad: [
      ['src/door/http/index.ts', ''],
      ['test/engine/index.ts', ''],
    ],
    good: [
      ['src/index.ts', ''],
      ['src/engine/index.ts', ''],
      ['src/engine/guards/index.ts', ''],
    ],
  },
  noEscapes: {
    bad: [
      ['src/a.ts', 'const x: any = 1;'],
      ['src/a.ts', 'const x = y as any;'],
      ['src/a.ts', 'const x = new Map<string, any>();'],
      ['src/a.ts', '// @ts-ignore\nbroken();'],
      ['src/a.ts', 'export enum Colour { Red }'],
      ['test/a.test.ts', "test.only('x', () => {});"],
      ['test/a.test.ts', "describe.concurrent.only('x', () => {});"],
      ['test/a.test.ts', "it.skip('x', () => {});"],
    ],
    good: [
      ['src/a.ts', 'const hint = `of ${all.length}: any of them`;'],
      ['src/a.ts', "/** Works for any call. */\nconst any: Call = first; // any of them\nconst hint = 'as any';"],
      ['test/a.test.ts', "// Needs a disk that can fail, which this machine has not.\ntest.skip('x', () => {});"],
      ['test/a.test.ts', "test.skipIf(isWindows)('x', () => {});"],
    ],
  },
};

describe.each(Object.entries(SAMPLES))('the rule %s can fail', (name, { bad, good }) => {
  const faults = (path: string, text: string): readonly string[] => RULES[name]?.({ path, text }) ?? [];

  test.each(bad)('finds fault with %s, sample %#', (path, text) => {
    expect(faults(path, text)).not.toEqual([]);
  });

  test.each(good)('lets %s pass, sample %#', (path, text) => {
    expect(faults(path, text)).toEqual([]);
  });
});

test('every rule has samples', () => {
  expect(Object.keys(SAMPLES)).toEqual(Object.keys(RULES));
});
