import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { directory } from '../../journal/directory.ts';
import { entry, har, refund } from './hars.ts';
import { fileOf, SHOP } from './shop.ts';

afterEach(() => {
  process.exitCode = undefined;
});

async function interlock(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
  const lines: string[] = [];
  for (const method of ['log', 'error'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((line: unknown) => void lines.push(String(line)));
    onTestFinished(() => spy.mockRestore());
  }
  const code = await main(args);
  return { code, said: lines.join('\n') };
}

const policy = (text = SHOP): string => fileOf(text, 'interlock.yaml');
const out = (): string => path.join(directory(), 'data');

test('`interlock import` says what it made of the file and what it left out, and `interlock audit` agrees with it', async () => {
  const recording = fileOf(
    har([entry(0, {}), refund(1, 'W1', 99_999), entry(2, { url: 'https://evil.example/' })]),
    'a.har',
  );
  const data = out();
  const { code, said } = await interlock('import', recording, '--policy', policy(), '--out', data);
  expect(code).toBe(0);
  expect(said).toContain('2 calls in 1 session are now the journal');
  expect(said).toContain('1 allowed, 1 denied');
  expect(said).toContain('1 record is not in the journal');
  expect(said).toContain('a.har, entry 3: no upstream of the policy is at https://evil.example');
  expect((await interlock('audit', 'verify', '--data', data)).code).toBe(0);
  expect((await interlock('audit', 'redecide', '--data', data)).said).toContain('2 calls decided again');
});

test('--json lists every record that was left out', async () => {
  const recording = fileOf(har([entry(0, {}), ...Array.from({ length: 30 }, () => 7)]));
  const { said } = await interlock('import', recording, '--policy', policy(), '--out', out(), '--json');
  const summary = JSON.parse(said) as { listed: unknown[]; unusable: number };
  // Thirty equal entries: the first is no object, the others are it once more.
  expect([summary.listed.length, summary.unusable]).toEqual([30, 30]);
});

test.each([
  [
    'a file that is not there',
    ['import', '/no/such.har'],
    /^Failed to import `\/no\/such\.har`: there is no such file or directory\./,
  ],
  ['an agent that the policy lacks', ['import', 'x', '--agent', 'nobody'], /no agent `nobody`.*--agent: bot/],
])('%s fails the command with one sentence', async (_, args, said) => {
  const got = await interlock(...args, '--policy', policy(), '--out', out());
  expect(got).toEqual({ code: 1, said: expect.stringMatching(said) as string });
});

test('a record of a recording that was left out is named with its file, also where the directory has only one', async () => {
  const recording = directory();
  const lines = [JSON.stringify({ interlock_recording: 1 }), '{"torn', ''];
  fs.writeFileSync(path.join(recording, '000001.ndjson'), lines.join('\n'));
  const whole = await interlock('import', recording, '--policy', policy(), '--out', out());
  expect(whole.said).toContain(`${recording}, 000001.ndjson line 2: it is not a JSON object`);
  const file = path.join(recording, '000001.ndjson');
  const one = await interlock('import', file, '--policy', policy(), '--out', out());
  expect(one.said).toContain(`${file}, line 2: it is not a JSON object`);
});

test('`interlock why` on an import tells of a write that its policy would have refused what really happened', async () => {
  const data = out();
  const recording = fileOf(har([entry(0, {}), refund(1, 'W1', 50_000)]));
  await interlock('import', recording, '--policy', policy(), '--out', data);
  const { said } = await interlock('why', 'W1', '--data', data);
  expect(said).toContain('refund: 500.00 USD took effect, in 1 call.');
  expect(said).toMatch(/this policy\s+would have refused it: the amount was too large for one call/);
  expect(said.replaceAll(/\s+/g, ' ')).not.toMatch(/Nothing was sent|never left the door|never sent/);
});

test('a recording of another API exits with 1, and makes no directory', async () => {
  const data = out();
  const recording = fileOf(har([entry(0, { url: 'https://evil.example/' })]));
  const { code, said } = await interlock('import', recording, '--policy', policy(), '--out', data);
  expect({ code, made: fs.existsSync(data) }).toEqual({ code: 1, made: false });
  expect(said).toContain('Nothing of');
});
