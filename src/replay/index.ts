/** Replay: candidate policies folded over what was recorded, by the same engine. */
export { REPLAY_COLUMNS, replayRows, RowKind, type ReplayColumn, type ReplayRow } from './columns.ts';
export { CERTAINTIES, CHANGE_KINDS } from './diff.ts';
export type * from './diff.ts';
export { replay, TERMS, type Source } from './run.ts';
