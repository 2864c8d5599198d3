/** The policy layer: YAML text → what the engine enforces and the door needs. */
export { blastRadius, type BlastRadius, type Radius } from './blast-radius.ts';
export { policyJsonSchema } from './json-schema.ts';
export { loadPolicy, readPolicy } from './load.ts';
export type { LoadedPolicy, Upstream } from './policy.ts';
export { formatProblem, type PolicyProblem } from './problem.ts';
