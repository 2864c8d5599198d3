import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadOracles } from '../../../src/cli/probe/oracles.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-oracles-'));
let files = 0;
function written(text: string): string {
  const file = path.join(dir, `oracles-${(files += 1)}.mjs`);
  writeFileSync(file, text);
  return file;
}
const oracle = (name: string): string => `{ name: '${name}', text: 'never', watch: () => ({ see: () => undefined }) }`;

describe('oracles of a user', () => {
  test('are the default exports of files, one or a list, in the order named', async () => {
    const several = written(`export default [${oracle('b')}, ${oracle('c')}];`);
    const one = written(`export default ${oracle('a')};`);
    expect((await loadOracles([several, one])).map(({ name }) => name)).toEqual(['b', 'c', 'a']);
  });

  test.each<[string, string, string]>([
    ['a file that does not run', 'throw new Error("broken");', 'broken'],
    ['a file that does not parse', 'export default {', 'Failed to load'],
    ['no default export', 'export const oracle = 1;', 'it has no default export. Write `export default oracleOf('],
    ['an empty list', 'export default [];', 'its default export is an empty list'],
    ['another thing', 'export default 7;', 'its default export is no oracle: it has no `watch`'],
    [
      'a definition that was not made an oracle',
      'export default { name: "a", text: "b", harm: () => [] };',
      'no `watch`',
    ],
    ['one of a list', `export default [${oracle('a')}, {}];`, 'its oracle 2 is no oracle'],
    ['no name', `export default ${oracle('')};`, 'its default export has no `name`'],
    ['no text', 'export default { name: "a", watch() {} };', '`a` has no `text`: what must never happen?'],
    [
      'a name of the policy',
      `export default ${oracle('never[0]')};`,
      '`never[0]` is what a rule of the policy is called',
    ],
    ['a name of a promise', `export default ${oracle('I2 bot.budgets[0]')};`, 'is what a rule of the policy is called'],
    ['one name twice', `export default [${oracle('a')}, ${oracle('a')}];`, '`a` is the name of an oracle in'],
  ])('%s is said to be that, with its file', async (_name, text, message) => {
    const file = written(text);
    await expect(loadOracles([file])).rejects.toMatchObject({
      name: 'CommandFailed',
      message: expect.stringContaining(`Failed to load oracles from \`${file}\`: `),
    });
    await expect(loadOracles([file])).rejects.toThrow(message);
  });

  test('a file that is not there', async () => {
    await expect(loadOracles(['/nowhere/oracle.ts'])).rejects.toThrow(
      'Failed to load oracles from `/nowhere/oracle.ts`',
    );
  });
});
