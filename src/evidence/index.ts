/** What a shadow run shows, as numbers: divergence from people, and what reviewers think. The report draws it, the gate judges it. */
export type * from './divergence/model.ts';
export type * from './review/model.ts';
export type { Estimate } from './statistics/share.ts';
