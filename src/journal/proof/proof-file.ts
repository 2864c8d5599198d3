/*
 * What a proof looks like as a file: JSON that holds all there is to check, so that whoever has it needs nothing else but
 * the log's verifier key. Hashes are base64; a checkpoint is a C2SP signed note.
 */

/** That these records stand in the log, as they are. */
export interface InclusionFile {
  readonly format: 'interlock-inclusion/1';
  readonly call: string;
  /** The state of the log that they are proven to be in. */
  readonly checkpoint: string;
  /** Everything that the journal says of the call, in its order. */
  readonly records: readonly ProvenRecord[];
}

export interface ProvenRecord {
  /** The record's line without its line feed: the leaf is its UTF-8. */
  readonly line: string;
  /** The leaf's index, from 0: the record's `seq` less one. */
  readonly index: number;
  /** RFC 6962 §2.1.1, from the leaf up. */
  readonly path: readonly string[];
}

/** That the log of the older checkpoint is the beginning of the newer one's: nothing was changed or cut in between. */
export interface ConsistencyFile {
  readonly format: 'interlock-consistency/1';
  readonly old: string;
  readonly new: string;
  /** RFC 6962 §2.1.2 */
  readonly path: readonly string[];
}
