import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BUSINESS_KEY } from './business.ts';

const CLI = path.join(import.meta.dirname, '../bin/interlock.js');
/** Of nobody: whoever is on call here is a program on this machine. */
export const HOOK_SECRET = `whsec_${Buffer.from('the on-call of the rollout').toString('base64')}`;
const ENVIRONMENT = { ...process.env, PAYMENTS_KEY: BUSINESS_KEY, HOOK_SECRET };

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an `interlock` command as a person would, and shows both. It must end with one of `codes`. */
export function interlock(args: readonly string[], { codes = [0], quiet = false } = {}): Ran {
  console.log(`\n$ interlock ${args.map(quoted).join(' ')}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: ENVIRONMENT,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!quiet) process.stdout.write(stdout);
  if (!codes.includes(status ?? -1)) {
    process.stderr.write(stderr);
    throw new Error(`interlock ${args[0]} ended with ${status}, and not with ${codes.join(' or ')}`);
  }
  return { code: status, stdout, stderr };
}

const quoted = (text: string): string =>
  /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

export interface Served {
  readonly door: string;
  readonly payments: string;
  end(): Promise<void>;
}

/** A real `interlock serve`, once it listens. */
export async function serve(args: readonly string[]): Promise<Served> {
  console.log(`\n$ interlock serve ${args.map(quoted).join(' ')} &`);
  const child: ChildProcess = spawn(process.execPath, [CLI, 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ENVIRONMENT,
  });
  child.stderr?.on('data', (said) => process.stdout.write(String(said)));
  if (child.stdout === null) throw new Error('the output of interlock serve is piped');
  const gone = once(child, 'exit').then(() => [] as string[]);
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), gone])) as readonly string[];
  if (line === undefined) throw new Error('interlock serve ended before it listened');
  const { door, upstreams } = JSON.parse(line) as {
    readonly door: string;
    readonly upstreams: Readonly<Record<string, string>>;
  };
  return {
    door,
    payments: upstreams['payments'] ?? door,
    async end() {
      const over = once(child, 'exit');
      child.kill('SIGTERM');
      await over;
    },
  };
}
