import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { start, type Running } from './process.ts';

const CLI = path.join(import.meta.dirname, '../bin/interlock.js');

/** A door in a process of its own, as its users start it. */
export interface Served {
  readonly running: Running<unknown>;
  readonly url: string;
  /** The options that lead a command to it. */
  readonly common: readonly string[];
  readonly data: string;
  /** A new grant for an agent of its policy. */
  readonly grant: (agent: string) => string;
}

/** The command line of `interlock`, for `node`. */
export const interlock = (...args: readonly string[]): string[] => [CLI, ...args];

/** @param data a fresh data directory; the policy lies beside it */
export async function serve(data: string, policyText: string, ...more: readonly string[]): Promise<Served> {
  const policy = `${data}.yaml`;
  await writeFile(policy, policyText);
  const common = ['--policy', policy, '--data', data];
  const ports = ['--port', '0', '--control-port', '0'];
  const running = await start<{ door: string }>(interlock('serve', ...common, ...ports, ...more), {
    BENCH_KEY: 'sk_bench',
  });
  const grant = (agent: string): string => {
    const asked = ['grant', 'create', ...common, '--agent', agent, '--task', 'bench', '--expires', '4h', '--quiet'];
    return execFileSync(process.execPath, interlock(...asked), { encoding: 'utf8' }).trim();
  };
  return { running, url: running.line.door, common, data, grant };
}
