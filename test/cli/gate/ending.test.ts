import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const ENDING = path.join(import.meta.dirname, '../../../src/cli/gate/ending.ts');

/** The code with which a process ends in which a gate did this. */
function codeOf(work: string): number | null {
  const script = `import { endingWith } from ${JSON.stringify(ENDING)};\nawait endingWith(async () => { ${work} });`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script]).status;
}

test.each([
  ['a verdict is its own code', 'return 2;', 2],
  ['a PASS is 0', 'return 0;', 0],
  ['a mock that ends the process with 0 makes no PASS', 'process.exit(0);', 3],
  ['nor one that waits for what never comes', 'await new Promise(() => {});', 3],
  ['nor an error that nobody waits for', 'setTimeout(() => { throw new Error(); }); await new Promise(() => {});', 3],
])('%s', (_, work, code) => {
  expect(codeOf(work)).toBe(code);
});
