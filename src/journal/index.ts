/** The journal: the only memory of the door, tamper-evident, and the state of everything once folded. */
export type * from './entry.ts';
export { ANSWER_KEPT_BYTES } from './entry.ts';
export { JournalDamaged, JournalFailed, JournalFull, JournalLocked } from './errors.ts';
export { callOf, factsOf, findingsJson, intentOf, type Intent } from './facts.ts';
export { eventsOf, Fold, foldJournal } from './fold.ts';
export { Grants, grantState, type Grant, type GrantState } from './grants.ts';
export type { Journal } from './journal.ts';
export { openJournal, type OpenedJournal, type OpenJournalOptions, type PolicyInForce } from './open.ts';
export { lastPolicy, readJournal, type ReadOptions } from './read.ts';
export { redecide, type Difference, type Redecision } from './redecide.ts';
export { verifyJournal, type Fault, type Torn, type Verification, type VerifyOptions } from './verify.ts';
export type { Appended, Head } from './writer.ts';
