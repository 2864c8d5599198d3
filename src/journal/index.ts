/** The journal: the only memory of the door, tamper-evident, and the state of everything once folded. */
export { learnBaseline } from './baseline.ts';
export type * from './entry.ts';
export { JournalFull } from './errors.ts';
export { LOG_NAME, newSigningKey, readSigningKey, type CheckpointSigner } from './checkpoint/signer.ts';
export { holdsCheckpoint } from './checkpoint/recall.ts';
export { readVerifierKey, verifyCheckpoint, type Checkpoint, type VerifierKey } from './checkpoint/verify-note.ts';
export { answerJson, factsOf, findingsJson } from './facts.ts';
export { foldJournal } from './fold.ts';
export { Grants, grantState, type Grant } from './grants.ts';
export { Outbox, PAGES_MAX, type HeldCall, type PendingPage } from './outbox.ts';
export { openJournal, type OpenedJournal, type OpenJournalOptions } from './open.ts';
export { lastPolicy, readJournal } from './read.ts';
export { proveCall, proveConsistency, type ProvenUnder } from './proof/prove.ts';
export { verifyProof, type VerifiedProof } from './proof/verify-proof.ts';
export { RESERVE_BYTES } from './reserve.ts';
export type { DiskState } from './room.ts';
export { redecide } from './redecide.ts';
export { verifyJournal, type VerifyOptions } from './verify.ts';
