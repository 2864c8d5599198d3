/** Whether an agent has shown what a stage demands: evidence in, a verdict with its criteria out. */
export type * from './criterion.ts';
export type * from './evidence/evidence.ts';
export type { Approval } from './criteria/gate-case.ts';
export { judge } from './verdict.ts';
