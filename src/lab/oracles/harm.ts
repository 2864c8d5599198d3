import type { LoadedPolicy } from '../../policy/index.ts';
import { neverOracles } from './never.ts';
import type { Oracle } from './oracle.ts';
import { impliedOracles } from './promises.ts';

/** What is harm under a policy: what its `never` and its author's own oracles state, else what its limits must have meant. */
export function harmOracles(loaded: LoadedPolicy, own: readonly Oracle[] = []): readonly Oracle[] {
  const stated = [...neverOracles(loaded.never), ...own];
  return stated.length > 0 ? stated : impliedOracles(loaded);
}
