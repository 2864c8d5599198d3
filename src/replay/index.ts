/** Replay: candidate policies folded over what was recorded, by the same engine. */
export { CHANGE_KINDS, NOTHING_SEALED } from './diff.ts';
export type * from './diff.ts';
export { replay, TERMS } from './run.ts';
export { keepReplay, keptReplays } from './kept.ts';
