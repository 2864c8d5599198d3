import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { commitmentTo, SALT_BYTES, type Form, type Opening, type Sealed } from './seal.ts';

/** A person's key. */
export interface PersonKey {
  /** Random: it says nothing of the person, and outlives the key in the journal's record of its end. */
  readonly id: string;
  readonly secret: Buffer;
}

const CIPHER = 'aes-256-gcm';
/** 96 random bits: safe for 2^32 values under one key (NIST SP 800-38D §8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMS: readonly Form[] = ['plain', 'json'];

/** One line of a value file. The token is bound into the encryption: a box under another token does not open. */
export interface BoxLine {
  readonly sealed: Sealed;
  readonly person: string;
  readonly key: string;
  readonly box: string;
  /** Present where it was kept as of no person, under a key of its own call or note. */
  readonly alone?: true;
}

export function boxed(key: PersonKey, sealed: Sealed, form: Form, { salt, value }: Opening): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.secret, nonce).setAAD(Buffer.from(sealed));
  const clear = [Buffer.from([FORMS.indexOf(form)]), salt, Buffer.from(value)];
  const box = [nonce, ...clear.map((part) => cipher.update(part)), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(box).toString('base64');
}

/** `undefined` where the key or the token is another one, or the value is not what the commitment binds to. */
export function unboxed(
  key: PersonKey,
  sealed: Sealed,
  box: string,
): { readonly form: Form; readonly value: string } | undefined {
  try {
    const bytes = Buffer.from(box, 'base64');
    const cipher = createDecipheriv(CIPHER, key.secret, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(sealed)).setAuthTag(bytes.subarray(-TAG_BYTES));
    const clear = Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()]);
    const form = FORMS[clear[0] ?? -1];
    const salt = clear.subarray(1, 1 + SALT_BYTES);
    const value = clear.subarray(1 + SALT_BYTES).toString();
    const binds = sealed.startsWith('pseudonym_') || commitmentTo({ salt, value }) === sealed;
    return form !== undefined && binds ? { form, value } : undefined;
  } catch {
    return undefined;
  }
}
