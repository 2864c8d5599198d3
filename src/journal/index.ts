/** The journal: the only memory of the door, tamper-evident, and the state of everything once folded. */
export type * from './entry.ts';
export { JournalFull } from './errors.ts';
export { factsOf, findingsJson } from './facts.ts';
export { foldJournal } from './fold.ts';
export { Grants, grantState, type Grant } from './grants.ts';
export { openJournal, type OpenedJournal, type OpenJournalOptions } from './open.ts';
export { lastPolicy, readJournal } from './read.ts';
export { redecide } from './redecide.ts';
export { verifyJournal } from './verify.ts';
