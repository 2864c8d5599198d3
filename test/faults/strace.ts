import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What a process asks of the system, and what the system is made to answer: `fdatasync:error=EIO`. See strace(1). */
export interface TraceOptions {
  /** The system calls to write down. */
  readonly trace: string;
  readonly inject?: readonly string[];
  /** Only what concerns these files. */
  readonly files?: readonly string[];
}

/** One system call as it ended. */
export interface Traced {
  readonly name: string;
  /** Its arguments, with the paths and addresses behind file descriptors. */
  readonly told: string;
  readonly result: string;
}

export interface Tracer {
  /** The system calls so far, in the order in which they ended. */
  calls(): readonly Traced[];
  /** Lets the process go on by itself. */
  detach(): Promise<void>;
}

/** Why no system call can be made to fail here; `undefined` where it can. */
export const UNTRACEABLE = whyUntraceable();

function whyUntraceable(): string | undefined {
  const tried = spawnSync('strace', ['-f', '-qq', '-e', 'trace=fdatasync', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined) return `strace is not installed (${tried.error.message})`;
  return tried.status === 0 ? undefined : `strace cannot trace here: ${tried.stderr.trim()}`;
}

/** Attaches to every thread of a running process. */
export async function trace(pid: number, { trace, inject = [], files = [] }: TraceOptions): Promise<Tracer> {
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'interlock-strace-')), 'log');
  const injected = inject.flatMap((fault) => ['-e', `inject=${fault}`]);
  const only = files.flatMap((file) => ['-P', file]);
  const args = ['-f', '-yy', '-s', '512', '-o', log, '-e', `trace=${trace}`, ...injected, ...only, '-p', String(pid)];
  const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += String(chunk);
      if (told.includes('attached')) resolve();
    });
    child.once('exit', () => reject(new Error(`strace ended before it was attached:\n${told}`)));
  });
  return {
    calls: () => parseTrace(readFileSync(log, 'utf8')),
    detach: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** `12 fdatasync(21</data/x>) = -1 EIO (Input/output error) (INJECTED)`, also where another thread came between. */
export function parseTrace(log: string): readonly Traced[] {
  const begun = new Map<string, string>();
  const calls: Traced[] = [];
  for (const line of log.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(text);
    if (unfinished !== null) {
      begun.set(thread, unfinished[1] as string);
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const whole = resumed === null ? text : (begun.get(thread) ?? '') + (resumed[1] as string);
    const match = /^(\w+)\((.*)\)\s+= (.*)$/.exec(whole);
    if (match !== null) calls.push({ name: match[1] as string, told: match[2] as string, result: match[3] as string });
  }
  return calls;
}
