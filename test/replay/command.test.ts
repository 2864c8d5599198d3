import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { ReplayReport } from '../../src/replay/index.ts';

const policy = (most: number): string => `
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer } } }
routes:
  refund: { match: POST /refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
agents:
  bot: { stage: production, allow: [{ route: refund, when: "body.amount <= ${most}" }] }
`;
let dir: string;
const at = (name: string): string => path.join(dir, name);

async function run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const logged = vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  const failed = vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  process.exitCode = 0;
  try {
    return { code: await main(args), out: out.join('\n'), err: err.join('\n') };
  } finally {
    logged.mockRestore();
    failed.mockRestore();
    process.exitCode = 0;
  }
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'interlock-replay-'));
  writeFileSync(at('was.yaml'), policy(20_000));
  writeFileSync(at('less.yaml'), policy(500));
  writeFileSync(at('more.yaml'), policy(90_000));
  const line = (amount: number, id: number): string =>
    JSON.stringify({
      trace_id: `run|${id}`,
      http: { method: 'POST', path: '/refunds' },
      args: { charge: `<ch_${id}>`, amount },
      status: 200,
    });
  writeFileSync(at('calls.ndjson'), [100, 900, 50_000].map(line).join('\n'));
  const imported = await run('import', at('calls.ndjson'), '-p', at('was.yaml'), '-o', at('data'));
  expect(imported).toMatchObject({ code: 0 });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('candidates stand side by side, as text, Markdown and JSON', async () => {
  const both = ['replay', '-p', at('less.yaml'), '-p', at('more.yaml'), '--from', at('data')];
  const { code, out } = await run(...both);
  expect(code).toBe(0);
  expect(out).toMatch(/newly blocked +1 call, 9\.00 USD +0 calls/);
  expect(out).toMatch(/newly let through +0 calls +1 call, 500\.00 USD/);
  const markdown = await run(...both, '--markdown');
  expect(markdown.out).toContain('| newly blocked | 1 call, 9.00 USD | 0 calls |');
  expect(markdown.out).not.toContain('<ch_');
  const json = JSON.parse((await run(...both, '--json')).out) as ReplayReport;
  expect(json.candidates.map(({ changes }) => [changes.blocked.calls, changes.allowed.calls])).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(json.candidates[0]?.how).toMatchObject({ judge: 'columns', bodiesRead: 0 });
});

it('--fail-on exits 1 where such a change is, and 0 where none is', async () => {
  const replay = (file: string, ...kinds: string[]) =>
    run('replay', '-p', at(file), '-d', at('data'), ...kinds.flatMap((kind) => ['--fail-on', kind]));
  expect(await replay('less.yaml', 'allowed')).toMatchObject({ code: 0 });
  expect(await replay('more.yaml', 'allowed', 'unjudged')).toMatchObject({ code: 1 });
  expect(await replay('was.yaml', 'allowed', 'blocked', 'held')).toMatchObject({ code: 0 });
});

it('a directory without a journal, and a policy that is none, are refused in a sentence', async () => {
  const nowhere = await run('replay', '-p', at('was.yaml'), '-d', at('nothing'));
  expect(nowhere).toMatchObject({ code: 1 });
  expect(nowhere.err).toContain('there is no journal');
  expect((await run('replay', '-p', at('missing.yaml'), '-d', at('data'))).err).toContain('there is no such file');
});
