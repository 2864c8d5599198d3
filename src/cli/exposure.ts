import type { LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** Options of Node that write its whole memory to a file or show it to whoever asks, the keys with it. */
const SHOWS_MEMORY = /^--(?:heapsnapshot|heap-snapshot|inspect|build-snapshot)/;

/**
 * Refuses to hold keys in a process whose memory is about to be shown.
 *
 * @param options what this process was started with, on its command line and in `NODE_OPTIONS`
 */
export function refuseShownMemory(options: readonly string[]): void {
  const shown = options.find((option) => SHOWS_MEMORY.test(option));
  if (shown === undefined) return;
  throw new CommandFailed(
    `Failed to open the door: Node's option ${shown.split('=', 1)[0]} shows this process's memory, and it holds the only keys. ` +
      'Start it without; `interlock sandbox` may be debugged, it holds none.',
  );
}

/** What Node was told: `NODE_OPTIONS` first, as Node takes it. */
export function nodeOptions({ execArgv, env }: Pick<NodeJS.Process, 'execArgv' | 'env'>): readonly string[] {
  return [...(env['NODE_OPTIONS'] ?? '').split(/[\s"]+/), ...execArgv];
}

/**
 * Takes the secrets that a policy names out of the environment once they are read, so that no diagnostic report, child
 * process or careless library finds them there, and opens no debugger on SIGUSR1, as Node would.
 */
export function forgetSecrets(
  { upstreams, notify, checkpoints }: LoadedPolicy,
  process: NodeJS.Process,
  onSigusr1: () => void,
): void {
  const places = checkpoints?.to.flatMap((place) => (place.kind === 'webhook' ? [place.env] : [])) ?? [];
  const signing = checkpoints?.key.kind === 'env' ? [checkpoints.key.env] : [];
  const keys = [...upstreams.values()].map(({ credential }) => credential.env);
  for (const name of [...keys, ...notify.map((channel) => channel.env), ...places, ...signing])
    delete process.env[name];
  process.report.excludeEnv = true;
  process.on('SIGUSR1', onSigusr1);
}
