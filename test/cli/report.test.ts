import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { call, journalIn, outcome } from '../evidence/shadow/journal.ts';
import { fortnight } from '../evidence/shadow/fortnight.ts';
import { loaded, REFUNDS } from '../evidence/shadow/policy.ts';
import { interlock } from './served.ts';

let dir = '';
const at = (name: string): string => path.join(dir, name);

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'interlock-report-'));
  const policy = loaded(REFUNDS);
  const entries = fortnight(7, 3);
  const last = entries.at(-1)?.at ?? 0;
  await journalIn(at('one'), policy, entries);
  const others = [call('call_x', last, { agent: '../../evil' as never }), outcome('call_x', last)];
  await journalIn(at('two'), policy, [...entries.slice(0, 20), ...others]);
  writeFileSync(at('labels.ndjson'), '{"call":"call_00001","harmful":false,"reason":"fine","suite":"x"}\n\n');
  writeFileSync(at('bad.ndjson'), '{"call":"call_00001","harmful":"yes"}\n');
  const two = [true, false].map((harmful) => `${JSON.stringify({ call: 'call_00001', harmful })}\n`);
  writeFileSync(at('two.ndjson'), two.join(''));
  writeFileSync(at('other.json'), '{"calls":3}');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('the only agent needs no name, its days begin where its budgets say, and three files are written', async () => {
  const { code, stdout, stderr } = await interlock(
    'report',
    '--data',
    at('one'),
    '--out',
    at('out'),
    '--evaluation',
    at('labels.ndjson'),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('None of its writes was sent.');
  const page = readFileSync(at('out/index.html'), 'utf8');
  expect(page).toContain('America/New_York');
  expect(page).toContain(`interlock query --data ${at('one')}`);
  expect(readFileSync(at('out/report.md'), 'utf8')).toContain('## Evaluation against labels');
  const results = JSON.parse(readFileSync(at('out/results.json'), 'utf8')) as { evaluation: { labels: number } };
  expect(results.evaluation.labels).toBe(1);
});

test('the command beside a number lists as many calls as the number says', async () => {
  await interlock('report', '--data', at('one'), '--out', at('opened'));
  const results = JSON.parse(readFileSync(at('opened/results.json'), 'utf8')) as {
    commands: { calls: string };
    overview: { calls: { count: number } };
  };
  const [, sql = ''] = /"(SELECT .*)"$/.exec(results.commands.calls) ?? [];
  const { stdout } = await interlock('query', '--data', at('one'), '--json', sql);
  const rows = stdout.trim().split('\n');
  expect(rows.length).toBe(results.overview.calls.count);
});

test('of several agents one must be named, and its name leads to no other folder', async () => {
  const unnamed = await interlock('report', '--data', at('two'), '--out', at('none'));
  expect(unnamed.code).toBe(1);
  expect(unnamed.stderr).toContain('The journal has 2 agents. Name one with --agent: refunds-bot, ../../evil.');
  const { stdout } = await interlock(
    'report',
    '--data',
    at('two'),
    '--agent',
    '../../evil',
    '--json',
    '--out',
    at('evil'),
  );
  expect(JSON.parse(stdout)).toMatchObject({
    headline: '../../evil meant to write nothing',
    files: { html: at('evil/index.html') },
  });
});

test('a time without any call of the agent is exit 1, and says so', async () => {
  const { code, stdout } = await interlock('report', '--data', at('one'), '--from', '2030-01-01', '--out', at('later'));
  expect(code).toBe(1);
  expect(stdout).toContain('refunds-bot made no call');
});

test.each([
  [['--agent', 'nobody'], 'No call in'],
  [['--from', '2026-13-01'], 'Failed to read --from `2026-13-01`'],
  [['--from', '2026-03-01T09:00'], 'a time with its zone'],
  [['--from', '2026-03-02', '--to', '2026-03-01'], 'it is not later than --from'],
  [['--timezone', 'Mars/Olympus'], 'it is no IANA time zone'],
  [['--evaluation', 'BAD'], 'bad.ndjson:1`: it is no label'],
  [['--evaluation', 'TWO'], 'it says two things of call `call_00001`'],
  [['--evaluation', 'MISSING'], 'Failed to read'],
  [['--divergence', 'OTHER'], 'it is not what `interlock compare --json` prints'],
  [['--replay', 'OTHER'], 'it is not what `interlock replay --json` prints'],
])('%j is refused in words', async (options, said) => {
  const files: Readonly<Record<string, string>> = {
    BAD: at('bad.ndjson'),
    TWO: at('two.ndjson'),
    MISSING: at('missing'),
    OTHER: at('other.json'),
  };
  const printed: string[] = [];
  const error = vi.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
  const code = await main([
    'report',
    '--data',
    at('one'),
    '--out',
    at('never'),
    ...options.map((option) => files[option] ?? option),
  ]);
  error.mockRestore();
  expect(code).toBe(1);
  expect(printed.join('\n')).toContain(said);
});

test('a directory without a journal is refused', async () => {
  const { code, stderr } = await interlock('report', '--data', at('nowhere'));
  expect(code).toBe(1);
  expect(stderr).toContain('There is no journal in');
});
