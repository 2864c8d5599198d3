import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { answer, rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { expand, readCurl, readShell, type CurlRequest } from './shell.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const PAGE = path.join(ROOT, 'docs/recording.md');
const CLI = path.join(ROOT, 'bin/interlock.js');
/** Addresses as the page has them; ports are free ones here. */
const SHOWN_UPSTREAM = '127.0.0.1:12111';
const SHOWN_RECORDER = '127.0.0.1:4747';

const text = readFileSync(PAGE, 'utf8');
/** What a reader does, in order: writes the files that the page names, and types what stands behind `$`. */
const BLOCK = /^(?:<!-- file: (\S+) -->\n\n)?```(\w+)\n([\s\S]*?)^```$/gm;

let upstream: RawUpstream;
let child: ChildProcess | undefined;
/** What the recorder of the page has printed and nobody has read. */
let printedByChild = '';
const real = new Map<string, string>();
const home = process.cwd();

beforeAll(async () => {
  process.chdir(mkdtempSync(path.join(tmpdir(), 'interlock-docs-')));
  upstream = await rawUpstream((request, wire) => {
    const id = request.method === 'GET' ? request.target.split('/').at(-1) : 're_1';
    return wire.send(answer(200, { 'Content-Type': 'application/json' }, JSON.stringify({ id, object: 'example' })));
  });
  real.set(SHOWN_UPSTREAM, upstream.origin.host);
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await upstream.close();
  const dir = process.cwd();
  process.chdir(home);
  rmSync(dir, { recursive: true });
  process.exitCode = 0;
});

test('docs/recording.md shows what really comes', async () => {
  let [written, at] = ['', 0];
  for (const block of text.matchAll(BLOCK)) {
    const [whole, file, kind, inside = ''] = block;
    if (file !== undefined) writeFileSync(file, ours(inside));
    if (kind !== 'console') continue;
    const start = block.index + whole.indexOf(inside);
    const came = await typed(inside);
    written += text.slice(at, start) + (comparable(inside) === comparable(came) ? inside : came);
    at = start + inside.length;
  }
  written += text.slice(at);
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(PAGE, written);
  expect(written).toBe(text);
});

async function typed(block: string): Promise<string> {
  let came = '';
  for (const line of block.split('\n').filter((one) => one.startsWith('$ '))) {
    came += `${line}\n${theirs(await run(ours(line.slice(2))))}`;
  }
  return came;
}

async function run(line: string): Promise<string> {
  if (line === 'kill %1') {
    child?.kill('SIGTERM');
    if (child !== undefined) await once(child, 'exit');
    return taken();
  }
  const [command] = readShell(line);
  const words = command === undefined ? [] : expand(command, new Map());
  if (words[0] === 'curl') {
    return `${await asked(readCurl(words))}\n`;
  }
  if (words[0] === 'cat') return readFileSync(words[1] ?? '', 'utf8');
  if (words[1] === 'record') return recording(words.slice(1));
  return printed(words.slice(1));
}

/** As curl sends it, whose headers do not change with Node. */
async function asked({ method, url, headers, body = '' }: CurlRequest): Promise<string> {
  const own = {
    'user-agent': 'curl/8.7.1',
    accept: '*/*',
    ...(body !== '' && { 'content-length': String(body.length) }),
  };
  const request = http.request(url, { method, headers: { ...own, ...headers } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return (await response.toArray()).map(String).join('');
}

/** The recorder goes on beside the page, in a process of its own, on a free port. */
async function recording(words: readonly string[]): Promise<string> {
  const args = words.map((word) => (word === '4747' ? '0' : word));
  child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk) => (printedByChild += String(chunk)));
  await expect.poll(() => printedByChild, { timeout: 10_000 }).toContain('"listening"');
  real.set(SHOWN_RECORDER, /"recorder":"http:\/\/([^"]+)"/.exec(printedByChild)?.[1] ?? '');
  return taken();
}

function taken(): string {
  const taken = printedByChild;
  printedByChild = '';
  return taken;
}

async function printed(words: readonly string[]): Promise<string> {
  let output = '';
  const print = (line: string): void => void (output += `${line}\n`);
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(print),
    vi.spyOn(console, 'error').mockImplementation(print),
  ];
  try {
    await main(words);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return output;
}

function ours(shown: string): string {
  return [...real].reduce((text, [page, here]) => text.replaceAll(page, here), shown);
}

function theirs(came: string): string {
  return [...real].reduce((text, [page, here]) => text.replaceAll(here, page), came);
}

/** Without what differs from run to run: times, ids, and how long something took. */
function comparable(block: string): string {
  return block.replaceAll(/"(?:at|duration_ms)":\d+/g, '"time":N').replaceAll(/call_[0-9a-z]+/g, 'call_ID');
}
