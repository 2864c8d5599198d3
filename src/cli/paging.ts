import { openChannels, type Channel } from '../notify/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** A policy's channels, or the command fails with what each of them lacks: a door that cannot page must not open. */
export function channelsOf({ notify }: LoadedPolicy, environment: NodeJS.ProcessEnv): readonly Channel[] {
  const opened = openChannels(notify, environment);
  if (opened.ok) return opened.value;
  throw new CommandFailed(opened.failure.join('\n'));
}
