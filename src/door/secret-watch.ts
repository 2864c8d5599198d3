/**
 * Watches an answer's bytes for a secret, also where it is split between two pieces (I10).
 * What stood before the secret in earlier pieces has been sent; the secret itself never is.
 */
export class SecretWatch {
  readonly #secrets: readonly Buffer[];
  readonly #carry: number;
  #tail: Buffer | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret.length >= SECRET_LENGTH_MIN).map((secret) => Buffer.from(secret));
    this.#carry = Math.max(0, ...this.#secrets.map(({ length }) => length - 1));
  }

  sees(chunk: Buffer): boolean {
    if (this.#secrets.length === 0) return false;
    const text = this.#tail === undefined ? chunk : Buffer.concat([this.#tail, chunk]);
    if (this.#secrets.some((secret) => text.includes(secret))) return true;
    this.#tail = text.subarray(Math.max(0, text.length - this.#carry));
    return false;
  }
}

/** A shorter key would be found in innocent answers by chance. */
const SECRET_LENGTH_MIN = 8;
