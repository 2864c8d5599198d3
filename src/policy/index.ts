export { loadPolicy, readPolicy } from './load.ts';
export { formatProblem, type PolicyProblem } from './problem.ts';
export type { Credential, LoadedPolicy, Upstream } from './policy.ts';
