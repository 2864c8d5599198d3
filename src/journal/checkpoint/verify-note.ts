import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

/**
 * Reads and verifies checkpoints from what C2SP signed-note and tlog-checkpoint say alone, sharing no code with the door
 * that signs them.
 */

/** Who a checkpoint must be signed by. */
export interface VerifierKey {
  /** The key's name, which is its log's. */
  readonly name: string;
  /** Four bytes in hex. */
  readonly id: string;
  readonly key: KeyObject;
}

/** What a log's owner signed: these many records have this root. */
export interface Checkpoint {
  readonly log: string;
  readonly size: number;
  readonly root: Buffer;
}

export type ReadCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  /** `forged`: it bears the key's name and id, and the key did not sign it. */
  | { readonly ok: false; readonly problem: string; readonly forged?: true };

const ED25519 = 0x01;
/** RFC 8410: what stands before the 32 bytes of a public key in SPKI. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const HASH_BYTES = 32;
const ID_BYTES = 4;
/** Far more than a log and all its witnesses need. */
const NOTE_LENGTH_MAX = 64 * 1024;
const SIGNATURES_MAX = 64;

const VERIFIER_KEY = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;
const SIGNATURE = /^— ([^+\s]+) ([A-Za-z0-9+/]+={0,2})$/;
const SIZE = /^(0|[1-9]\d{0,15})$/;
/** Control characters but the line feed. */
const CONTROL = /[^\P{Cc}\n]/u;

/** `undefined` where the text is no `vkey` of an Ed25519 key, or its id is not its own. */
export function readVerifierKey(text: string): VerifierKey | undefined {
  const [, name = '', id = '', base64 = ''] = VERIFIER_KEY.exec(text) ?? [];
  const bytes = decoded(base64);
  if (bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return undefined;
  const expected = createHash('sha256')
    .update(`${name}\n`)
    .update(bytes)
    .digest('hex')
    .slice(0, 2 * ID_BYTES);
  if (id !== expected) return undefined;
  const der = Buffer.concat([SPKI_PREFIX, bytes.subarray(1)]);
  return { name, id, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** The checkpoint in a note, if `key` signed it. */
export function verifyCheckpoint(note: string, key: VerifierKey): ReadCheckpoint {
  if (note.length > NOTE_LENGTH_MAX) return bad('it is too long to be one');
  if (CONTROL.test(note) || !note.isWellFormed()) return bad('it holds characters that no note can');
  const end = note.lastIndexOf('\n\n');
  if (end === -1 || !note.endsWith('\n')) return bad('no blank line and signatures end it');
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2, -1).split('\n');
  if (signatures.length > SIGNATURES_MAX) return bad('it has too many signatures');
  let signed = false;
  for (const line of signatures) {
    const [, name, base64 = ''] = SIGNATURE.exec(line) ?? [];
    const bytes = decoded(base64);
    if (name === undefined || bytes === undefined) return bad('a line of its signatures is none');
    // Others may sign beside the log: what is not known is passed over.
    if (name !== key.name || bytes.toString('hex', 0, ID_BYTES) !== key.id) continue;
    if (!verify(null, Buffer.from(text), key.key, bytes.subarray(ID_BYTES))) {
      return { ok: false, problem: 'its signature is forged', forged: true };
    }
    signed = true;
  }
  if (!signed) return bad(`${key.name}+${key.id} did not sign it`);
  return bodyOf(text, key.name);
}

function bodyOf(text: string, log: string): ReadCheckpoint {
  const [origin, size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin !== log) return bad('it is of another log');
  const hash = decoded(root);
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size)) || hash?.length !== HASH_BYTES) {
    return bad('it is signed, but is no checkpoint');
  }
  if (extensions.includes('')) return bad('it is signed, but is no checkpoint');
  return { ok: true, checkpoint: { log: origin, size: Number(size), root: hash } };
}

/** Base64 in its one proper spelling. */
function decoded(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return base64 !== '' && bytes.toString('base64') === base64 ? bytes : undefined;
}

function bad(problem: string): ReadCheckpoint {
  return { ok: false, problem };
}
