import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type AgentPlace, runAgent } from '../../../src/lab/sandbox/agent-run.ts';
import type { AgentProgram } from '../../../src/lab/sandbox/scenario.ts';

interface Heard extends AgentPlace {
  readonly lines: readonly string[];
  readonly end: () => void;
}

/** A desk that keeps what is said. */
function place(): Heard {
  const lines: string[] = [];
  const over = new AbortController();
  return {
    url: 'http://127.0.0.1:1',
    urls: { payments: 'http://127.0.0.1:1/payments', 'big-shop': 'http://127.0.0.1:2' },
    token: 'interlock_token',
    task: 'goodwill',
    environment: { OPENAI_BASE_URL: 'http://127.0.0.1:3/v1' },
    ids: { charge: Array.from({ length: 30 }, (_, index) => `ch_${index}`) },
    signal: over.signal,
    say: (text) => void lines.push(text),
    lines,
    end: () => over.abort(),
  };
}

/** A program of Node's, as a stand-in for any command. */
const script = (source: string): AgentProgram => ({ kind: 'command', command: [process.execPath, '-e', source] });

it('a command is told its addresses, its token and its ids, and nothing else of our environment', async () => {
  process.env['SANDBOX_TEST_SECRET'] = 'ours';
  const desk = place();
  await runAgent(script('for (const entry of Object.entries(process.env)) console.log(entry.join("="))'), desk);
  delete process.env['SANDBOX_TEST_SECRET'];
  const environment = Object.fromEntries(desk.lines.map((line) => line.split(/=(.*)/s)));
  expect(environment).toMatchObject({
    INTERLOCK_URL: 'http://127.0.0.1:1',
    INTERLOCK_TOKEN: 'interlock_token',
    INTERLOCK_TASK: 'goodwill',
    OPENAI_BASE_URL: 'http://127.0.0.1:3/v1',
    PAYMENTS_URL: 'http://127.0.0.1:1/payments',
    BIG_SHOP_URL: 'http://127.0.0.1:2',
  });
  expect(JSON.parse(environment['INTERLOCK_IDS'] ?? '').charge).toHaveLength(20);
  expect(environment).not.toHaveProperty('SANDBOX_TEST_SECRET');
});

it('what a command prints is what it says, line by line, standard error marked', async () => {
  const desk = place();
  await runAgent(script(`process.stdout.write('one\\ntwo\\r\\n\\nthree'); process.stderr.write('oh\\n')`), desk);
  expect(desk.lines.toSorted()).toEqual(['one', 'stderr: oh', 'three', 'two']);
});

it('output is bounded in lines and in their length', async () => {
  const desk = place();
  await runAgent(script(`console.log('x'.repeat(100_000)); for (let i = 0; i < 5_000; i += 1) console.log(i)`), desk);
  expect(desk.lines).toHaveLength(1_000);
  expect(desk.lines[0]).toBe('x'.repeat(500));
  expect(desk.lines.at(-1)).toBe('(says more than is kept)');
});

it('a command that will not end is killed with everything it started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // What it starts holds a connection for as long as it lives.
  const started = `require('node:net').connect(${port}, '127.0.0.1').resume()`;
  const stubborn = `
    process.on('SIGTERM', () => {});
    require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(started)}]);
    setInterval(() => {}, 1000);`;
  const desk = place();
  const ran = runAgent(script(stubborn), desk);
  const [connection] = (await once(server, 'connection')) as [Socket];
  const gone = new Promise((resolve) => connection.on('error', () => undefined).once('close', resolve));
  connection.resume();
  desk.end();
  expect(await ran).toEqual([]);
  await gone;
});

it('a failed command says how it ended', async () => {
  const desk = place();
  await runAgent(script('process.exit(3)'), desk);
  expect(desk.lines).toEqual(['ended with exit code 3']);
});

it('where a program is not installed another runs instead, and a remark says so', async () => {
  const desk = place();
  const program: AgentProgram = {
    kind: 'command',
    command: ['no-such-program-on-this-machine', '--fast'],
    otherwise: { kind: 'function', run: async ({ say }) => say('hello') },
  };
  expect(await runAgent(program, desk)).toEqual([
    '`no-such-program-on-this-machine` is not installed; the agent ran in this process instead',
  ]);
  expect(desk.lines).toEqual(['hello']);
});

it('without a stand-in, a program that is not installed is an error that names it', async () => {
  const program: AgentProgram = { kind: 'command', command: ['no-such-program-on-this-machine'] };
  await expect(runAgent(program, place())).rejects.toThrow(/`no-such-program-on-this-machine` is not installed/);
});

it('a function that throws says why; one that never ends is left behind when the time is over', async () => {
  const desk = place();
  await runAgent({ kind: 'function', run: () => Promise.reject(new Error('out of tokens')) }, desk);
  expect(desk.lines).toEqual(['ended with out of tokens']);
  const endless = runAgent({ kind: 'function', run: () => new Promise(() => undefined) }, desk);
  desk.end();
  expect(await endless).toEqual([]);
});
