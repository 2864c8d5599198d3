import { formatProblem, readPolicy, type LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** Loads a policy file, or fails the command with every problem in it. */
export async function policyFrom(file: string): Promise<LoadedPolicy> {
  const loaded = await readPolicy(file);
  if (loaded.ok) return loaded.value;
  throw new CommandFailed(loaded.failure.map((problem) => formatProblem(file, problem)).join('\n'));
}
