import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { BUSINESS_KEY } from './business.ts';

const CLI = path.join(import.meta.dirname, '../bin/interlock.js');

/** Where the demonstration's policy and journal lie. */
export interface Place {
  readonly policy: string;
  readonly data: string;
  /** Where the door's log goes; where absent, to stderr. */
  readonly log?: string;
}

const options = ({ policy, data }: Place): readonly string[] => ['--policy', policy, '--data', data];

/** A real `interlock serve` in a process of its own. */
export interface Door {
  readonly door: string;
  readonly control: string;
  readonly payments: string;
  /** Resolves when it has ended, by itself too. */
  readonly gone: Promise<unknown>;
  end(): Promise<void>;
}

/** @param ports the door's and the control room's; 0 takes a free one */
export async function openDoor(place: Place, ports: readonly [number, number]): Promise<Door> {
  const [port, controlPort] = ports.map(String) as [string, string];
  const log = place.log === undefined ? 'inherit' : openSync(place.log, 'a', 0o600);
  const child: ChildProcess = spawn(
    process.execPath,
    [
      CLI,
      'serve',
      ...options(place),
      '--port',
      port,
      '--control-port',
      controlPort,
      '--reserve',
      '0',
      '--drain',
      '500',
    ],
    // Of a process group of its own: Ctrl-C is for the demonstration, which then closes it.
    { stdio: ['ignore', 'pipe', log], env: { ...process.env, UPSTREAM_KEY: BUSINESS_KEY }, detached: true },
  );
  if (child.stdout === null) throw new Error('the output of interlock serve is piped');
  const gone = once(child, 'exit');
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const first = await Promise.race([line, gone.then(() => undefined)]);
  if (first === undefined)
    throw new Error('interlock serve ended before it listened; it says why above, or in its log.');
  const { door, control, upstreams } = JSON.parse(first[0]) as {
    readonly door: string;
    readonly control: string;
    readonly upstreams: Readonly<Record<string, string>>;
  };
  return {
    door,
    control,
    payments: upstreams['payments'] ?? '',
    gone,
    end: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** What an `interlock` command prints that is asked to print one thing alone: a token. */
export async function tokenOf(place: Place, ...command: readonly string[]): Promise<string> {
  const words = [...command, '--quiet', '--by', 'demo', ...options(place)];
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...words], { encoding: 'utf8' });
  return stdout.trim();
}
