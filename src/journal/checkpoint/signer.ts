import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { fail, ok, type Result } from '../../std/result.ts';

/**
 * The Ed25519 key that signs a log's checkpoints, under the name that the log goes by (its origin).
 *
 * As text, a key is `PRIVATE+KEY+NAME+ID+…`, the form of Go's `sumdb/note`; who verifies has `NAME+ID+…`, the `vkey` of C2SP
 * signed-note. ID is the first four bytes of SHA-256(NAME ‖ 0x0A ‖ 0x01 ‖ public key) in hex.
 */
export interface CheckpointSigner {
  /** The log's name, and the key's. */
  readonly log: string;
  readonly verifierKey: string;
  /** The four bytes that stand before each signature. */
  readonly id: Buffer;
  sign(text: string | Buffer): Buffer;
}

/** A log's name: like an address without its scheme, without white space and `+`. Not resolved by anybody. */
export const LOG_NAME = /^[A-Za-z0-9][A-Za-z0-9._~/-]{0,127}$/;

const PRIVATE_KEY = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;
/** C2SP signed-note's identifier of plain Ed25519 signatures. */
const ED25519 = 0x01;
const SEED_BYTES = 32;
/** RFC 8410: what stands before the seed in PKCS #8, and before the public key in SPKI. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX_BYTES = 12;

/** A new key for a log, as text. Whoever has it can sign any history: keep it where the journal's owner cannot reach. */
export function newSigningKey(log: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length);
  const id = keyId(log, publicBytes(privateKey)).toString('hex');
  return `PRIVATE+KEY+${log}+${id}+${Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')}`;
}

/** Reads a key. A failure says what is wrong with it and repeats nothing of it. */
export function readSigningKey(text: string): Result<CheckpointSigner, string> {
  const match = PRIVATE_KEY.exec(text.trim());
  if (match === null) return fail('it does not have the form PRIVATE+KEY+NAME+ID+…');
  const [, log = '', claimedId = '', base64 = ''] = match;
  if (!LOG_NAME.test(log)) return fail('the name in it is no name of a log');
  const [algorithm, ...seed] = Buffer.from(base64, 'base64');
  if (algorithm !== ED25519 || seed.length !== SEED_BYTES) return fail('it is not an Ed25519 key');
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = publicBytes(key);
  const id = keyId(log, publicKey);
  if (id.toString('hex') !== claimedId) return fail('its id does not belong to its name and key: it was changed');
  const verifierKey = `${log}+${claimedId}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`;
  return ok({
    log,
    verifierKey,
    id,
    sign: (text) => sign(null, typeof text === 'string' ? Buffer.from(text) : text, key),
  });
}

function keyId(log: string, publicKey: Buffer): Buffer {
  const input = Buffer.concat([Buffer.from(`${log}\n`), Buffer.of(ED25519), publicKey]);
  return hash('sha256', input, 'buffer').subarray(0, 4);
}

function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX_BYTES);
}
