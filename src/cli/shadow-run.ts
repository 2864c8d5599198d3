import { shadowRun as runOf, type ShadowRun } from '../evidence/shadow/run.ts';
import { CommandFailed } from './failure.ts';

/** What a journal says that agents meant to do. Reads it, also while a door writes it. */
export async function shadowRun(dir: string, agent: string | null): Promise<ShadowRun> {
  const run = await runOf(dir, agent);
  if (run.ok) return run.value;
  const { kind, why } = run.failure;
  throw new CommandFailed(`Failed to read \`${dir}\`: ${why}${kind === 'too_many' ? ': --agent.' : ''}`);
}
