import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { AgentDesk, AgentProgram } from './scenario.ts';

/** A chatty agent fills neither the report nor the memory: longer lines are cut, further ones dropped. */
const LINE_CHARACTERS_MAX = 500;
const LINES_MAX = 1_000;
/** Ids of one kind that a command is told: an environment is small, and a task names few things. */
const IDS_TOLD_MAX = 20;
/** What a program needs to be found and to start. Nothing else of our environment is an agent's business. */
const ENVIRONMENT_KEPT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'SYSTEMROOT', 'PATHEXT'];
/** A shell's exit code, or a version manager's, for a program that is not there. */
const EXIT_NOT_FOUND = 127;

export interface AgentPlace extends AgentDesk {
  /** What a command finds as `INTERLOCK_URL`. */
  readonly url: string;
  /** And as `INTERLOCK_TASK`. */
  readonly task: string;
  /** And besides, by name. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs one agent to its end, or to the end of the run. Never rejects for what an agent does: it says how it ended.
 * Gives remarks on how it ran otherwise than written.
 *
 * @throws Error where a command's program is not installed and nothing stands in for it
 */
export async function runAgent(program: AgentProgram, place: AgentPlace): Promise<readonly string[]> {
  if (program.kind === 'function') {
    await runFunction(program.run, place);
    return [];
  }
  const [name] = program.command;
  const environment = { ...place.environment, ...program.environment };
  if ((await runCommand(program.command, { ...place, environment })) === 'ran') return [];
  if (program.otherwise === undefined) {
    throw new Error(
      `Failed to run an agent: \`${name}\` is not installed. Install it, or name another program (in a scenario, as \`otherwise\`).`,
    );
  }
  const instead = program.otherwise.kind === 'function' ? 'this process' : `\`${program.otherwise.command[0]}\``;
  return [
    `\`${name}\` is not installed; the agent ran in ${instead} instead`,
    ...(await runAgent(program.otherwise, place)),
  ];
}

async function runFunction(run: (desk: AgentDesk) => Promise<void>, place: AgentPlace): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    if (place.signal.aborted) resolve();
    else place.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const work = run(place).catch((error: unknown) => {
    if (!place.signal.aborted) place.say(`ended with ${error instanceof Error ? error.message : String(error)}`);
  });
  await Promise.race([work, ended]);
}

/** Resolves once the process and its output have ended. */
function runCommand([name, ...args]: readonly [string, ...string[]], place: AgentPlace): Promise<'ran' | 'not found'> {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== 'win32';
    const child = spawn(name, args, {
      env: environmentOf(place),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it starts ends with it.
      detached: grouped,
    });
    const end = (): void => {
      endProcess(child, grouped);
      // Whatever escaped the group and still holds the pipes is waited for no longer.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const bounded = boundedSay(place.say);
    listen(child.stdout, bounded);
    listen(child.stderr, (line) => bounded(`stderr: ${line}`));
    place.signal.addEventListener('abort', end, { once: true });
    process.once('exit', end);
    if (place.signal.aborted) end();
    const over = (): void => {
      place.signal.removeEventListener('abort', end);
      process.off('exit', end);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      over();
      if (error.code === 'ENOENT') resolve('not found');
      else reject(new Error(`Failed to run an agent: \`${name}\`: ${error.message}.`, { cause: error }));
    });
    child.once('close', (code) => {
      over();
      if (code === EXIT_NOT_FOUND) return resolve('not found');
      if (code !== 0 && !place.signal.aborted) place.say(`ended with exit code ${code ?? 'none'}`);
      resolve('ran');
    });
  });
}

function environmentOf({ url, urls, token, ids, task, environment }: AgentPlace): NodeJS.ProcessEnv {
  const told = Object.fromEntries(Object.entries(ids).map(([kind, all]) => [kind, all.slice(0, IDS_TOLD_MAX)]));
  return {
    ...Object.fromEntries(ENVIRONMENT_KEPT.map((name) => [name, process.env[name]])),
    ...environment,
    INTERLOCK_URL: url,
    INTERLOCK_TOKEN: token,
    INTERLOCK_TASK: task,
    INTERLOCK_IDS: JSON.stringify(told),
    ...Object.fromEntries(Object.entries(urls).map(([upstream, base]) => [variableOf(upstream), base])),
  };
}

/** `payments` → `PAYMENTS_URL`. */
function variableOf(upstream: string): string {
  return `${upstream.toUpperCase().replaceAll('-', '_')}_URL`;
}

function endProcess(child: ChildProcess, grouped: boolean): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (grouped) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

/** At most {@link LINES_MAX} lines, one of which says that more were dropped. */
function boundedSay(say: (text: string) => void): (line: string) => void {
  let lines = 0;
  return (line) => {
    lines += 1;
    if (lines < LINES_MAX) say(line);
    else if (lines === LINES_MAX) say('(says more than is kept)');
  };
}

/** Hears a stream line by line. What a line has beyond {@link LINE_CHARACTERS_MAX} is dropped as it comes. */
function listen(stream: Readable, hear: (line: string) => void): void {
  let line = '';
  const flush = (): void => {
    if (line.trim() !== '') hear(line);
    line = '';
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    for (const [index, piece] of text.split(/\r?\n/).entries()) {
      if (index > 0) flush();
      line += piece.slice(0, LINE_CHARACTERS_MAX - line.length);
    }
  });
  stream.once('end', flush);
}
