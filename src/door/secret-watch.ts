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
    // What a secret could lie across: long pieces are looked through where they are, not copied.
    const seam = this.#tail === undefined ? undefined : Buffer.concat([this.#tail, chunk.subarray(0, this.#carry)]);
    for (const secret of this.#secrets) {
      if (chunk.includes(secret) || seam?.includes(secret) === true) return true;
    }
    const latest = seam === undefined || chunk.length >= this.#carry ? chunk : seam;
    // Its own copy: a part would keep the whole piece in memory.
    this.#tail = Buffer.from(latest.subarray(Math.max(0, latest.length - this.#carry)));
    return false;
  }
}

/** A shorter key would be found in innocent answers by chance. */
const SECRET_LENGTH_MIN = 8;
