import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LoadedPolicy } from '../../policy/index.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';

/** The environments of this machine's processes, as far as this user may read them. */
export interface Processes {
  readonly own: number;
  /** `null`: this system does not show them. */
  readonly ids: () => readonly number[] | null;
  /** `undefined`: it may not be read, or the process is gone. */
  readonly environ: (pid: number) => Buffer | undefined;
  readonly name: (pid: number) => string;
}

export const processes: Processes = {
  own: process.pid,
  ids: () => {
    try {
      return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
    } catch {
      return null;
    }
  },
  environ: (pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`);
    } catch {
      return undefined;
    }
  },
  // The program and the file it runs, no further word: a command line may have secrets in it, and Node calls its thread `MainThread`.
  name: (pid) => {
    try {
      const [program = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const file = /^[^-\s=][^\s=]*\.(?:[cm]?[jt]s|py)$/.test(script) ? ` ${path.basename(script)}` : '';
      return `${path.basename(program)}${file}`.trim() || readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    } catch {
      return 'gone';
    }
  },
};

/** Enough to find the others. */
const NAMED_MAX = 5;

/**
 * Whether anybody but the door has the keys that the policy names, as far as this user can see. Values are compared with
 * nothing and shown nowhere: only whether a variable of that name is set.
 */
export function keyFindings(
  { upstreams }: LoadedPolicy,
  environment: NodeJS.ProcessEnv,
  doorPid: number | undefined,
  machine: Processes = processes,
): readonly Finding[] {
  const variables = [...new Set([...upstreams.values()].map(({ credential }) => credential.env))];
  return [...variables.map((name) => ownShell(name, environment)), others(variables, doorPid, machine)];
}

function ownShell(name: string, environment: NodeJS.ProcessEnv): Finding {
  const id = `key.shell.${name}`;
  if ((environment[name] ?? '') === '') return ok(id, `${name} is not set in this shell.`);
  return warn(
    id,
    `${name} is set in this shell: whatever is started from it has the key, an agent too.`,
    `unset ${name}; give it to the door alone, as systemd's LoadCredential does (docs/deploying.md)`,
  );
}

function others(variables: readonly string[], doorPid: number | undefined, machine: Processes): Finding {
  const id = 'key.processes';
  const ids = machine.ids();
  if (ids === null) return skip(id, 'Who else has the key was not looked at: this system shows no processes.');
  let [read, unread] = [0, 0];
  const holders: string[] = [];
  for (const pid of ids) {
    if (pid === machine.own || pid === doorPid) continue;
    const environ = machine.environ(pid);
    if (environ === undefined) {
      unread += 1;
      continue;
    }
    read += 1;
    const names = namesIn(environ);
    const held = variables.filter((name) => names.has(name));
    if (held.length > 0) holders.push(`${machine.name(pid)} (${pid}) has ${held.join(', ')}`);
  }
  const seen = `${read} processes were looked into${unread > 0 ? `, ${unread} this user may not read` : ''}`;
  if (holders.length === 0) return ok(id, `No process but the door began with the key: ${seen}.`);
  const shown = holders.slice(0, NAMED_MAX).join('; ');
  const more = holders.length > NAMED_MAX ? `; and ${holders.length - NAMED_MAX} more` : '';
  return fail(
    id,
    `The key stands in the environment of others: ${shown}${more}. ${seen}.`,
    'start them without it, and make a new key: this one was where an agent could read it',
  );
}

function namesIn(environ: Buffer): ReadonlySet<string> {
  return new Set(
    environ
      .toString('latin1')
      .split('\0')
      .flatMap((entry) => (/=./s.test(entry) ? [entry.slice(0, entry.indexOf('='))] : [])),
  );
}
