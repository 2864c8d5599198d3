import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import yargs, { type CommandModule } from 'yargs';
import { SCRIPTS } from '../../src/cli/completion/scripts.ts';
import { wordsOf } from '../../src/cli/completion/words.ts';
import { COMMANDS } from '../../src/cli/every-command.ts';
import { everyEntry } from '../../src/cli/manual/all.ts';
import { withBelow, type Entry } from '../../src/cli/manual/catalog.ts';
import { FURTHER } from '../../src/cli/manual/further.ts';
import { manualOf } from '../../src/cli/manual/manual.ts';
import { writeManualPages } from '../../scripts/manual-pages.ts';
import { runHere } from './run-here.ts';
import { serve, site } from './served.ts';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
const WORDS = path.join(import.meta.dirname, '../../src/cli/completion/words.json');
const entries = await everyEntry();
const all: readonly (readonly [string, Entry])[] = entries
  .flatMap(withBelow)
  .map((entry) => [entry.path.join(' '), entry]);

test.each(all)('%s says what it is, how it ends, and shows an example', (_, entry) => {
  const manual = manualOf(entry);
  expect(manual.describe).not.toBe('');
  expect(manual.examples.length).toBeGreaterThan(0);
  expect(manual.exit.map(({ code }) => code)).toEqual(expect.arrayContaining([0, 1, 2]));
  for (const { name, describe } of [...manual.options, ...manual.positionals]) expect(describe, name).not.toBe('');
});

test('`interlock help` alone lists every command, and so does the hint of one that nobody knows', async () => {
  const { code, stdout } = await runHere('help');
  expect(code).toBe(0);
  for (const { path: words } of entries) expect(stdout).toMatch(new RegExp(`^${words.join(' ')} `, 'm'));
});

/** An example is a command line that the command's own definition takes, to the last option. */
const examples = all.flatMap(([, entry]) => manualOf(entry).examples.map(({ line }) => line));
test.each([...new Set(examples)])('%s', async (line) => {
  const [, ...words] = shellWords(line.split(/ [|>] /, 1)[0] ?? '');
  if (words.includes('--help')) return;
  const module = await COMMANDS[words[0] ?? '']?.();
  expect(module, `${words[0]} is no command`).toBeDefined();
  let ran = 0;
  const parser = yargs(words)
    .command(withoutHandler(module as CommandModule, () => (ran += 1)))
    .help(false)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    });
  await parser.parseAsync();
  expect(ran).toBe(1);
});

/** The same definition, which does nothing but count; those below it, too. */
function withoutHandler(module: CommandModule, count: () => void): CommandModule {
  const { builder } = module;
  return {
    ...module,
    handler: count,
    ...(typeof builder === 'function' && {
      builder: (argv: object) => {
        const listening: object = new Proxy(argv, {
          get: (target, word, receiver) => {
            const found: unknown = Reflect.get(target, word, receiver);
            if (typeof found !== 'function') return found;
            return (...given: readonly unknown[]): unknown => {
              const taken =
                word === 'command'
                  ? given.map((one) =>
                      (Array.isArray(one) ? one : [one]).map((each) => withoutHandler(each as CommandModule, count)),
                    )
                  : given;
              const result: unknown = Reflect.apply(found, target, taken);
              return result === target ? listening : result;
            };
          },
        });
        builder(listening as never);
        return argv as never;
      },
    }),
  };
}

function shellWords(line: string): readonly string[] {
  return (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

test('nothing is said of a command that is not there', () => {
  const names = all.map(([name]) => name);
  expect(Object.keys(FURTHER).filter((name) => !names.includes(name))).toEqual([]);
});

test('what completion knows is what the commands define', () => {
  const made = `${JSON.stringify(Object.fromEntries(entries.map((entry) => [entry.path[0], wordsOf(entry)])))}\n`;
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(WORDS, made);
  expect(
    JSON.parse(readFileSync(WORDS, 'utf8')),
    'UPDATE_DOCS=1 npx vitest run test/cli/manual.test.ts writes it',
  ).toEqual(JSON.parse(made));
});

test('help prints a manual and manual pages are made of the same', async () => {
  const { stdout } = await runHere('help', 'kill');
  for (const part of ['NAME', 'SYNOPSIS', 'OPTIONS', 'EXIT CODES', 'FILES', 'ENVIRONMENT', 'EXAMPLES'])
    expect(stdout).toContain(`\n${part}`.trimStart());
  expect(await runHere('help', 'kil')).toMatchObject({ code: 1 });
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-man-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const names = await writeManualPages(dir);
  expect(readdirSync(dir).toSorted()).toEqual(names.toSorted());
  const page = readFileSync(path.join(dir, 'interlock-grant-create.1'), 'utf8');
  expect(page).toMatch(/^\.TH INTERLOCK-GRANT-CREATE 1 .*\n\.SH NAME\n/);
});

test('bash completes commands, options, choices, the agents of a running door, and leaves files to itself', async () => {
  const where = site(`
version: 1
upstreams: { payments: { url: "https://api.example", credential: { env: KEY, as: bearer }, mock: payments } }
routes: { get_charge: { match: 'GET /v1/charges/{id}', upstream: payments, effect: read } }
agents: { refunds-bot: { stage: shadow, allow: [get_charge] }, reports-bot: { stage: shadow, allow: [get_charge] } }
`);
  const served = await serve(where, '--mock');
  const bin = mkdtempSync(path.join(tmpdir(), 'interlock-bash-'));
  onTestFinished(async () => {
    await served.end('SIGKILL');
    rmSync(bin, { recursive: true, force: true });
    rmSync(path.dirname(where.policy), { recursive: true, force: true });
  });
  symlinkSync(CLI, path.join(bin, 'interlock'));
  writeFileSync(path.join(bin, 'completion.bash'), SCRIPTS.bash);
  const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
    const script = `cd "$1"; source completion.bash; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _interlock; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${bin}:${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', bin, 'interlock', ...words], { env });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .toSorted();
  };
  expect(await offered('ki')).toEqual(['kill']);
  expect(await offered('grant', '')).toEqual(['create', 'list', 'revoke']);
  expect(await offered('kill', '--re')).toEqual(['--reason']);
  expect(await offered('serve', '--transport', '')).toEqual(['http-proxy', 'undici']);
  expect(await offered('kill', '--data', where.data, 're')).toEqual(['refunds-bot', 'reports-bot']);
  expect(await offered('check', '--policy', 'compl')).toEqual(['completion.bash']);
  expect(await offered('kill', '--reason', '')).toEqual([]);
  await served.end('SIGKILL');
  expect(await offered('kill', '--data', where.data, 're')).toEqual([]);
});

test.each([
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
] as const)('%s can read its script', async (shell, flags) => {
  const there = await promisify(execFile)(shell, ['--version']).then(
    () => true,
    () => false,
  );
  // Where the shell is not installed, its script is only looked at.
  expect(SCRIPTS[shell]).toContain('__complete');
  if (!there) return;
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-shell-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(path.join(dir, 'script'), SCRIPTS[shell]);
  await promisify(execFile)(shell, [...flags, path.join(dir, 'script')]);
});
